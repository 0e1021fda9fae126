"""The rules of invariants.py that are one statement each: what follows FROM, of rows that break them."""

from __future__ import annotations

# A standing approval has not been taken back. Asked in other words than the operations use, so that their faults show.
STANDS = "NOT EXISTS (SELECT FROM estimates_approvalundo u WHERE u.approval_id = a.id)"
TRAIL = "audit_auditentry t WHERE t.company_id = %(company)s AND t.subject_id = a.public_id::text"
ACTIVE = "estimates_estimate e WHERE e.proposal_id = p.id AND e.is_active"
STATE = f"""CASE WHEN EXISTS (SELECT FROM {ACTIVE} AND e.status = 'Sold') THEN 'accepted'
  WHEN EXISTS (SELECT FROM {ACTIVE} AND e.status = 'Open') THEN 'open'
  WHEN EXISTS (SELECT FROM {ACTIVE} AND e.status = 'Dismissed') THEN 'declined'
  WHEN EXISTS (SELECT FROM {ACTIVE} AND e.status = 'Withdrawn') THEN 'withdrawn' ELSE 'draft' END"""
UNTIL = f"""CASE WHEN p.state = 'open' AND NOT EXISTS (
    SELECT FROM {ACTIVE} AND e.status = 'Open' AND e.expires_at IS NULL)
  THEN (SELECT max(e.expires_at) FROM {ACTIVE} AND e.status = 'Open') END"""

RULES = {
    "a proposal has one accepted option at most": """FROM estimates_proposal p WHERE p.company_id = %(company)s
  AND (SELECT count(*) FROM estimates_estimate e WHERE e.proposal_id = p.id AND e.status = 'Sold') > 1""",
    "a proposal has one standing approval at most": f"""FROM estimates_proposal p WHERE p.company_id = %(company)s
  AND (SELECT count(*) FROM estimates_approval a JOIN estimates_estimate e ON e.id = a.estimate_id
    WHERE e.proposal_id = p.id AND {STANDS}) > 1""",
    "an option that was approved here is accepted": f"""FROM estimates_approval a
  JOIN estimates_estimate e ON e.id = a.estimate_id
  WHERE a.company_id = %(company)s AND {STANDS} AND e.status <> 'Sold'""",
    "an option that is accepted was approved here or comes from the source": f"""FROM estimates_estimate e
  WHERE e.company_id = %(company)s AND e.status = 'Sold' AND e.source_id IS NULL
    AND NOT EXISTS (SELECT FROM estimates_approval a WHERE a.estimate_id = e.id AND {STANDS})""",
    "no option waits beside one that was approved here": f"""FROM estimates_estimate e
  WHERE e.company_id = %(company)s AND e.status = 'Open' AND e.is_active AND EXISTS (
    SELECT FROM estimates_approval a JOIN estimates_estimate o ON o.id = a.estimate_id
    WHERE o.proposal_id = e.proposal_id AND {STANDS})""",
    "a proposal says what its options come to": f"""FROM estimates_proposal p
  WHERE p.company_id = %(company)s AND (p.state <> {STATE} OR p.open_until IS DISTINCT FROM {UNTIL})""",
    "a proposal is that of its job": """FROM estimates_proposal p JOIN jobs_job j ON j.id = p.job_id
  WHERE p.company_id = %(company)s AND (p.customer_id, p.location_id) <> (j.customer_id, j.location_id)""",
    "a snapshot has its digest": """FROM estimates_approval a WHERE a.company_id = %(company)s
  AND a.sha256 <> encode(sha256(convert_to(a.snapshot, 'UTF8')), 'hex')""",
    "the audit trail names the digest of an approval": f"""FROM estimates_approval a
  WHERE a.company_id = %(company)s AND NOT EXISTS (
    SELECT FROM {TRAIL} AND t.verb = 'estimate.approved' AND t.facts ->> 'sha256' = a.sha256)""",
    "an approval has the amounts of its snapshot": """FROM estimates_approval a WHERE a.company_id = %(company)s
  AND (a.total_minor::text, a.deposit_minor::text) IS DISTINCT FROM (
    a.snapshot::jsonb #>> '{totals,total_minor}', a.snapshot::jsonb #>> '{totals,deposit_minor}')""",
    "a signature is the one that was given": """FROM estimates_approval a WHERE a.company_id = %(company)s
  AND a.snapshot::jsonb #>> '{signature,sha256}' IS DISTINCT FROM
    CASE WHEN a.signature_png = '' THEN '' ELSE encode(sha256(a.signature_png), 'hex') END""",
    "a proof has its digest": f"""FROM estimates_approvalpaper x JOIN estimates_approval a ON a.id = x.approval_id
  WHERE x.company_id = %(company)s AND (x.sha256 <> encode(sha256(x.content), 'hex') OR NOT EXISTS (
    SELECT FROM {TRAIL} AND t.verb = 'estimate.proof_made' AND t.facts ->> 'sha256' = x.sha256))""",
    "a deposit has its approval": """FROM billing_deposit d WHERE d.company_id = %(company)s
  AND NOT EXISTS (SELECT FROM estimates_approval a WHERE a.company_id = %(company)s AND a.public_id = d.approval_ref
    AND (a.deposit_minor, a.currency) = (d.amount_minor, d.currency))""",
    "a deposit is asked for while its approval stands": f"""FROM billing_deposit d
  JOIN estimates_approval a ON a.company_id = d.company_id AND a.public_id = d.approval_ref
  WHERE d.company_id = %(company)s AND d.canceled_at IS NULL AND NOT ({STANDS})""",
    "an approval with a deposit has asked for it": f"""FROM estimates_approval a
  WHERE a.company_id = %(company)s AND a.deposit_minor > 0 AND {STANDS} AND NOT EXISTS (
    SELECT FROM billing_deposit d WHERE d.company_id = %(company)s AND d.approval_ref = a.public_id)""",
}

"""The statements behind office_payments.py."""

from __future__ import annotations

from portico.domain.billing.queries.holds import DEPOSIT_HELD

# A refund or a try whose outcome is not known after a quarter of an hour.
ATTEMPT_UNKNOWN = """(t.state = 'unknown' OR t.state = 'sent' AND t.session_ref IS NULL AND t.intent_ref IS NULL)
  AND t.sent_at < now() - interval '15 minutes'"""
REFUND_UNKNOWN = """r.state IN ('requested', 'sent', 'unknown') AND coalesce(r.sent_at, r.created_at)
  < now() - interval '15 minutes'"""
TROUBLE = f"""(p.quarantine_note <> '' OR p.state = 'disputed'
  OR EXISTS (SELECT FROM billing_alert l WHERE l.payment_id = p.id AND l.closed_at IS NULL)
  OR EXISTS (SELECT FROM billing_paymentattempt t WHERE t.payment_id = p.id AND {ATTEMPT_UNKNOWN})
  OR EXISTS (SELECT FROM billing_refund r WHERE r.payment_id = p.id AND {REFUND_UNKNOWN}))"""
TAKEN = """(SELECT coalesce(sum(d.amount_minor), 0) FROM billing_dispute d
  WHERE d.payment_id = p.id AND d.state = 'lost')"""
ROW = f"""jsonb_build_object('id', p.public_id, 'at', p.created_at, 'zone', b.time_zone, 'amount', p.amount_minor,
  'received', p.received_minor, 'refunded', p.refunded_minor, 'taken', {TAKEN},
  'currency', p.currency, 'state', p.state, 'method', p.method, 'method_label', p.method_label,
  'channel', p.channel, 'by', p.made_by_name, 'customer', c.public_id, 'customer_name', c.name,
  'failure', p.failure_text, 'is_voided', p.is_voided, 'receipt', p.receipt_number, 'reference', p.reference,
  'has_trouble', {TROUBLE},
  'deposit', coalesce((SELECT d.title FROM billing_deposit d WHERE d.id = p.deposit_id), ''),
  'invoices', (SELECT coalesce(jsonb_agg(i.number ORDER BY i.due_on, i.id), '[]') FROM billing_allocation a
                 JOIN billing_invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id))"""
TABLES = """billing_payment p JOIN customers_customer c ON c.id = p.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id"""
BEFORE = """(%(before)s::uuid IS NULL OR (p.created_at, p.id) < (SELECT o.created_at, o.id FROM billing_payment o
  WHERE o.company_id = %(company)s AND o.public_id = %(before)s::uuid))"""
SAYS = """(position(lower(%(text)s) IN lower(c.name)) > 0 OR lower(p.receipt_number) = lower(%(text)s)
  OR position(lower(%(text)s) IN lower(p.reference)) > 0 OR position(lower(%(text)s) IN lower(p.method_label)) > 0
  OR EXISTS (SELECT FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
    WHERE a.payment_id = p.id AND lower(i.number) = lower(%(text)s)))"""
LIST = f"""
SELECT coalesce(jsonb_agg(row ORDER BY created_at DESC, id DESC), '[]') FROM (
  SELECT p.created_at, p.id, {ROW} AS row FROM {TABLES}
   WHERE p.company_id = %(company)s
     AND (%(states)s::text[] IS NULL OR p.state = ANY(%(states)s::text[])) AND (NOT %(trouble)s OR {TROUBLE})
     AND (%(since)s::timestamptz IS NULL OR p.created_at >= %(since)s::timestamptz)
     AND (%(until)s::timestamptz IS NULL OR p.created_at < %(until)s::timestamptz)
     AND (%(method)s = '' OR p.method = %(method)s) AND (%(channel)s = '' OR p.channel = %(channel)s)
     AND (%(least)s::bigint IS NULL OR p.amount_minor >= %(least)s::bigint)
     AND (%(most)s::bigint IS NULL OR p.amount_minor <= %(most)s::bigint)
     AND (%(text)s = '' OR {SAYS})
     AND {BEFORE}
   ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) p"""
OF_CUSTOMER = f"""
SELECT coalesce(jsonb_agg(row ORDER BY created_at DESC, id DESC), '[]') FROM (
  SELECT p.created_at, p.id, {ROW} AS row FROM {TABLES}
   WHERE p.customer_id = (SELECT k.id FROM customers_customer k
                           WHERE k.company_id = %(company)s AND k.public_id = %(customer)s) AND {BEFORE}
   ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) p"""
ONE = f"""
SELECT jsonb_build_object('row', {ROW}, 'paid_on', p.paid_on, 'reference', p.reference, 'memo', p.memo,
  'receipt_email', p.receipt_email, 'succeeded_at', p.succeeded_at, 'disputed', p.disputed_minor,
  'quarantine', p.quarantine_note, 'returnable_until', p.returnable_until,
  'deposit', (SELECT jsonb_build_object('title', d.title, 'amount', d.amount_minor, 'job', j.public_id,
                    'number', j.number, 'customer', k.public_id,
                    'held', CASE WHEN d.payment_id = p.id THEN {DEPOSIT_HELD} ELSE 0 END)
                FROM billing_deposit d JOIN jobs_job j ON j.id = d.job_id
                JOIN customers_customer k ON k.id = j.customer_id WHERE d.id = p.deposit_id),
  'parts', (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', i.public_id, 'number', i.number, 'title', i.title,
                    'customer', k.public_id, 'amount', a.amount_minor, 'posted', a.posted_minor, 'state', a.state)
                    ORDER BY i.due_on, i.id), '[]')
              FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
              JOIN customers_customer k ON k.id = i.customer_id WHERE a.payment_id = p.id),
  'attempts', (SELECT coalesce(jsonb_agg(jsonb_build_object('n', t.n, 'kind', t.kind, 'state', t.state,
                       'at', t.created_at, 'sent_at', t.sent_at, 'failure', t.failure_text,
                       'ref', coalesce(t.intent_ref, t.session_ref, '')) ORDER BY t.n), '[]')
                 FROM billing_paymentattempt t WHERE t.payment_id = p.id),
  'refunds', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.public_id, 'amount', r.amount_minor,
                      'state', r.state, 'reason', r.reason, 'note', r.note, 'by', r.made_by_name, 'at', r.created_at,
                      'succeeded_at', r.succeeded_at, 'failure', r.failure_code, 'ref', coalesce(r.ref, ''),
                      'is_handed_back', r.account_id IS NULL) ORDER BY r.id), '[]')
                FROM billing_refund r WHERE r.payment_id = p.id),
  'disputes', (SELECT coalesce(jsonb_agg(jsonb_build_object('ref', d.ref, 'amount', d.amount_minor,
                       'state', d.state, 'reason', d.reason, 'opened_at', d.opened_at, 'due_at', d.evidence_due_at,
                       'closed_at', d.closed_at) ORDER BY d.id), '[]')
                 FROM billing_dispute d WHERE d.payment_id = p.id),
  'entries', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', l.kind, 'amount', l.amount_minor,
                      'invoice', i.number, 'at', l.at, 'source', l.source_type) ORDER BY l.id), '[]')
                FROM billing_ledgerentry l LEFT JOIN billing_invoice i ON i.id = l.invoice_id
               WHERE l.payment_id = p.id),
  'alerts', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.public_id, 'kind', l.kind, 'note', l.note,
                     'raised_at', l.raised_at, 'closed_at', l.closed_at, 'closed_by', l.closed_by_name,
                     'closing_note', l.closing_note) ORDER BY l.id), '[]')
               FROM billing_alert l WHERE l.payment_id = p.id),
  'events', (SELECT coalesce(jsonb_agg(jsonb_build_object('type', g.type, 'at', g.received_at,
                     'processed_at', g.processed_at, 'error', g.error) ORDER BY g.received_at, g.id), '[]')
               FROM billing_gatewayevent g WHERE g.company_id = %(company)s AND g.object_ref IN (
                 SELECT unnest(ARRAY[t.session_ref, t.intent_ref]) FROM billing_paymentattempt t
                  WHERE t.payment_id = p.id
                 UNION SELECT r.ref FROM billing_refund r WHERE r.payment_id = p.id
                 UNION SELECT d.ref FROM billing_dispute d WHERE d.payment_id = p.id)),
  'story', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'verb', e.verb, 'actor_kind', e.actor_kind,
                    'actor_name', e.actor_name, 'subject_kind', e.subject_kind, 'subject_id', e.subject_id,
                    'note', e.note, 'facts', e.facts) ORDER BY e.at, e.id), '[]')
              FROM audit_auditentry e WHERE e.company_id = %(company)s AND e.subject_id = p.public_id::text),
  'mails', (SELECT coalesce(jsonb_agg(jsonb_build_object('to', m.to_email, 'kind', m.kind, 'state', m.state,
                    'at', coalesce(m.sent_at, m.queued_at), 'error', m.error) ORDER BY m.queued_at, m.id), '[]')
              FROM messaging_message m WHERE m.company_id = %(company)s AND m.subject_id = p.public_id))
  FROM {TABLES} WHERE p.company_id = %(company)s AND p.public_id = %(payment)s"""

"""What the adoption page counts. Each fact is written once: its count and the list of its records are made of it.

A fact gives `at`, `ord` and `key` (the order and cursor of its list), `via`, `customer_id`, `label`, `thing`, `amount`
and `currency`. Where it belongs to a moment it is a range of one index by moment, so that a month costs a month.
"""

from __future__ import annotations

from portico.domain.adoption.enums import Kind

THE_BRANCH = """(SELECT n.id FROM tenancy_branch n
    WHERE n.company_id = %(company)s AND n.public_id = %(branch)s::uuid)"""
# Who came in: signing in, registering, or taking a household's invitation. Sessions are swept, the trail is not.
SIGN_INS = """('person.signed_in', 'person.signed_in_by_code', 'person.signed_in_by_shell_link', 'portal.registered',
    'household.accepted')"""


def _of_branch(column: str) -> str:
    return f"(%(branch)s::uuid IS NULL OR {column} = {THE_BRANCH})"


def _within(moment: str) -> str:
    return f"{moment} >= %(since)s::timestamptz AND {moment} < %(until)s::timestamptz"


def _columns(
    at: str, key: str, via: str, customer: str, label: str, thing: str, money: str = "NULL::bigint, ''"
) -> str:
    amount, currency = money.rsplit(", ", 1)
    return f"""SELECT {at} AS at, (extract(epoch FROM {at}) * 1000000)::bigint AS ord, {key} AS key, {via} AS via,
    {customer} AS customer_id, {label} AS label, {thing} AS thing, {amount} AS amount, {currency} AS currency"""


PAYMENTS = f"""
{
    _columns(
        "p.created_at",
        "p.public_id",
        "p.channel",
        "p.customer_id",
        "p.method_label",
        "p.public_id",
        "p.amount_minor, p.currency",
    )
}
FROM billing_payment p JOIN customers_customer c ON c.id = p.customer_id
WHERE p.company_id = %(company)s AND {_within("p.created_at")} AND {_of_branch("c.branch_id")}
  AND p.amount_minor > 0 AND NOT p.is_voided AND p.method <> 'credit'
  AND p.state IN ('processing', 'succeeded', 'partially_refunded', 'refunded', 'disputed', 'charged_back')"""
IS_UNDONE = "EXISTS (SELECT FROM estimates_approvalundo u WHERE u.approval_id = a.id)"
APPROVALS = f"""
{
    _columns(
        "a.at",
        "a.public_id",
        "CASE a.channel WHEN 'portal' THEN 'portal' ELSE 'office' END",
        "o.customer_id",
        "e.number",
        "e.public_id",
        "a.total_minor, a.currency",
    )
}
FROM estimates_approval a JOIN estimates_estimate e ON e.id = a.estimate_id
  JOIN estimates_proposal o ON o.id = e.proposal_id
WHERE a.company_id = %(company)s AND {_within("a.at")} AND NOT {IS_UNDONE} AND {_of_branch("e.branch_id")}
UNION ALL
{
    _columns(
        "e.decided_at",
        "e.public_id",
        "'import'",
        "o.customer_id",
        "e.number",
        "e.public_id",
        "e.total_minor, e.currency",
    )
}
FROM estimates_estimate e JOIN estimates_proposal o ON o.id = e.proposal_id
WHERE e.company_id = %(company)s AND e.status = 'Sold' AND {_within("e.decided_at")} AND {_of_branch("e.branch_id")}
  AND NOT EXISTS (SELECT FROM estimates_approval a WHERE a.estimate_id = e.id AND NOT {IS_UNDONE})"""
BOOKINGS = f"""
{
    _columns(
        "b.made_at",
        "b.public_id",
        "CASE WHEN b.is_by_office THEN 'office' ELSE 'portal' END",
        "j.customer_id",
        "v.number",
        "j.public_id",
    )
}
FROM booking_booking b JOIN jobs_appointment v ON v.id = b.appointment_id JOIN jobs_job j ON j.id = v.job_id
  JOIN catalog_businessunit w ON w.id = j.business_unit_id
WHERE b.company_id = %(company)s AND {_within("b.made_at")} AND {_of_branch("w.branch_id")}
UNION ALL
{
    _columns(
        "j.created_at",
        "j.public_id",
        "CASE WHEN j.source_id IS NULL THEN 'office' ELSE 'import' END",
        "j.customer_id",
        "j.number",
        "j.public_id",
    )
}
FROM jobs_job j JOIN catalog_businessunit w ON w.id = j.business_unit_id
WHERE j.company_id = %(company)s AND {_within("j.created_at")} AND {_of_branch("w.branch_id")}
  AND EXISTS (SELECT FROM jobs_appointment v WHERE v.job_id = j.id
    AND NOT EXISTS (SELECT FROM booking_booking b WHERE b.appointment_id = v.id))"""
CHANGES = f"""
{_columns("s.at", "s.public_id", "'portal'", "j.customer_id", "v.number", "j.public_id")}
FROM booking_bookingstep s JOIN jobs_appointment v ON v.id = s.appointment_id JOIN jobs_job j ON j.id = v.job_id
  JOIN catalog_businessunit w ON w.id = j.business_unit_id
WHERE s.company_id = %(company)s AND s.kind <> 'booked' AND NOT s.is_by_office AND {_within("s.at")}
  AND {_of_branch("w.branch_id")}"""
# One row for each person and month. A person belongs to every branch on whose customers the address stands.
USERS = f"""
SELECT y.at, (extract(epoch FROM y.at) * 1000000)::bigint AS ord, g.public_id AS key, 'portal' AS via,
  h.customer_id, g.email AS label, g.public_id AS thing, NULL::bigint AS amount, '' AS currency
FROM (SELECT a.who, max(a.at) AS at FROM (
    SELECT a.at, CASE a.actor_kind WHEN 'shell' THEN a.subject_id ELSE a.actor_ref END AS who
    FROM audit_auditentry a WHERE a.company_id = %(company)s AND a.verb IN {SIGN_INS} AND {_within("a.at")}
      AND a.actor_kind IN ('customer', 'shell')) a
  GROUP BY a.who, date_trunc('month', a.at AT TIME ZONE %(zone)s)) y
JOIN people_login g ON g.company_id = %(company)s AND g.side = 'customer' AND g.public_id::text = y.who
LEFT JOIN LATERAL (SELECT c.id AS customer_id FROM customers_portalcontact p
    JOIN customers_customer c ON c.id = p.customer_id
  WHERE p.company_id = %(company)s AND p.email = g.email AND p.is_present AND {_of_branch("c.branch_id")}
  ORDER BY c.id LIMIT 1) h ON true
WHERE %(branch)s::uuid IS NULL OR h.customer_id IS NOT NULL"""
# Who was never invited, and why it should happen now: a visit to come, money owed, or work that was done lately. The
# best reason counts, and orders the list: the next visit, then the largest balance, then the latest work.
WAITING = f"""
SELECT k.at, k.ord, c.public_id AS key, k.via, c.id AS customer_id, n.email AS label, n.public_id AS thing,
  b.owed AS amount, b.currency, v.at AS visit_at, d.at AS done_at
FROM (SELECT DISTINCT ON (p.customer_id) p.customer_id, p.public_id, p.email FROM customers_portalcontact p
    WHERE p.company_id = %(company)s AND p.stage = 'never'
    ORDER BY p.customer_id, p.is_on_customer DESC, p.email) n
JOIN customers_customer c ON c.id = n.customer_id
LEFT JOIN LATERAL (SELECT min(v.window_starts_at) AS at FROM jobs_job j JOIN jobs_appointment v ON v.job_id = j.id
  WHERE j.customer_id = c.id AND j.status IN ('Scheduled', 'Dispatched', 'InProgress', 'Hold')
    AND v.status IN ('Scheduled', 'Dispatched') AND v.window_starts_at >= %(now)s::timestamptz) v ON true
LEFT JOIN LATERAL (SELECT sum(i.total_minor - i.paid_minor)::bigint AS owed, min(i.currency) AS currency
  FROM billing_invoice i WHERE i.customer_id = c.id AND i.state = 'issued' AND NOT i.is_settled
    AND i.was_ever_positive AND i.total_minor > 0) b ON true
LEFT JOIN LATERAL (SELECT max(j.completed_at) AS at FROM jobs_job j
  WHERE j.customer_id = c.id AND j.status = 'Completed' AND j.completed_at >= %(done_since)s::timestamptz
    AND j.completed_at <= %(now)s::timestamptz) d ON true
CROSS JOIN LATERAL (SELECT
  CASE WHEN v.at IS NOT NULL THEN 'visit' WHEN b.owed > 0 THEN 'balance' ELSE 'job' END AS via,
  CASE WHEN v.at IS NOT NULL THEN v.at WHEN b.owed > 0 THEN %(now)s::timestamptz ELSE d.at END AS at,
  CASE WHEN v.at IS NOT NULL THEN 4000000000000000 - extract(epoch FROM v.at)::bigint
    WHEN b.owed > 0 THEN 1000000000000 + b.owed ELSE extract(epoch FROM d.at)::bigint END AS ord) k
WHERE (v.at IS NOT NULL OR b.owed > 0 OR d.at IS NOT NULL)
  AND c.is_active AND c.merged_into_id IS NULL AND NOT c.do_not_mail AND {_of_branch("c.branch_id")}
  AND NOT EXISTS (SELECT FROM customers_portalcontact p WHERE p.company_id = %(company)s AND p.customer_id = c.id
    AND p.stage IN ('queued', 'sent', 'opened', 'bounced', 'registered', 'account'))"""
# Every row of the Customer Portal tables that somebody could use, as a step (enums.Step).
REACHED = """CASE p.stage WHEN 'never' THEN 0 WHEN 'queued' THEN 1 WHEN 'bounced' THEN 1 WHEN 'sent' THEN 2
    WHEN 'opened' THEN 3 ELSE CASE WHEN p.stage_at >= %(active_since)s::timestamptz THEN 5 ELSE 4 END END"""
CUSTOMERS = f"""
SELECT c.created_at AS at, (extract(epoch FROM c.created_at) * 1000000)::bigint AS ord, c.public_id AS key,
  f.reached::text AS via, c.id AS customer_id, '' AS label, c.public_id AS thing, NULL::bigint AS amount,
  '' AS currency
FROM (SELECT p.customer_id, max({REACHED}) AS reached FROM customers_portalcontact p
  WHERE p.company_id = %(company)s AND p.is_present AND p.stage NOT IN ('revoked', 'nobody', 'removed')
  GROUP BY p.customer_id) f
JOIN customers_customer c ON c.id = f.customer_id
WHERE c.is_active AND c.merged_into_id IS NULL AND {_of_branch("c.branch_id")}"""
BOUNCED = f"""
{_columns("p.stage_at", "p.public_id", "'portal'", "p.customer_id", "p.email", "p.public_id")}
FROM customers_portalcontact p JOIN customers_customer c ON c.id = p.customer_id
WHERE p.company_id = %(company)s AND p.stage = 'bounced' AND {_of_branch("c.branch_id")}"""
FACTS = {
    Kind.CUSTOMERS: CUSTOMERS,
    Kind.PAYMENTS: PAYMENTS,
    Kind.APPROVALS: APPROVALS,
    Kind.BOOKINGS: BOOKINGS,
    Kind.CHANGES: CHANGES,
    Kind.USERS: USERS,
    Kind.BOUNCED: BOUNCED,
}
BY_MONTH = (Kind.PAYMENTS, Kind.APPROVALS, Kind.BOOKINGS, Kind.CHANGES, Kind.USERS)


def _by_month(fact: str) -> str:
    return f"""(SELECT coalesce(json_agg(json_build_array(z.month, z.via, z.many)), '[]') FROM (
  SELECT to_char(x.at AT TIME ZONE %(zone)s, 'YYYY-MM') AS month, x.via, count(*) AS many
  FROM ({fact}) x GROUP BY 1, 2) z)"""


def _listed(fact: str) -> str:
    """The records of a fact, newest first, after a place in the order."""
    return f"""
SELECT coalesce(json_agg(json_build_object('at', r.at, 'ord', r.ord, 'key', r.key, 'via', r.via, 'label', r.label,
    'thing', r.thing, 'amount', r.amount, 'currency', r.currency, 'customer', c.public_id, 'name', c.name)
  ORDER BY r.ord DESC, r.key DESC), '[]')
FROM (SELECT x.* FROM ({fact}) x
  WHERE (%(vias)s::text[] IS NULL OR x.via = ANY(%(vias)s::text[]))
    AND (x.ord, x.key) < (%(ord)s::bigint, %(key)s::uuid)
  ORDER BY x.ord DESC, x.key DESC LIMIT %(limit)s) r
LEFT JOIN LATERAL (SELECT c.public_id, c.name FROM customers_customer c WHERE c.id = r.customer_id OFFSET 0) c ON true
"""


# What was done in each month, through which door.
MONTHS = "SELECT json_build_object(" + ", ".join(f"'{kind}', {_by_month(FACTS[kind])}" for kind in BY_MONTH) + ")"
# How things stand now.
STANDING = f"""
SELECT json_build_object(
  'reached', (SELECT coalesce(json_object_agg(z.via, z.many), '{{}}') FROM (
    SELECT x.via, count(*) AS many FROM ({CUSTOMERS}) x GROUP BY x.via) z),
  'bounced', (SELECT count(*) FROM ({BOUNCED}) x),
  'waiting', (SELECT coalesce(json_object_agg(z.via, z.many), '{{}}') FROM (
    SELECT x.via, count(*) AS many FROM ({WAITING}) x GROUP BY x.via) z),
  'branches', (SELECT coalesce(json_agg(json_build_object('id', n.public_id, 'name', n.display_name)
    ORDER BY n.is_main DESC, n.name), '[]') FROM tenancy_branch n WHERE n.company_id = %(company)s))
"""
LISTS = {kind: _listed(fact) for kind, fact in FACTS.items()}
INVITE_NEXT = _listed(WAITING).replace("'name', c.name", "'name', c.name, 'visit_at', r.visit_at, 'done_at', r.done_at")

"""The statements behind memberships.py. Each names the customer-facing columns and no other.

Lists are read status by status, by customer or by location, so that each arm is a range of one index and a page never
reads more than its own rows. Amounts are read where a statement is given a billing scope, and there only.
"""

from __future__ import annotations

from portico.domain.billing.queries.invoice_sql import HOME as MONEY_HOME
from portico.domain.billing.queries.invoice_sql import IN_PLACE
from portico.foundation.tenancy.brands import BRAND_SQL

SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
SHOWN = "(VALUES ('Active', 0), ('Suspended', 1), ('Expired', 2), ('Canceled', 2)) AS g(status, stage)"
STAGE = "CASE {0}.status WHEN 'Active' THEN 0 WHEN 'Suspended' THEN 1 ELSE 2 END"
ADDRESS = """concat_ws(', ', nullif(concat_ws(' ', nullif(l.street, ''), nullif(l.unit, '')), ''), nullif(l.city, ''),
  nullif(concat_ws(' ', nullif(l.region, ''), nullif(l.postal_code, '')), ''))"""
LOCAL = "({0} AT TIME ZONE b.time_zone)::date"
# The day that a midnight of the source stands for. It writes every midnight with the offset of its main office, which
# at a branch may be a whole hour of the evening before: from nine o’clock on it is the next day (docs/memberships.md).
DAY = """(({0} AT TIME ZONE b.time_zone)
  + CASE WHEN date_trunc('hour', {0}) = {0} THEN interval '3 hours' ELSE interval '0' END)::date"""
IN_SCOPE = "m.customer_id = s.customer_id AND (s.location_id IS NULL OR m.location_id = s.location_id)"

# CASE, not coalesce(): the latter counts as leaky, and row-level security would refuse it the index. The company's
# few units are read once, not once for each membership.
BESIDE = """JOIN memberships_membershiptype t ON t.id = m.type_id
  JOIN customers_customer c ON c.id = m.customer_id
  LEFT JOIN customers_location l ON l.id = m.location_id
  CROSS JOIN LATERAL (SELECT ((SELECT jsonb_object_agg(u.id, u.branch_id) FROM catalog_businessunit u
    WHERE u.company_id = %(company)s) ->> m.business_unit_id::text)::bigint AS branch_id) u
  JOIN tenancy_branch b ON b.id = CASE WHEN u.branch_id IS NULL THEN c.branch_id ELSE u.branch_id END"""
ROW = f"""m.public_id AS id, t.display_name AS title, m.status, t.discount_percent::text AS discount,
  {DAY.format("m.starts_at")} AS starts_on, {DAY.format("m.ends_at")} AS ends_on,
  {DAY.format("m.canceled_at")} AS canceled_on, m.duration_months AS months,
  {LOCAL.format("%(now)s::timestamptz")} AS today,
  c.public_id AS customer, c.name AS customer_name, l.name AS location_name, {ADDRESS} AS address, b.phone"""


# What was booked here counts until it is canceled; then the source's job.
JOB_OF_EVENT = """LEFT JOIN jobs_job own ON own.id = e.booked_as_id AND own.status <> 'Canceled'
  LEFT JOIN jobs_job j ON j.id = CASE WHEN own.id IS NULL THEN e.job_id ELSE own.id END"""


def _visits(most: int) -> str:
    """The newest visits of `m`, whichever period they are of."""
    return f"""(SELECT coalesce(json_agg(json_build_object('id', e.public_id, 'name', e.name, 'status', e.status,
      'due_on', {DAY.format("e.due_at")}, 'job', j.public_id, 'job_status', j.status)
      ORDER BY e.due_at, e.id), '[]')
    FROM (SELECT e.* FROM memberships_recurringserviceevent e WHERE e.membership_id = m.id
      ORDER BY e.due_at DESC, e.id DESC LIMIT {most}) e
    {JOB_OF_EVENT})"""


def _arms(*, statuses: str, more: str, limit: str) -> str:
    """Memberships of the scope, status by status: those of whole customers, and those at single locations."""
    arm = f"""SELECT m.* FROM memberships_membership m
      WHERE {{0}} AND m.status = g.status {more}
      ORDER BY m.listed_at DESC, m.id DESC LIMIT {limit}"""
    whole = arm.format("s.location_id IS NULL AND m.customer_id = s.customer_id")
    place = arm.format("m.location_id = s.location_id AND m.customer_id = s.customer_id")
    return f"""{SCOPE} CROSS JOIN {statuses} CROSS JOIN LATERAL (
    SELECT m.*, g.stage FROM (({whole}) UNION ALL ({place})) m) m"""


# The place of the last row of the page before; where there is none, before all.
CURSOR = """(SELECT {0} FROM memberships_membership a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
AT = f"""(SELECT {CURSOR.format(STAGE.format("a"))} AS stage, {CURSOR.format("a.listed_at")} AS listed_at,
  {CURSOR.format("a.id")} AS id) AS w"""
AFTER = """AND g.stage >= CASE WHEN w.stage IS NULL THEN 0 ELSE w.stage END
  AND (m.listed_at, m.id) < (
    CASE WHEN w.stage IS NULL OR g.stage > w.stage THEN timestamptz 'infinity' ELSE w.listed_at END,
    CASE WHEN w.stage IS NULL OR g.stage > w.stage THEN 9223372036854775807 ELSE w.id END)"""

MEMBERSHIPS = f"""
SELECT coalesce(json_agg(to_json(p) ORDER BY p.stage, p.listed_at DESC, p.key DESC), '[]') FROM (
  SELECT {ROW}, m.stage, m.listed_at, m.id AS key, {_visits(12)} AS visits FROM (
    SELECT m.* FROM {AT} CROSS JOIN {_arms(statuses=SHOWN, more=AFTER, limit="%(limit)s")}
    ORDER BY m.stage, m.listed_at DESC, m.id DESC LIMIT %(limit)s) m
  {BESIDE}) p
"""

# What a page of one membership says beyond its row. `is_payer`: the reader may see what this customer is billed.
PRICED = """EXISTS (SELECT FROM unnest(%(billing_customers)s::bigint[], %(billing_locations)s::bigint[])
  AS s(customer_id, location_id)
  WHERE m.customer_id = s.customer_id AND (s.location_id IS NULL OR m.location_id = s.location_id))"""
COVERS = """(SELECT coalesce(json_agg(r.name ORDER BY x.id), '[]')
  FROM memberships_membershiptypeservice x JOIN memberships_recurringservicetype r ON r.id = x.service_id
  WHERE x.membership_type_id = m.type_id)"""
ONE = f"""
SELECT to_json(p) FROM (
  SELECT {ROW}, {_visits(60)} AS visits, {BRAND_SQL} AS brand, {COVERS} AS covers,
    CASE WHEN {PRICED} THEN json_build_object('on', m.next_bill_on, 'terms', t.billing,
      'frequency', m.billing_frequency) END AS bill
  FROM memberships_membership m {BESIDE}
  WHERE m.company_id = %(company)s AND m.public_id = %(membership)s::uuid AND m.status <> 'Deleted'
    AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})) p
"""

# Membership discounts are negative price modifiers on invoices that name the membership; rule 0 by the billing scope.
DISCOUNTS = f"""
SELECT coalesce(json_agg(to_json(d) ORDER BY d.issued_on DESC, d.key DESC), '[]') FROM (
  SELECT i.public_id AS id, i.number, i.title, i.issued_on, i.currency, i.id AS key, x.discount
  FROM (
    SELECT i.* FROM billing_invoice i JOIN memberships_membership m ON m.source_id = i.membership_source_id
    WHERE i.company_id = %(company)s AND m.company_id = %(company)s AND m.public_id = %(membership)s::uuid
      AND i.state = 'issued' AND i.was_ever_positive
      AND i.issued_on >= %(from)s::date AND i.issued_on < %(to)s::date
    ORDER BY i.issued_on DESC, i.id DESC LIMIT 100) i
  CROSS JOIN LATERAL (
    SELECT sum(n.total_minor)::bigint AS discount FROM billing_invoiceitem n
    WHERE n.invoice_id = i.id AND n.type = 'PriceModifier' AND n.total_minor < 0) x
  WHERE x.discount IS NOT NULL
    AND EXISTS (SELECT FROM {SCOPE} WHERE i.customer_id = s.customer_id AND {IN_PLACE})) d
"""

# For home: the first visits that are due by `soon`, of the newest memberships; rules.py has the last word on each.
DUE_VISITS = f"""(SELECT coalesce(json_agg(json_build_object('id', e.public_id, 'name', e.name, 'status', e.status,
    'due_on', {DAY.format("e.due_at")}, 'job', j.public_id, 'job_status', j.status) ORDER BY e.due_at, e.id), '[]')
  FROM (SELECT e.* FROM memberships_recurringserviceevent e
    WHERE e.membership_id = m.id AND e.status IN ('NotAttempted', 'Unreachable', 'Contacted')
      AND e.due_at < %(now)s::timestamptz + interval '31 days'
    ORDER BY e.due_at DESC LIMIT 3) e
  {JOB_OF_EVENT})"""
DUE = f"""
SELECT coalesce(json_agg(to_json(p) ORDER BY p.listed_at DESC, p.key DESC), '[]') FROM (
  SELECT p.* FROM (
    SELECT {ROW}, m.listed_at, m.id AS key, {DUE_VISITS} AS visits FROM (
      SELECT m.* FROM {_arms(statuses="(VALUES ('Active', 0)) AS g(status, stage)", more="", limit="40")}
      ORDER BY m.listed_at DESC, m.id DESC LIMIT 40) m
    {BESIDE}) p
  WHERE json_array_length(p.visits) > 0) p
""".replace("%(customers)s", "%(service_customers)s").replace("%(locations)s", "%(service_locations)s")
HOME = f"SELECT json_build_object('home', ({MONEY_HOME}), 'due', ({DUE}))"

ACTIVE_AT = f"""
SELECT coalesce(json_agg(json_build_object('id', p.id, 'title', p.title) ORDER BY p.title, p.key), '[]') FROM (
  SELECT m.public_id AS id, t.display_name AS title, m.id AS key
  FROM (
    SELECT m.* FROM memberships_membership m WHERE m.location_id = %(location)s::bigint AND m.status = 'Active'
    ORDER BY m.listed_at DESC, m.id DESC LIMIT 10) m
  JOIN memberships_membershiptype t ON t.id = m.type_id
  WHERE m.company_id = %(company)s AND (m.ends_at IS NULL OR m.ends_at > %(now)s::timestamptz)
    AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})) p
"""

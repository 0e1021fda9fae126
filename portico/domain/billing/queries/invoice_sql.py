"""The statements behind invoices.py. Each names the customer-facing columns and no other.

Three rules keep them as fast at 10,000 invoices as at ten: no `= ANY(customers)` before `ORDER BY … LIMIT` but a
LATERAL for each customer; "open" is the condition of a partial index; pages are keyset pages. Lists are `json`, which
is text put together: `jsonb` would be taken apart and written once more, for half of a list's whole cost.
"""

from __future__ import annotations

from portico.domain.billing.queries.holds import HELD_SQL
from portico.domain.billing.queries.method_sql import MONEY_WAITING
from portico.foundation.tenancy.brands import BRAND_SQL

OPEN = "i.state = 'issued' AND NOT i.is_settled AND i.was_ever_positive"
PAID = "i.state = 'issued' AND i.is_settled AND i.was_ever_positive"
SCOPE = "unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)"
IN_PLACE = """(s.location_id IS NULL OR EXISTS (
  SELECT FROM jobs_job j WHERE j.id = i.job_id AND j.location_id = s.location_id))"""
IN_SCOPE = f"i.customer_id = s.customer_id AND {IN_PLACE}"

ROW_COLUMNS = f"""i.public_id AS id, i.number, i.title, c.public_id AS customer, i.issued_on, i.due_on,
  (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date AS today, i.currency, i.total_minor AS total,
  i.paid_minor AS paid, i.reserved_minor AS reserved, {HELD_SQL} AS held, i.state, i.id AS key"""
ROW_TABLES = """billing_invoice i JOIN customers_customer c ON c.id = i.customer_id
  JOIN tenancy_branch b ON b.id = i.branch_id"""


# A whole sub-select each: a coalesce() around one would count as leaky, and row-level security refuse it the index.
CURSOR = """(SELECT coalesce(max(a.{0}), {1}) FROM billing_invoice a
  WHERE a.company_id = %(company)s AND a.public_id = %(after)s::uuid
    AND a.customer_id = ANY(%(customers)s::bigint[]))"""
AFTER_OPEN = "(i.due_on, i.key) > ({}, {})".format(CURSOR.format("due_on", "date '-infinity'"), CURSOR.format("id", 0))
BEFORE_PAID = "(i.issued_on, i.id) < ({}, {})".format(
    CURSOR.format("issued_on", "date 'infinity'"), CURSOR.format("id", (1 << 63) - 1)
)


def _page(*, condition: str, order: str, merged_order: str, limit: str) -> str:
    """`OFFSET 0` keeps the dear question about the place out of the choice of index; the joins see the page only."""
    return f"""
    SELECT coalesce(json_agg(to_json(p) ORDER BY {merged_order}), '[]') FROM (
      SELECT p.* FROM {SCOPE} CROSS JOIN LATERAL (
        SELECT {ROW_COLUMNS} FROM (
          SELECT i.* FROM (
            SELECT i.* FROM billing_invoice i
            WHERE i.customer_id = s.customer_id AND {condition} ORDER BY {order} OFFSET 0) i
          WHERE {IN_PLACE} ORDER BY {order} LIMIT {limit}) i
        JOIN customers_customer c ON c.id = i.customer_id JOIN tenancy_branch b ON b.id = i.branch_id) p
      ORDER BY {merged_order} LIMIT {limit}) p"""


# All that is open is read once, for a page of it and for its sums: what is open is never much, what was paid may be.
OPEN_ROWS = f"""open AS MATERIALIZED (
  SELECT {ROW_COLUMNS}
  FROM {SCOPE} CROSS JOIN LATERAL (
    SELECT i.* FROM billing_invoice i WHERE i.customer_id = s.customer_id AND {OPEN} OFFSET 0) i
  JOIN customers_customer c ON c.id = i.customer_id JOIN tenancy_branch b ON b.id = i.branch_id
  WHERE {IN_PLACE})
"""


def _open_page(*, condition: str, limit: str) -> str:
    return f"""
    SELECT coalesce(json_agg(to_json(p) ORDER BY p.due_on, p.key), '[]') FROM (
      SELECT i.* FROM open i WHERE {condition} ORDER BY i.due_on, i.key LIMIT {limit}) p"""


OPEN_SUMS = """json_build_object(
  'open_count', count(*),
  'payable_count', count(*) FILTER (WHERE i.due > 0),
  'overdue_count', count(*) FILTER (WHERE i.due > 0 AND i.due_on < i.today),
  'due', coalesce(sum(i.due), 0)::bigint,
  'pending', coalesce(sum(i.pending), 0)::bigint)
FROM (
  SELECT i.due_on, i.today, i.total - i.paid - i.reserved + i.held AS due, i.reserved - i.held AS pending
  FROM open i) i
"""
PAID_PAGE = _page(
    condition=f"{PAID} AND {BEFORE_PAID}",
    order="i.issued_on DESC, i.id DESC",
    merged_order="issued_on DESC, key DESC",
    limit="%(limit)s",
)

OPEN_LIST = f"""WITH {OPEN_ROWS}
SELECT json_build_object('rows', ({_open_page(condition=AFTER_OPEN, limit="%(limit)s")}), 'sums', (SELECT {OPEN_SUMS}),
  'waiting', ({MONEY_WAITING}))
"""
PAID_LIST = f"WITH {OPEN_ROWS} SELECT json_build_object('rows', ({PAID_PAGE}), 'sums', (SELECT {OPEN_SUMS}))"

FAILED = f"""
SELECT coalesce(json_agg(to_json(f) ORDER BY f.at DESC), '[]') FROM (
  SELECT p.* FROM (SELECT DISTINCT s.customer_id FROM {SCOPE} WHERE s.location_id IS NULL) s CROSS JOIN LATERAL (
    SELECT p.public_id AS id, p.amount_minor AS amount, p.currency, p.created_at AS at
    FROM (
      SELECT p.* FROM billing_payment p
      WHERE p.customer_id = s.customer_id AND p.created_at > %(now)s::timestamptz - interval '14 days'
      ORDER BY p.created_at DESC, p.id DESC OFFSET 0) p
    WHERE p.channel = 'portal' AND p.state = 'failed'
      AND NOT EXISTS (SELECT FROM billing_payment later WHERE later.customer_id = p.customer_id
        AND later.created_at > p.created_at AND later.state IN ('succeeded', 'processing'))
    ORDER BY p.created_at DESC, p.id DESC LIMIT 1) p) f
"""

VISITS = """
SELECT coalesce(json_agg(to_json(v) ORDER BY v.starts_at), '[]') FROM (
  SELECT v.* FROM
    unnest(%(service_customers)s::bigint[], %(service_locations)s::bigint[]) AS s(customer_id, location_id)
  CROSS JOIN LATERAL (
    SELECT a.public_id AS id, t.name AS title, a.window_starts_at AS starts_at, a.window_ends_at AS ends_at, a.status,
           concat_ws(', ', nullif(l.street, ''), nullif(l.city, '')) AS address, b.time_zone, b.phone
    FROM jobs_job j
    JOIN jobs_appointment a ON a.job_id = j.id
    JOIN catalog_jobtype t ON t.id = j.job_type_id
    JOIN customers_location l ON l.id = j.location_id
    JOIN catalog_businessunit u ON u.id = j.business_unit_id
    JOIN tenancy_branch b ON b.id = u.branch_id
    WHERE j.customer_id = s.customer_id AND (s.location_id IS NULL OR j.location_id = s.location_id)
      AND j.status IN ('Scheduled', 'Dispatched', 'InProgress', 'Hold')
      AND a.status IN ('Scheduled', 'Dispatched', 'Working') AND a.ends_at > %(now)s::timestamptz
    ORDER BY a.window_starts_at, a.id LIMIT 3) v
  ORDER BY v.starts_at LIMIT 3) v
"""

HOME = f"""WITH {OPEN_ROWS}
SELECT json_build_object(
  'open', ({_open_page(condition="true", limit="6")}),
  'sums', (SELECT {OPEN_SUMS}),
  'failed', ({FAILED}),
  'visits', ({VISITS}),
  'recent', ({
    _page(condition=PAID, order="i.issued_on DESC, i.id DESC", merged_order="issued_on DESC, key DESC", limit="3")
}),
  'waiting', ({MONEY_WAITING}))
"""

ADDRESS_OF = """concat_ws(', ', nullif(concat_ws(' ', nullif({0}.street, ''), nullif({0}.unit, '')), ''),
  nullif({0}.city, ''), nullif(concat_ws(' ', nullif({0}.region, ''), nullif({0}.postal_code, '')), ''))"""

INVOICE_BODY = f"""
SELECT json_build_object(
  'row', (SELECT to_json(r) FROM (SELECT {ROW_COLUMNS}) r),
  'subtotal', i.subtotal_minor, 'tax', i.tax_minor,
  'bill_to', c.name, 'bill_to_address', {ADDRESS_OF.format("c")},
  'job_number', j.number, 'job_on', coalesce(j.completed_at, j.created_at),
  'location_name', l.name, 'location_address', {ADDRESS_OF.format("l")},
  'brand', {BRAND_SQL},
  'lines', (SELECT coalesce(json_agg(json_build_object('name', t.name, 'description', t.description,
      'quantity', t.quantity::text, 'price', t.price_minor, 'total', t.total_minor) ORDER BY t.position), '[]')
    FROM billing_invoiceitem t WHERE t.invoice_id = i.id),
  'applied', (SELECT coalesce(json_agg(json_build_object('payment', p.public_id,
      'on', coalesce(a.applied_on, p.paid_on, p.created_at::date), 'method', p.method, 'label', p.method_label,
      'amount', CASE WHEN a.state = 'posted' THEN a.posted_minor ELSE a.amount_minor END,
      'is_pending', a.state = 'reserved',
      'is_credit', EXISTS (SELECT FROM billing_ledgerentry e
        WHERE e.invoice_id = i.id AND e.payment_id = p.id AND e.source_type = 'credit_use'))
      ORDER BY p.created_at, p.id), '[]')
    FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
    WHERE a.invoice_id = i.id
      AND (a.state = 'posted' OR a.state = 'reserved' AND p.state NOT IN ('open', 'failed', 'canceled'))))
FROM {ROW_TABLES} LEFT JOIN jobs_job j ON j.id = i.job_id LEFT JOIN customers_location l ON l.id = i.location_id
WHERE i.company_id = %(company)s AND i.public_id = %(invoice)s::uuid AND i.state = 'issued'
"""

INVOICE_OF_COMPANY = INVOICE_BODY
INVOICE = f"{INVOICE_BODY} AND i.was_ever_positive AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})"

OF_THESE = f"""SELECT coalesce(json_agg(i.public_id), '[]') FROM billing_invoice i
 WHERE i.company_id = %(company)s AND i.public_id = ANY(%(invoices)s::uuid[])
   AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})"""

"""The statements behind payments.py. Each names the customer-facing columns and no other."""

from __future__ import annotations

from portico.domain.billing.queries.holds import DEPOSIT_HELD
from portico.domain.billing.queries.invoice_sql import ADDRESS_OF, IN_SCOPE, SCOPE
from portico.domain.billing.queries.method_sql import CURRENCY, IS_ACH_TAKEN, METHOD, METHOD_TABLES, WHOLE
from portico.domain.customers.queries import IS_INVITED, OWN_REACH
from portico.foundation.tenancy.brands import BRAND_SQL
from portico.foundation.tenancy.sql import columns

# What pages that the same person opened hold of invoice i: paying again ends those pages first.
OWN_HELD = """CASE WHEN i.reserved_minor = 0 THEN 0 ELSE (
  SELECT coalesce(sum(a.amount_minor), 0)::bigint
  FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
  WHERE a.invoice_id = i.id AND a.state = 'reserved' AND p.state = 'open' AND p.made_by = %(login)s::uuid) END"""

POLICY = """coalesce((SELECT jsonb_build_object('is_partial_allowed', y.is_partial_allowed,
    'minimum_minor', y.minimum_minor, 'partial_minimum_invoice_minor', y.partial_minimum_invoice_minor)
  FROM billing_paymentpolicy y WHERE y.company_id = %(company)s LIMIT 1), '{}')"""

MAY_PAY = """SELECT EXISTS (SELECT FROM billing_paymentaccount t
  WHERE t.company_id = %(company)s AND t.is_active AND t.gateway = ANY(%(gateways)s))"""

REACH_AND_MAY_PAY = f"""
SELECT json_build_object('reach', ({OWN_REACH}), 'is_invited', {IS_INVITED}, 'may_pay', ({MAY_PAY}))"""

# What payments that only their gateway can end hold of invoice i: it is neither due nor payable meanwhile.
ON_ITS_WAY = """CASE WHEN i.reserved_minor = 0 THEN '[]' ELSE (
  SELECT coalesce(jsonb_agg(jsonb_build_object('amount', a.amount_minor, 'is_bank', p.method = 'ach',
      'since', (p.created_at AT TIME ZONE b.time_zone)::date) ORDER BY p.created_at, p.id), '[]')
  FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
  WHERE a.invoice_id = i.id AND a.state = 'reserved' AND p.state = 'processing') END"""

# Of the one customer whose invoices were chosen, where the reader reaches that customer whole.
CHOSEN_CUSTOMER = f"""{WHOLE} JOIN customers_customer c ON c.id = s.customer_id
  WHERE c.company_id = %(company)s AND 1 = (SELECT count(DISTINCT i.customer_id) FROM billing_invoice i
      WHERE i.company_id = %(company)s AND i.public_id = ANY(%(invoices)s::uuid[]))
    AND c.id = (SELECT min(i.customer_id) FROM billing_invoice i
      WHERE i.company_id = %(company)s AND i.public_id = ANY(%(invoices)s::uuid[]))"""

PAYABLE = f"""
SELECT jsonb_build_object(
  'policy', {POLICY},
  'takes_ach', {IS_ACH_TAKEN},
  'takes_cards', NOT EXISTS (SELECT FROM billing_paymentpolicy y
    WHERE y.company_id = %(company)s AND y.cards_paused_until > %(real_now)s::timestamptz),
  'currency', {CURRENCY},
  'methods', (SELECT coalesce(jsonb_agg({METHOD} ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC), '[]')
    FROM {METHOD_TABLES} WHERE m.state <> 'detached' AND m.customer_id IN (SELECT c.id FROM {CHOSEN_CUSTOMER})),
  'account', (SELECT jsonb_build_object('is_live', t.is_live) FROM billing_paymentaccount t
    WHERE t.company_id = %(company)s AND t.is_active AND t.gateway = ANY(%(gateways)s) LIMIT 1),
  'invoices', (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.due_on, r.key), '[]') FROM (
    SELECT DISTINCT i.id AS key, i.public_id AS id, i.number, i.title, c.id AS customer_key, c.public_id AS customer,
      c.name AS customer_name, i.due_on, (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date AS today, i.currency,
      i.total_minor AS total, i.paid_minor AS paid, i.reserved_minor AS reserved, {OWN_HELD} AS held,
      {ON_ITS_WAY} AS on_its_way, l.street AS place, {BRAND_SQL}::jsonb AS brand
    FROM (
      SELECT i.* FROM billing_invoice i
      WHERE i.company_id = %(company)s AND i.public_id = ANY(%(invoices)s::uuid[]) OFFSET 0) i
    JOIN {SCOPE} ON {IN_SCOPE}
    JOIN customers_customer c ON c.id = i.customer_id
    JOIN tenancy_branch b ON b.id = i.branch_id
    LEFT JOIN customers_location l ON l.id = i.location_id
    WHERE i.state = 'issued' AND i.was_ever_positive) r))
"""

# A payment is seen by who reaches its whole customer, or every place that it was for.
REACHED = """(SELECT s.customer_id, bool_or(s.location_id IS NULL) AS is_whole
  FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
  GROUP BY s.customer_id) s"""
IS_SEEN = """(s.is_whole OR (
  CASE WHEN p.deposit_id IS NULL THEN EXISTS (SELECT FROM billing_allocation a WHERE a.payment_id = p.id)
    ELSE EXISTS (SELECT FROM billing_deposit d JOIN jobs_job j ON j.id = d.job_id
      WHERE d.id = p.deposit_id AND j.location_id = ANY(%(locations)s::bigint[])) END
  AND NOT EXISTS (
    SELECT FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
    LEFT JOIN jobs_job j ON j.id = i.job_id
    WHERE a.payment_id = p.id AND coalesce(j.location_id <> ALL(%(locations)s::bigint[]), true))))"""
IS_TOLD = "NOT p.is_voided AND p.state NOT IN ('open', 'canceled')"

ROW = """p.public_id AS id, p.created_at AS at, p.paid_on, p.amount_minor AS amount, p.currency, p.state,
  p.method, p.method_label AS label, p.failure_text, p.receipt_number, b.time_zone, c.name AS customer_name,
  c.public_id AS customer,
  CASE WHEN p.deposit_id IS NULL THEN '' ELSE (SELECT d.title FROM billing_deposit d WHERE d.id = p.deposit_id) END
    AS deposit,
  (SELECT coalesce(json_agg(i.number ORDER BY i.due_on, i.id), '[]') FROM billing_allocation a
    JOIN billing_invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id) AS invoices"""
ROW_NAMES = (
    "id", "at", "paid_on", "amount", "currency", "state", "method", "label", "failure_text", "receipt_number",
    "time_zone", "customer_name", "customer", "deposit", "invoices",
)  # fmt: skip
TABLES = (
    "billing_payment p JOIN customers_customer c ON c.id = p.customer_id JOIN tenancy_branch b ON b.id = c.branch_id"
)

# For a cursor in a whole sub-select, and for OFFSET 0, see invoice_sql.py.
BEFORE = """(SELECT coalesce(max(o.{0}), {1}) FROM billing_payment o
  WHERE o.company_id = %(company)s AND o.public_id = %(before)s::uuid
    AND o.customer_id = ANY(%(customers)s::bigint[]))"""
PAYMENTS = f"""
SELECT {columns("r", *ROW_NAMES)} FROM (
  SELECT r.* FROM {REACHED} CROSS JOIN LATERAL (
    SELECT {ROW}, p.id AS key FROM (
      SELECT p.* FROM (
        SELECT p.* FROM billing_payment p
        WHERE p.customer_id = s.customer_id AND {IS_TOLD}
          AND (p.created_at, p.id) < (
            {BEFORE.format("created_at", "timestamptz 'infinity'")}, {BEFORE.format("id", (1 << 63) - 1)})
        ORDER BY p.created_at DESC, p.id DESC OFFSET 0) p
      WHERE {IS_SEEN} ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) p
    JOIN customers_customer c ON c.id = p.customer_id JOIN tenancy_branch b ON b.id = c.branch_id) r
  ORDER BY r.at DESC, r.key DESC LIMIT %(limit)s) r
"""

DETAILS = f"""
jsonb_build_object(
  'row', (SELECT to_jsonb(r) FROM (SELECT {ROW}) r),
  'attempt', (SELECT jsonb_build_object('state', t.state, 'id', t.id, 'session_ref', t.session_ref,
      'url', t.session_url, 'failure_text', t.failure_text, 'verify_url', t.verify_url)
    FROM billing_paymentattempt t WHERE t.payment_id = p.id ORDER BY t.n DESC LIMIT 1),
  'on_its_way_since', CASE WHEN p.state = 'processing' THEN (p.created_at AT TIME ZONE b.time_zone)::date END,
  'credit_used', coalesce((SELECT u.amount_minor FROM billing_credituse u
    WHERE u.company_id = p.company_id AND u.customer_id = p.customer_id AND u.form_token = p.form_token), 0),
  'received', p.received_minor, 'refunded', p.refunded_minor, 'receipt_email', p.receipt_email, 'made_by', p.made_by,
  'paid_at', p.succeeded_at, 'customer_address', {ADDRESS_OF.format("c")},
  'mailed_to', (SELECT m.to_email FROM messaging_message m
    WHERE m.company_id = p.company_id AND m.subject_id = p.public_id
      AND m.kind = 'receipt' ORDER BY m.queued_at DESC LIMIT 1),
  'deposit', (SELECT jsonb_build_object('id', d.public_id, 'title', d.title,
      'held', CASE WHEN d.payment_id = p.id THEN {DEPOSIT_HELD} ELSE 0 END)
    FROM billing_deposit d WHERE d.id = p.deposit_id),
  'brand', (SELECT {BRAND_SQL} FROM tenancy_branch b WHERE b.id = coalesce(
    (SELECT u.branch_id FROM billing_deposit d JOIN jobs_job j ON j.id = d.job_id
      JOIN catalog_businessunit u ON u.id = j.business_unit_id WHERE d.id = p.deposit_id),
    (SELECT min(i.branch_id) FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
      WHERE a.payment_id = p.id HAVING count(DISTINCT i.branch_id) = 1), c.branch_id)),
  'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', i.public_id, 'number', i.number, 'title', i.title,
      'amount', CASE WHEN a.state = 'posted' THEN a.posted_minor ELSE a.amount_minor END, 'state', a.state,
      'left', i.total_minor - i.paid_minor) ORDER BY i.due_on, i.id), '[]')
    FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id))
"""
PAYMENT = f"""
SELECT {DETAILS} FROM {REACHED} JOIN {TABLES} ON p.customer_id = s.customer_id
WHERE p.company_id = %(company)s AND p.public_id = %(payment)s::uuid AND NOT p.is_voided AND {IS_SEEN}
"""
PAYMENT_OF_COMPANY = f"""
SELECT {DETAILS} FROM {TABLES} WHERE p.company_id = %(company)s AND p.public_id = %(payment)s::uuid
"""

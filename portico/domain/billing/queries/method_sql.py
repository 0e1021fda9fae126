"""The statements behind methods.py and credit.py. Only who reaches a whole customer sees what that customer saved."""

from __future__ import annotations

from portico.domain.billing.queries.holds import DEPOSIT_HELD

WHOLE = """(SELECT DISTINCT s.customer_id
  FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
  WHERE s.location_id IS NULL) s"""

IS_ACH_TAKEN = """coalesce((SELECT y.is_ach_allowed FROM billing_paymentpolicy y
  WHERE y.company_id = %(company)s LIMIT 1), true)"""

# A saved method m of customer c with branch b.
METHOD = f"""jsonb_build_object('key', m.id, 'id', m.public_id, 'customer', c.public_id, 'customer_key', c.id,
  'customer_name', c.name, 'kind', m.kind, 'brand', m.brand, 'last4', m.last4, 'expires_on', m.expires_on,
  'state', m.state, 'is_default', m.is_default, 'is_current', t.is_active AND t.gateway = ANY(%(gateways)s),
  'is_taken', m.kind <> 'ach' OR {IS_ACH_TAKEN},
  'today', (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date,
  'verify_url', coalesce((SELECT u.verify_url FROM billing_methodsetup u
    WHERE u.company_id = m.company_id AND u.method_id = m.id AND u.state = 'verifying'
    ORDER BY u.id DESC LIMIT 1), ''))"""
METHOD_TABLES = """billing_paymentmethod m JOIN customers_customer c ON c.id = m.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id JOIN billing_paymentaccount t ON t.id = m.account_id"""

METHODS = f"""
SELECT coalesce(jsonb_agg({METHOD} ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC), '[]')
FROM {WHOLE} JOIN {METHOD_TABLES} ON m.customer_id = s.customer_id
WHERE m.company_id = %(company)s AND m.state <> 'detached'
"""
ONE_METHOD = f"""
SELECT {METHOD} FROM {WHOLE} JOIN {METHOD_TABLES} ON m.customer_id = s.customer_id
WHERE m.company_id = %(company)s AND m.public_id = %(method)s::uuid AND m.state <> 'detached'
"""
SETUP = f"""
SELECT jsonb_build_object('key', u.id, 'id', u.public_id, 'kind', u.kind, 'state', u.state, 'customer', c.public_id,
  'verify_url', u.verify_url, 'url', u.session_url)
FROM {WHOLE} JOIN billing_methodsetup u ON u.customer_id = s.customer_id
JOIN customers_customer c ON c.id = u.customer_id
WHERE u.company_id = %(company)s AND u.public_id = %(setup)s::uuid
"""

# What customer c can put to use: rules.usable_credit in SQL, without deposits that are held. Most have none, and for
# them only that is read.
USABLE = """(SELECT CASE WHEN w.total <= 0 THEN 0 ELSE (
    SELECT greatest(0, least(w.total - coalesce(sum(l.held), 0),
      coalesce(sum(l.rest - l.held) FILTER (WHERE l.is_good), 0)))::bigint
    FROM (
      SELECT r.amount_minor AS rest, least(r.amount_minor, coalesce((SELECT d.amount_minor FROM billing_deposit d
          WHERE d.company_id = %(company)s AND d.payment_id = r.payment_id AND d.customer_id = c.id
            AND d.released_at IS NULL AND d.canceled_at IS NULL), 0)) AS held,
        p.state <> 'disputed' AND NOT p.is_voided AND p.quarantine_note = '' AS is_good
      FROM (SELECT q.* FROM billing_paymentrest q
        WHERE q.company_id = %(company)s AND q.customer_id = c.id AND q.amount_minor > 0) r
      JOIN billing_payment p ON p.id = r.payment_id) l) END
  FROM (SELECT coalesce((SELECT k.amount_minor FROM billing_creditbalance k
    WHERE k.company_id = %(company)s AND k.customer_id = c.id), 0) AS total) w)"""
CURRENCY = "(SELECT k.currency FROM tenancy_company k WHERE k.id = %(company)s)"

USABLE_CREDIT = f"""
SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.customer_name, r.customer), '[]') FROM (
  SELECT c.public_id AS customer, c.name AS customer_name, {USABLE} AS amount, {CURRENCY} AS currency
  FROM {WHOLE} JOIN customers_customer c ON c.id = s.customer_id WHERE c.company_id = %(company)s) r
WHERE r.amount > 0
"""

USABLE_OF = f"SELECT {USABLE} FROM customers_customer c WHERE c.company_id = %(company)s AND c.id = %(customer)s"

CREDIT_USES = f"""
SELECT coalesce(jsonb_agg(to_jsonb(r) - 'key' ORDER BY r.at DESC, r.key DESC), '[]') FROM (
  SELECT u.id AS key, u.public_id AS id, u.created_at AS at, c.public_id AS customer, u.amount_minor AS amount,
    u.currency, u.made_by_name, b.time_zone,
    (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', x.public_id, 'number', x.number, 'amount', x.amount)
        ORDER BY x.due_on, x.id), '[]')
      FROM (SELECT i.id, i.public_id, i.number, i.due_on, -sum(e.amount_minor)::bigint AS amount
        FROM billing_ledgerentry e JOIN billing_invoice i ON i.id = e.invoice_id
        WHERE e.customer_id = u.customer_id AND e.source_type = 'credit_use' AND e.kind = 'allocate'
          AND e.source_ref LIKE u.public_id::text || ':%%'
        GROUP BY i.id) x) AS lines
  FROM {WHOLE} JOIN billing_credituse u ON u.customer_id = s.customer_id
  JOIN customers_customer c ON c.id = u.customer_id JOIN tenancy_branch b ON b.id = c.branch_id
  WHERE u.company_id = %(company)s ORDER BY u.created_at DESC, u.id DESC LIMIT %(limit)s) r
"""

# What home and the invoices to pay say of money beside the bills, within their own statements. Most have none of it.
WHOLE_CUSTOMERS = """ANY(ARRAY(SELECT s.customer_id
  FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
  WHERE s.location_id IS NULL))"""
MONEY_WAITING = f"""
SELECT json_build_object(
  'credit', (SELECT coalesce(json_agg(to_json(r) ORDER BY r.customer_name, r.customer), '[]') FROM (
    SELECT c.public_id AS customer, c.name AS customer_name, {USABLE} AS amount, {CURRENCY} AS currency
    FROM billing_creditbalance o JOIN customers_customer c ON c.id = o.customer_id
    WHERE o.company_id = %(company)s AND o.customer_id = {WHOLE_CUSTOMERS} AND o.amount_minor > 0 OFFSET 0) r
    WHERE r.amount > 0),
  'deposits', (SELECT coalesce(json_agg(json_build_object('id', d.public_id, 'title', d.title,
      'amount', d.amount_minor, 'held', {DEPOSIT_HELD}, 'currency', d.currency, 'is_to_pay', NOT EXISTS (
        SELECT FROM billing_payment p
        WHERE p.deposit_id = d.id AND p.state NOT IN ('failed', 'canceled', 'charged_back'))) ORDER BY d.id), '[]')
    FROM billing_deposit d
    WHERE d.company_id = %(company)s AND d.customer_id = {WHOLE_CUSTOMERS}
      AND d.released_at IS NULL AND d.canceled_at IS NULL),
  'payments', (SELECT coalesce(json_agg(json_build_object('id', p.public_id, 'amount', p.amount_minor,
      'currency', p.currency) ORDER BY p.created_at, p.id), '[]')
    FROM billing_payment p
    WHERE p.company_id = %(company)s AND p.customer_id = {WHOLE_CUSTOMERS} AND p.state = 'verifying'),
  'methods', (SELECT coalesce(json_agg(json_build_object('customer', c.public_id, 'kind', m.kind, 'brand', m.brand,
      'last4', m.last4) ORDER BY m.created_at, m.id), '[]')
    FROM billing_paymentmethod m JOIN customers_customer c ON c.id = m.customer_id
    WHERE m.company_id = %(company)s AND m.customer_id = {WHOLE_CUSTOMERS} AND m.state = 'verifying'))
"""

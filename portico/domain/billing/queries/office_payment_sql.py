"""The statements behind office_payments.py."""

from __future__ import annotations

OFFICE_ROW = """p.public_id AS id, p.created_at AS at, p.paid_on, p.amount_minor AS amount, p.received_minor AS received,
  p.currency, p.state, p.method, p.method_label AS label, p.channel, p.made_by_name, p.receipt_number, p.failure_text,
  p.quarantine_note, p.reference, p.memo, p.is_voided, c.public_id AS customer, c.name AS customer_name, b.time_zone,
  coalesce((SELECT t.state = 'unknown' FROM billing_paymentattempt t WHERE t.payment_id = p.id ORDER BY t.n DESC LIMIT 1),
    false) AS is_unknown,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.public_id, 'number', i.number, 'state', a.state,
      'amount', CASE WHEN a.state = 'posted' THEN a.posted_minor ELSE a.amount_minor END) ORDER BY i.due_on, i.id), '[]')
    FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id WHERE a.payment_id = p.id) AS parts"""
OFFICE_TABLES = """billing_payment p JOIN customers_customer c ON c.id = p.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id"""

OFFICE_PAYMENTS = f"""
SELECT coalesce(jsonb_agg(to_jsonb(r) - 'key' ORDER BY r.at DESC, r.key DESC), '[]') FROM (
  SELECT {OFFICE_ROW}, p.id AS key FROM {OFFICE_TABLES}
  WHERE p.company_id = %(company)s
    AND (%(state)s::text IS NULL OR p.state = %(state)s)
    AND (%(since)s::date IS NULL OR coalesce(p.paid_on, (p.created_at AT TIME ZONE b.time_zone)::date) >= %(since)s)
    AND (%(until)s::date IS NULL OR coalesce(p.paid_on, (p.created_at AT TIME ZONE b.time_zone)::date) <= %(until)s)
    AND (p.created_at, p.id) < (
      coalesce((SELECT o.created_at FROM billing_payment o WHERE o.public_id = %(before)s::uuid), 'infinity'),
      coalesce((SELECT o.id FROM billing_payment o WHERE o.public_id = %(before)s::uuid), 9223372036854775807))
  ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) r
"""

PAYMENTS_OF_CUSTOMER = f"""
SELECT coalesce(jsonb_agg(to_jsonb(r) - 'key' ORDER BY r.at DESC, r.key DESC), '[]') FROM (
  SELECT {OFFICE_ROW}, p.id AS key FROM {OFFICE_TABLES}
  WHERE c.public_id = %(customer)s::uuid ORDER BY p.created_at DESC, p.id DESC LIMIT %(limit)s) r
"""

OFFICE_PAYMENT = f"""
SELECT jsonb_build_object('row', to_jsonb(r), 'attempts', (
  SELECT coalesce(jsonb_agg(jsonb_build_object('n', t.n, 'state', t.state, 'sent_at', t.sent_at,
      'session_ref', t.session_ref, 'intent_ref', t.intent_ref, 'failure_code', t.failure_code) ORDER BY t.n), '[]')
    FROM billing_paymentattempt t WHERE t.payment_id = r.key))
FROM (SELECT {OFFICE_ROW}, p.id AS key FROM {OFFICE_TABLES} WHERE p.public_id = %(payment)s::uuid) r
"""

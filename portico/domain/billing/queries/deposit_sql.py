"""The statements behind deposits.py, and what others say of deposits. Each names customer-facing columns only."""

from __future__ import annotations

from portico.domain.billing.queries.holds import DEPOSIT_HELD
from portico.domain.billing.queries.method_sql import CURRENCY, IS_ACH_TAKEN, METHOD, METHOD_TABLES, WHOLE
from portico.foundation.tenancy.brands import BRAND_SQL

KEPT = """coalesce((SELECT h.received_minor - h.refunded_minor - (SELECT coalesce(sum(x.amount_minor), 0)
    FROM billing_dispute x WHERE x.payment_id = h.id AND x.state = 'lost')
  FROM billing_payment h WHERE h.id = d.payment_id), 0)::bigint"""
LAST = """(SELECT jsonb_build_object('id', n.public_id, 'state', n.state, 'failure', n.failure_text, 'method', n.method,
    'label', n.method_label, 'since', (n.created_at AT TIME ZONE b.time_zone)::date,
    'is_unknown', EXISTS (SELECT FROM billing_paymentattempt t WHERE t.payment_id = n.id AND t.state = 'unknown'),
    'is_own', coalesce(n.made_by::text, '') = %(login)s)
  FROM billing_payment n WHERE n.deposit_id = d.id ORDER BY n.id DESC LIMIT 1)"""
INVOICES = """(SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.public_id, 'number', i.number,
    'amount', a.posted_minor) ORDER BY i.due_on, i.id), '[]')
  FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
  WHERE a.payment_id = d.payment_id AND a.state = 'posted' AND i.job_id = d.job_id)"""

DEPOSIT = f"""jsonb_build_object('key', d.id, 'id', d.public_id, 'approval', d.approval_ref, 'title', d.title,
  'amount', d.amount_minor, 'currency', d.currency, 'customer', c.public_id, 'customer_key', c.id,
  'place_key', j.location_id, 'customer_name', c.name, 'job', j.public_id, 'is_canceled', d.canceled_at IS NOT NULL,
  'is_released', d.released_at IS NOT NULL, 'held', {DEPOSIT_HELD}, 'kept', {KEPT},
  'paid_by', (SELECT h.public_id FROM billing_payment h WHERE h.id = d.payment_id),
  'is_given_back', coalesce((SELECT h.state = 'refunded' FROM billing_payment h WHERE h.id = d.payment_id), false),
  'last', {LAST}, 'invoices', {INVOICES}, 'brand', {BRAND_SQL})"""
TABLES = """billing_deposit d JOIN jobs_job j ON j.id = d.job_id JOIN customers_customer c ON c.id = d.customer_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id JOIN tenancy_branch b ON b.id = u.branch_id"""
IS_REACHED = """EXISTS (SELECT FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[])
    AS s(customer_id, location_id)
  WHERE s.customer_id = d.customer_id AND (s.location_id IS NULL OR s.location_id = j.location_id))"""

ONE = f"""
SELECT {DEPOSIT} FROM {TABLES} WHERE d.company_id = %(company)s AND {IS_REACHED}
  AND (d.public_id = %(deposit)s::uuid OR d.approval_ref = %(approval)s::uuid)
"""
OF_COMPANY = f"""
SELECT coalesce(jsonb_agg({DEPOSIT} ORDER BY d.id), '[]') FROM {TABLES}
WHERE d.company_id = %(company)s AND d.approval_ref = ANY(%(approvals)s::uuid[])
"""

# How deposit d may be paid by who reaches its customer whole, or its place.
TILL = f"""
SELECT jsonb_build_object('deposit', {DEPOSIT}, 'takes_ach', {IS_ACH_TAKEN},
  'takes_cards', NOT EXISTS (SELECT FROM billing_paymentpolicy y
    WHERE y.company_id = %(company)s AND y.cards_paused_until > %(real_now)s::timestamptz),
  'currency', {CURRENCY},
  'methods', (SELECT coalesce(jsonb_agg({METHOD} ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC), '[]')
    FROM {METHOD_TABLES} WHERE m.company_id = %(company)s AND m.state <> 'detached'
      AND m.customer_id = (SELECT o.customer_id FROM billing_deposit o
        WHERE o.company_id = %(company)s AND o.approval_ref = %(approval)s::uuid)
      AND m.customer_id IN (SELECT s.customer_id FROM {WHOLE})),
  'account', (SELECT jsonb_build_object('is_live', t.is_live) FROM billing_paymentaccount t
    WHERE t.company_id = %(company)s AND t.is_active AND t.gateway = ANY(%(gateways)s) LIMIT 1))
FROM {TABLES} WHERE d.company_id = %(company)s AND d.approval_ref = %(approval)s::uuid AND {IS_REACHED}
"""

"""The statements behind office_desk.py."""

from __future__ import annotations

from portico.domain.billing.queries.method_sql import METHOD, METHOD_TABLES, USABLE

REFUNDS = 10
THE_CUSTOMER = """(SELECT k.id FROM customers_customer k
  WHERE k.company_id = %(company)s AND k.public_id = %(customer)s)"""
WALLET = f"""
SELECT jsonb_build_object('currency', (SELECT k.currency FROM tenancy_company k WHERE k.id = %(company)s),
  'credit', coalesce((SELECT {USABLE} FROM customers_customer c
                       WHERE c.company_id = %(company)s AND c.public_id = %(customer)s), 0),
  'methods', (SELECT coalesce(jsonb_agg({METHOD} ORDER BY m.is_default DESC, m.created_at DESC, m.id DESC), '[]')
                FROM {METHOD_TABLES}
               WHERE m.company_id = %(company)s AND m.customer_id = {THE_CUSTOMER} AND m.state <> 'detached'),
  'refunds', (SELECT coalesce(jsonb_agg(jsonb_build_object('payment', r.payment, 'amount', r.amount_minor,
                      'state', r.state, 'reason', r.reason, 'at', r.created_at) ORDER BY r.id DESC), '[]')
                FROM (SELECT x.*, p.public_id AS payment FROM billing_refund x
                        JOIN billing_payment p ON p.id = x.payment_id
                       WHERE x.company_id = %(company)s AND p.customer_id = {THE_CUSTOMER}
                       ORDER BY x.id DESC LIMIT {REFUNDS}) r))"""
ADDRESSES = f"""
SELECT coalesce(jsonb_agg(DISTINCT a.email), '[]')
  FROM customers_portalcontact p JOIN customers_emailaddress a ON a.id = p.address_id
 WHERE p.company_id = %(company)s AND p.customer_id = {THE_CUSTOMER} AND p.is_present AND p.billing = 'billing'
   AND NOT a.is_placeholder"""
CORRECTABLE = f"""
SELECT jsonb_build_object('number', i.number, 'title', i.title, 'currency', i.currency, 'state', i.state,
  'version', i.version, 'total', i.total_minor, 'paid', i.paid_minor, 'reserved', i.reserved_minor)
  FROM billing_invoice i
 WHERE i.company_id = %(company)s AND i.public_id = %(invoice)s AND i.customer_id = {THE_CUSTOMER}"""

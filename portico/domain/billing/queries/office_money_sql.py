"""The statements behind office_money.py."""

from __future__ import annotations

from portico.domain.billing.queries.holds import HELD_SQL
from portico.domain.billing.queries.office_payment_sql import ATTEMPT_UNKNOWN, REFUND_UNKNOWN

OF_PAYMENT = """LEFT JOIN billing_payment p ON p.id = x.payment_id
  LEFT JOIN customers_customer c ON c.id = p.customer_id LEFT JOIN tenancy_branch b ON b.id = c.branch_id"""
FOUND = f"""
  SELECT l.kind::text AS kind, l.payment_id, l.amount_minor AS amount, l.raised_at AS since, l.due_at, l.note,
         l.public_id AS alert
    FROM billing_alert l WHERE l.company_id = %(company)s AND l.closed_at IS NULL
  UNION ALL
  SELECT 'unknown', t.payment_id, p.amount_minor, t.sent_at, NULL, '', NULL
    FROM billing_paymentattempt t JOIN billing_payment p ON p.id = t.payment_id
   WHERE t.company_id = %(company)s AND t.next_check_at IS NOT NULL AND {ATTEMPT_UNKNOWN}
  UNION ALL
  SELECT 'refund_unknown', r.payment_id, r.amount_minor, coalesce(r.sent_at, r.created_at), NULL, '', NULL
    FROM billing_refund r WHERE r.company_id = %(company)s AND r.next_check_at IS NOT NULL AND {REFUND_UNKNOWN}"""
ATTENTION = f"""
SELECT coalesce(jsonb_agg(row ORDER BY due_at NULLS LAST, since), '[]') FROM (
  SELECT x.due_at, x.since, jsonb_build_object('kind', x.kind, 'note', x.note, 'payment', p.public_id,
         'customer', c.public_id, 'customer_name', coalesce(c.name, ''), 'amount', x.amount,
         'currency', coalesce(p.currency, (SELECT k.currency FROM tenancy_company k WHERE k.id = %(company)s)),
         'since', x.since, 'due_at', x.due_at, 'zone', coalesce(b.time_zone, 'UTC'), 'alert', x.alert) AS row
    FROM ({FOUND}) x {OF_PAYMENT}
   ORDER BY x.due_at NULLS LAST, x.since LIMIT %(limit)s) y"""
COUNT = f"SELECT to_jsonb(count(*)) FROM ({FOUND}) x"

REFUNDABLE = """
SELECT jsonb_build_object('id', p.public_id, 'currency', p.currency, 'state', p.state, 'method', p.method,
  'received', p.received_minor, 'refunded', p.refunded_minor, 'succeeded_at', p.succeeded_at,
  'returnable_until', p.returnable_until,
  'taken', (SELECT coalesce(sum(d.amount_minor), 0) FROM billing_dispute d
             WHERE d.payment_id = p.id AND d.state = 'lost'),
  'is_disputed', EXISTS (SELECT FROM billing_dispute d
                          WHERE d.payment_id = p.id AND d.state IN ('open', 'under_review')),
  'has_intent', EXISTS (SELECT FROM billing_ledgerentry l
                         WHERE l.payment_id = p.id AND l.kind = 'payment_in' AND l.source_type = 'intent'),
  'unapplied', (SELECT coalesce(sum(l.amount_minor), 0) FROM billing_ledgerentry l WHERE l.payment_id = p.id),
  'lines', (SELECT coalesce(jsonb_agg(jsonb_build_object('invoice', i.public_id, 'number', i.number,
                    'posted', a.posted_minor) ORDER BY i.due_on, i.id), '[]')
              FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
             WHERE a.payment_id = p.id AND a.state = 'posted' AND a.posted_minor > 0))
  FROM billing_payment p WHERE p.company_id = %(company)s AND p.public_id = %(payment)s"""

# A day is that of the customer's branch; cash and checks count on the day that stands on them.
DAY_TOTALS = """
SELECT coalesce(jsonb_agg(jsonb_build_object('day', day, 'method', method, 'currency', currency, 'received', received,
    'refunded', refunded, 'taken_back', taken, 'count', count) ORDER BY day DESC, method, currency), '[]')
FROM (
  SELECT day, method, currency, coalesce(sum(amount) FILTER (WHERE kind = 'payment_in'), 0) AS received,
         coalesce(-sum(amount) FILTER (WHERE kind = 'refund_out'), 0) AS refunded,
         coalesce(-sum(amount) FILTER (WHERE kind IN ('dispute_out', 'dispute_back')), 0) AS taken,
         count(*) FILTER (WHERE kind = 'payment_in') AS count
    FROM (
      SELECT l.kind, l.amount_minor AS amount, l.currency, p.method,
             CASE WHEN l.kind = 'payment_in' AND p.paid_on IS NOT NULL THEN p.paid_on
                  ELSE (l.at AT TIME ZONE b.time_zone)::date END AS day
        FROM billing_ledgerentry l JOIN billing_payment p ON p.id = l.payment_id
        JOIN customers_customer c ON c.id = p.customer_id JOIN tenancy_branch b ON b.id = c.branch_id
       WHERE l.company_id = %(company)s AND l.at >= %(since)s::date - interval '2 days'
         AND l.kind IN ('payment_in', 'refund_out', 'dispute_out', 'dispute_back')) e
   WHERE day BETWEEN %(since)s::date AND %(until)s::date
   GROUP BY day, method, currency) t"""

OPEN_INVOICES = f"""
SELECT coalesce(jsonb_agg(jsonb_build_object('id', i.public_id, 'number', i.number, 'title', i.title,
    'due_on', i.due_on, 'currency', i.currency, 'total', i.total_minor, 'version', i.version,
    'room', i.total_minor - i.paid_minor - i.reserved_minor, 'reserved', i.reserved_minor, 'held', {HELD_SQL})
    ORDER BY i.due_on, i.id), '[]')
  FROM billing_invoice i JOIN customers_customer c ON c.id = i.customer_id
 WHERE c.company_id = %(company)s AND c.public_id = %(customer)s AND i.state = 'issued' AND NOT i.is_settled
   AND i.was_ever_positive AND i.total_minor > i.paid_minor"""

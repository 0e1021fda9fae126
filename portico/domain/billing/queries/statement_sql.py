"""The statements behind statements.py: one customer's books as of a day, from invoices and ledger, never from caches.

What an entry moves of the account: money that comes or goes without an invoice moves it by its amount; what is put on
an invoice of one's own is moved from credit to the invoice and moves nothing. Who pays for another customer moves both.
So balance = totals of the invoices − money that came and stayed, whatever the kinds of the entries are.
"""

from __future__ import annotations

from portico.domain.billing.queries.invoice_sql import ADDRESS_OF
from portico.foundation.tenancy.brands import BRAND_SQL

# What another system or the office enters afterwards belongs to the day when it was paid, and put on the invoice.
DAY = """CASE WHEN e.source_type = 'import' OR p.channel = 'office' AND e.kind IN ('payment_in', 'allocate')
  THEN coalesce(greatest(p.paid_on, a.applied_on), (e.at AT TIME ZONE who.zone)::date)
  ELSE (e.at AT TIME ZONE who.zone)::date END"""

BOOKS = f"""
WITH who AS MATERIALIZED (
  SELECT c.id, b.time_zone AS zone, jsonb_build_object('id', c.public_id, 'name', c.name, 'number', c.number,
      'address', {ADDRESS_OF.format("c")}, 'currency', o.currency, 'brand', {BRAND_SQL},
      'today', (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date) AS account,
    (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date AS today
  FROM customers_customer c JOIN tenancy_branch b ON b.id = c.branch_id JOIN tenancy_company o ON o.id = c.company_id
  WHERE c.company_id = %(company)s AND c.id = %(customer)s::bigint),
entry AS MATERIALIZED (
  SELECT x.* FROM (
    SELECT e.id, e.kind, e.payment_id, e.is_own, e.invoice_id, i.id AS own_invoice, e.amount_minor AS amount,
      CASE WHEN NOT e.is_own THEN e.amount_minor WHEN i.id IS NULL THEN -e.amount_minor ELSE 0 END AS moves,
      {DAY} AS day
    FROM who CROSS JOIN LATERAL (
      SELECT e.*, true AS is_own FROM billing_ledgerentry e WHERE e.customer_id = who.id
      UNION ALL
      SELECT e.*, false FROM billing_invoice i JOIN billing_ledgerentry e ON e.invoice_id = i.id
        WHERE i.customer_id = who.id AND e.customer_id <> who.id) e
    LEFT JOIN billing_invoice i ON i.id = e.invoice_id AND i.customer_id = who.id
    LEFT JOIN billing_payment p ON p.id = e.payment_id
    LEFT JOIN billing_allocation a ON a.payment_id = e.payment_id AND a.invoice_id = e.invoice_id) x
  WHERE x.day <= %(until)s::date),
bill AS MATERIALIZED (
  SELECT i.id, i.public_id, i.number, i.title, i.issued_on, i.due_on, i.total_minor AS total, i.was_ever_positive
  FROM who JOIN billing_invoice i ON i.customer_id = who.id
  WHERE i.state = 'issued' AND i.issued_on <= %(until)s::date)
"""

BALANCE = """((SELECT coalesce(sum(bill.total), 0) FROM bill WHERE {day})
  + (SELECT coalesce(sum(entry.moves), 0) FROM entry WHERE {entered}))::bigint"""
CLOSING = BALANCE.format(day="true", entered="true")
OPENING = BALANCE.format(day="bill.issued_on < %(since)s::date", entered="entry.day < %(since)s::date")

# A bank payment that was begun and not settled on that day; of today exactly what the invoices page tells as pending.
PENDING = """(SELECT coalesce(sum(a.amount_minor), 0)::bigint
  FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
  WHERE a.invoice_id = bill.id
    AND (a.state = 'reserved' AND p.state <> 'open'
      OR a.state = 'posted' AND p.method = 'ach' AND p.channel = 'portal' AND p.paid_on > %(until)s::date)
    AND (%(until)s::date >= who.today
      OR least(p.paid_on, (p.created_at AT TIME ZONE who.zone)::date) <= %(until)s::date))"""

ITEMS = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('id', bill.public_id, 'number', bill.number,
    'title', bill.title, 'issued_on', bill.issued_on, 'due_on', bill.due_on, 'total', bill.total,
    'paid', coalesce(paid.amount, 0), 'has_page', bill.was_ever_positive, 'pending', {PENDING})
    ORDER BY bill.due_on, bill.id), '[]')
  FROM who CROSS JOIN bill LEFT JOIN (
    SELECT entry.own_invoice, (-sum(entry.amount))::bigint AS amount FROM entry
    WHERE entry.own_invoice IS NOT NULL GROUP BY entry.own_invoice) paid ON paid.own_invoice = bill.id
  WHERE bill.total <> coalesce(paid.amount, 0))"""

# What was held on that day of each deposit: holds.DEPOSIT_HELD as of a day. A payment that has nothing left today may
# have been the deposit's before another one was; one that has something left and is not is surplus, plain credit.
WAS_LATER = "({0} IS NULL OR ({0} AT TIME ZONE who.zone)::date > %(until)s::date)"
KEPT = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('title', k.title, 'amount', k.amount) ORDER BY k.id), '[]')
  FROM (SELECT d.id, d.title, least(d.amount_minor, (SELECT coalesce(sum(entry.amount), 0) FROM entry WHERE entry.is_own
      AND entry.payment_id IN (SELECT p.id FROM billing_payment p WHERE p.deposit_id = d.id AND (p.id = d.payment_id
        OR NOT EXISTS (SELECT FROM billing_paymentrest r WHERE r.payment_id = p.id AND r.amount_minor > 0)))))::bigint
      AS amount
    FROM who JOIN billing_deposit d ON d.customer_id = who.id
    WHERE {WAS_LATER.format("d.released_at")} AND {WAS_LATER.format("d.canceled_at")}) k
  WHERE k.amount > 0)"""

# Corrections that come to nothing on the same day are not told.
MOVES = """
SELECT bill.issued_on AS day, 0 AS rank, bill.id AS key, 'invoice' AS kind, bill.total AS amount,
  bill.id AS bill, NULL::bigint AS payment, true AS is_own, false AS is_elsewhere
FROM bill WHERE bill.issued_on >= %(since)s::date AND (bill.was_ever_positive OR bill.total < 0)
UNION ALL
SELECT entry.day, 1, min(entry.id), entry.kind, sum(entry.moves)::bigint, NULL, entry.payment_id, entry.is_own,
  entry.is_own AND entry.invoice_id IS NOT NULL
FROM entry WHERE entry.day >= %(since)s::date
GROUP BY entry.day, entry.kind, entry.payment_id, entry.is_own, entry.is_own AND entry.invoice_id IS NOT NULL,
  CASE WHEN entry.payment_id IS NULL THEN entry.id END
HAVING sum(entry.moves) <> 0
"""

LINES = f"""(SELECT coalesce(jsonb_agg(jsonb_build_object('day', m.day, 'kind', m.kind, 'amount', m.amount,
    'invoice', bill.public_id, 'number', bill.number, 'title', bill.title, 'has_page', bill.was_ever_positive,
    'payment', CASE WHEN NOT p.is_voided THEN p.public_id END, 'label', p.method_label, 'given', p.amount_minor,
    'deposit', CASE WHEN m.rank = 1 THEN (SELECT d.title FROM billing_deposit d WHERE d.id = p.deposit_id) END,
    'is_own', m.is_own, 'is_elsewhere', m.is_elsewhere, 'is_of_customer', p.customer_id = who.id,
    'covers', (SELECT coalesce(jsonb_agg(i.number ORDER BY i.due_on, i.id), '[]')
      FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id
      WHERE m.rank = 1 AND a.payment_id = m.payment AND a.state = 'posted'
        AND i.customer_id = who.id AND i.state = 'issued'))
    ORDER BY m.day, m.rank, m.key), '[]')
  FROM who CROSS JOIN (SELECT * FROM ({MOVES}) m ORDER BY m.day, m.rank, m.key LIMIT %(limit)s) m
  LEFT JOIN bill ON bill.id = m.bill LEFT JOIN billing_payment p ON p.id = m.payment)"""

AS_OF = f"""{BOOKS}
SELECT jsonb_build_object('account', who.account, 'balance', {CLOSING}, 'items', {ITEMS}, 'kept', {KEPT})
FROM who"""
ACTIVITY = f"""{BOOKS}
SELECT jsonb_build_object('account', who.account, 'opening', {OPENING}, 'balance', {CLOSING}, 'items', {ITEMS},
  'kept', {KEPT}, 'lines', {LINES}) FROM who"""
CUSTOMER_KEY = """
SELECT to_jsonb(c.id) FROM customers_customer c WHERE c.company_id = %(company)s AND c.public_id = %(customer)s::uuid"""

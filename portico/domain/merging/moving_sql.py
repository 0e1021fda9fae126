"""The statements that move rows from one record to another, and those that take the same rows back.

Each row is noted with its merge (`MergedRow`), so that going back moves what was moved and is still there: never what
was written in between. Ledger entries are never changed: what is left of a payment is handed over by two new ones.
"""

from __future__ import annotations

# Who is there already stays where they are: a member, a live hold, a wish.
MEMBER_ONCE = """AND NOT EXISTS (SELECT FROM customers_householdmember o WHERE o.company_id = t.company_id
  AND o.customer_id = %(to)s AND o.email = t.email AND o.location_id IS NOT DISTINCT FROM t.location_id)"""
MEMBER_ONCE_THERE = """AND NOT EXISTS (SELECT FROM customers_householdmember o WHERE o.company_id = t.company_id
  AND o.location_id = %(to)s AND o.email = t.email)"""
HOLD_ONCE = """AND NOT EXISTS (SELECT FROM booking_hold o WHERE o.company_id = t.company_id AND o.state = 'live'
  AND o.customer_id = {customer} AND o.job_type_id = t.job_type_id AND o.location_id = {location})"""
WISH_ONCE = """AND NOT EXISTS (SELECT FROM booking_waitlistentry o WHERE o.company_id = t.company_id
  AND o.state IN ('waiting', 'offered') AND o.customer_id = {customer} AND o.job_type_id = t.job_type_id
  AND o.location_id = {location})"""
OF_CUSTOMER = {"customer": "%(to)s", "location": "t.location_id"}
OF_PLACE = {"customer": "t.customer_id", "location": "%(to)s"}

# Table → column and guard, in the order of locks: whoever merged here before, people, money, the rest.
CUSTOMER_ROWS: dict[str, tuple[str, str]] = {
    "customers_customer": ("merged_into_id", ""),
    "customers_location": ("customer_id", ""),
    "customers_contact": ("customer_id", ""),
    "customers_householdmember": ("customer_id", MEMBER_ONCE),
    "jobs_job": ("customer_id", ""),
    "estimates_proposal": ("customer_id", ""),
    "billing_deposit": ("customer_id", ""),
    "billing_payment": ("customer_id", ""),
    "billing_invoice": ("customer_id", ""),
    "billing_invoicedraft": ("customer_id", ""),
    "billing_credituse": ("customer_id", ""),
    "equipment_installedequipment": ("customer_id", ""),
    "memberships_membership": ("customer_id", ""),
    "documents_document": ("customer_id", ""),
    "booking_visitoffer": ("customer_id", ""),
    "booking_hold": ("customer_id", HOLD_ONCE.format(**OF_CUSTOMER)),
    "booking_booking": ("customer_id", ""),
    "booking_waitlistentry": ("customer_id", WISH_ONCE.format(**OF_CUSTOMER)),
}
PLACE_ROWS: dict[str, tuple[str, str]] = {
    "customers_location": ("merged_into_id", ""),
    "customers_contact": ("location_id", ""),
    "customers_householdmember": ("location_id", MEMBER_ONCE_THERE),
    "jobs_job": ("location_id", ""),
    "estimates_proposal": ("location_id", ""),
    "billing_invoice": ("location_id", ""),
    "billing_invoicedraft": ("location_id", ""),
    "equipment_installedequipment": ("location_id", ""),
    "memberships_membership": ("location_id", ""),
    "documents_document": ("location_id", ""),
    "booking_hold": ("location_id", HOLD_ONCE.format(**OF_PLACE)),
    "booking_waitlistentry": ("location_id", WISH_ONCE.format(**OF_PLACE)),
}
# What stays with the record that was merged away, and why is in docs/adr/0009-merging-notes-what-it-moves.md.
LEFT_BEHIND = frozenset(
    {
        "customers_searchrow", "customers_portalcontact", "customers_portalcontactlocation", "customers_merge",
        "billing_ledgerentry", "billing_paymentrest", "billing_creditbalance",
        "billing_gatewaycustomer", "billing_paymentmethod", "billing_methodsetup",
        "statements_statementmail", "statements_statementrunrow",
    }
)  # fmt: skip

LOCK_MONEY = (
    "SELECT id FROM billing_deposit WHERE company_id = %(company)s AND customer_id = %(from)s ORDER BY id FOR UPDATE",
    "SELECT id FROM billing_payment WHERE company_id = %(company)s AND customer_id = %(from)s ORDER BY id FOR UPDATE",
    "SELECT id FROM billing_invoice WHERE company_id = %(company)s AND customer_id = %(from)s ORDER BY id FOR UPDATE",
)


def move(table: str, column: str, guard: str) -> str:
    """Move whatever stands there, and note each row."""
    return f"""
WITH moved AS (UPDATE {table} t SET {column} = %(to)s
   WHERE t.company_id = %(company)s AND t.{column} = %(from)s {guard} RETURNING t.id)
INSERT INTO customers_mergedrow (company_id, merge_id, kind, row_id, is_over)
SELECT %(company)s, %(merge)s, '{table}', m.id, false FROM moved m"""


def take_back(table: str, column: str, guard: str) -> str:
    """Move back what this merge moved and still stands there; later merges have no claim to it any more."""
    return f"""
WITH back AS (UPDATE {table} t SET {column} = %(to)s FROM customers_mergedrow r
   WHERE r.company_id = %(company)s AND r.merge_id = %(merge)s AND r.kind = '{table}' AND NOT r.is_over
     AND t.company_id = %(company)s AND t.id = r.row_id AND t.{column} = %(from)s {guard} RETURNING t.id)
UPDATE customers_mergedrow r SET is_over = true FROM back, customers_merge g
 WHERE r.company_id = %(company)s AND r.kind = '{table}' AND r.row_id = back.id AND r.merge_id >= %(merge)s
   AND g.id = r.merge_id AND (g.losing_place_id IS NULL) = %(is_customer)s"""


# Money made in between for something that went back goes with it: a deposit's own payments.
DEPOSITS_KEEP_THEIR_PAYMENTS = """
UPDATE billing_payment p SET customer_id = d.customer_id FROM billing_deposit d
 WHERE p.company_id = %(company)s AND p.customer_id = %(from)s AND d.id = p.deposit_id AND d.customer_id = %(to)s"""
# Contacts of a home are its customer's.
CONTACTS_FOLLOW = """
UPDATE customers_contact k SET customer_id = l.customer_id FROM customers_location l
 WHERE k.company_id = %(company)s AND k.customer_id = %(from)s AND l.id = k.location_id AND l.customer_id = %(to)s"""
# Units are their home's customer's; documents stand where their job, unit or home does.
THINGS_FOLLOW = (
    """UPDATE equipment_installedequipment e SET customer_id = l.customer_id FROM customers_location l
  WHERE e.company_id = %(company)s AND e.customer_id = ANY(%(customers)s) AND l.id = e.location_id
    AND e.customer_id <> l.customer_id""",
    """UPDATE documents_document d SET customer_id = j.customer_id, location_id = j.location_id FROM jobs_job j
  WHERE d.company_id = %(company)s AND d.customer_id = ANY(%(customers)s) AND j.id = d.job_id
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (j.customer_id, j.location_id)""",
    """UPDATE documents_document d SET customer_id = e.customer_id, location_id = e.location_id
  FROM equipment_installedequipment e
  WHERE d.company_id = %(company)s AND d.customer_id = ANY(%(customers)s) AND d.job_id IS NULL
    AND e.id = d.equipment_id AND (d.customer_id, d.location_id) IS DISTINCT FROM (e.customer_id, e.location_id)""",
    """UPDATE documents_document d SET customer_id = l.customer_id FROM customers_location l
  WHERE d.company_id = %(company)s AND d.customer_id = ANY(%(customers)s) AND d.job_id IS NULL
    AND d.equipment_id IS NULL AND l.id = d.location_id AND d.customer_id <> l.customer_id""",
)

HAND_OVER = """
INSERT INTO billing_ledgerentry (company_id, kind, customer_id, payment_id, amount_minor, currency, source_type,
       source_ref, at)
SELECT %(company)s, 'credit', x.customer_id, p.id, x.amount, p.currency, 'merge', %(ref)s || ':' || p.id || x.way,
       %(now)s
  FROM billing_paymentrest r
  JOIN billing_payment p ON p.id = r.payment_id AND p.customer_id = %(to)s
 CROSS JOIN LATERAL (VALUES (%(from)s, -r.amount_minor, ':out'), (%(to)s, r.amount_minor, ':in'))
       AS x(customer_id, amount, way)
 WHERE r.company_id = %(company)s AND r.customer_id = %(from)s"""

PORTAL_ROWS = """
SELECT coalesce(jsonb_object_agg(p.customer_id || ' ' || p.email, jsonb_build_object(
    'customer', p.customer_id, 'email', p.email, 'public_id', p.public_id, 'memo', p.memo, 'billing', p.billing,
    'is_widened', p.is_widened, 'is_present', p.is_present, 'invited_at', p.invited_at, 'revoked_at', p.revoked_at,
    'told_at', p.told_at)), '{}')
  FROM customers_portalcontact p WHERE p.company_id = %(company)s AND p.customer_id = ANY(%(customers)s)"""
# What was said about an address stands again; what the office took away in between stays taken away.
PORTAL_BACK = """
UPDATE customers_portalcontact p
   SET public_id = (b.row->>'public_id')::uuid, memo = b.row->>'memo',
       billing = CASE WHEN b.now->>'billing' = 'none' AND b.then->>'billing' <> 'none' THEN 'none'
                      ELSE b.row->>'billing' END,
       is_widened = (b.row->>'is_widened')::boolean, invited_at = (b.row->>'invited_at')::timestamptz,
       revoked_at = coalesce((b.row->>'revoked_at')::timestamptz, CASE WHEN b.then->>'revoked_at' IS NULL
                      THEN (b.now->>'revoked_at')::timestamptz END),
       told_at = (b.row->>'told_at')::timestamptz
  FROM jsonb_to_recordset(%(rows)s::jsonb) AS b("row" jsonb, "then" jsonb, "now" jsonb)
 WHERE p.company_id = %(company)s AND p.customer_id = %(loser)s AND p.email = b.row->>'email'"""
WIDEN = """
UPDATE customers_portalcontact p SET is_widened = true FROM unnest(%(emails)s::text[]) AS w(email)
 WHERE p.company_id = %(company)s AND p.customer_id = %(survivor)s AND p.email = w.email AND NOT p.is_on_customer"""

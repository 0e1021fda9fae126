"""What must be true of the money, whatever happened (docs/money.md); recomputed from the rows, never from caches."""

from __future__ import annotations

from django.db import connection

from portico.domain.billing import deposit_invariants
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

MONEY = ["succeeded", "partially_refunded", "refunded", "disputed", "charged_back"]
LIVE = ["created", "sent", "unknown", "requires_action", "verifying", "processing"]

# What the bank took of a payment for good.
TAKEN = """(SELECT coalesce(sum(d.amount_minor), 0) FROM billing_dispute d
          WHERE d.payment_id = p.id AND d.state = 'lost')"""

# Each finds the public ids of what breaks the rule that is its name.
RULES: dict[str, str] = {
    "an invoice's paid amount is what was posted on it": """
        SELECT i.public_id FROM billing_invoice i LEFT JOIN (
          SELECT invoice_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY invoice_id
        ) a ON a.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.paid_minor <> coalesce(a.posted, 0)""",
    "an invoice's reserved amount is what is held on it": """
        SELECT i.public_id FROM billing_invoice i LEFT JOIN (
          SELECT invoice_id, sum(amount_minor) AS held FROM billing_allocation WHERE state = 'reserved'
          GROUP BY invoice_id
        ) a ON a.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.reserved_minor <> coalesce(a.held, 0)""",
    "an invoice's paid amount is what the ledger says": """
        SELECT i.public_id FROM billing_invoice i LEFT JOIN (
          SELECT invoice_id, -sum(amount_minor) AS paid FROM billing_ledgerentry WHERE invoice_id IS NOT NULL
          GROUP BY invoice_id
        ) l ON l.invoice_id = i.id
        WHERE i.company_id = %(company)s AND i.paid_minor <> coalesce(l.paid, 0)""",
    "a customer's kept credit is what the ledger says": """
        SELECT c.public_id FROM customers_customer c
        LEFT JOIN billing_creditbalance k ON k.customer_id = c.id
        LEFT JOIN (SELECT customer_id, sum(amount_minor) AS credit FROM billing_ledgerentry GROUP BY customer_id) l
          ON l.customer_id = c.id
        WHERE c.company_id = %(company)s AND coalesce(k.amount_minor, 0) <> coalesce(l.credit, 0)""",
    "what is kept as left of a payment is what the ledger says": """
        SELECT p.public_id FROM billing_payment p JOIN (
          SELECT coalesce(l.payment_id, r.payment_id) AS payment_id, coalesce(l.amount, 0) AS amount,
            coalesce(r.amount_minor, 0) AS kept
          FROM (SELECT customer_id, payment_id, sum(amount_minor) AS amount FROM billing_ledgerentry
            WHERE company_id = %(company)s GROUP BY customer_id, payment_id) l
          FULL JOIN (SELECT customer_id, payment_id, amount_minor FROM billing_paymentrest
            WHERE company_id = %(company)s) r ON r.customer_id = l.customer_id AND r.payment_id = l.payment_id
        ) x ON x.payment_id = p.id
        WHERE p.company_id = %(company)s AND x.amount <> x.kept""",
    "a payment received what the ledger says": """
        SELECT p.public_id FROM billing_payment p LEFT JOIN (
          SELECT payment_id, sum(amount_minor) AS received FROM billing_ledgerentry
          WHERE kind IN ('payment_in', 'credit') GROUP BY payment_id
        ) l ON l.payment_id = p.id
        WHERE p.company_id = %(company)s AND p.received_minor <> coalesce(l.received, 0)""",
    "the ledger puts of a payment on invoices what its allocations say": """
        SELECT p.public_id FROM billing_payment p
        LEFT JOIN (SELECT payment_id, -sum(amount_minor) AS put FROM billing_ledgerentry WHERE invoice_id IS NOT NULL
          GROUP BY payment_id) l ON l.payment_id = p.id
        LEFT JOIN (SELECT payment_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY payment_id) a ON a.payment_id = p.id
        WHERE p.company_id = %(company)s AND coalesce(l.put, 0) <> coalesce(a.posted, 0)""",
    "no more of a payment is on invoices than was received and kept": f"""
        SELECT p.public_id FROM billing_payment p JOIN (
          SELECT payment_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY payment_id
        ) a ON a.payment_id = p.id
        WHERE p.company_id = %(company)s
          AND abs(a.posted) > greatest(0, abs(p.received_minor) - p.refunded_minor - {TAKEN})""",  # noqa: S608 - our own text
    "what is left of a payment is what came in less what is on invoices and what went back": f"""
        SELECT p.public_id FROM billing_payment p
        LEFT JOIN (SELECT payment_id, sum(amount_minor) AS amount FROM billing_ledgerentry
          GROUP BY payment_id) l ON l.payment_id = p.id
        LEFT JOIN (SELECT payment_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY payment_id) a ON a.payment_id = p.id
        WHERE p.company_id = %(company)s AND coalesce(l.amount, 0)
          <> p.received_minor - coalesce(a.posted, 0) - p.refunded_minor - {TAKEN}""",  # noqa: S608 - our own text
    "every entry of the ledger is of a payment and in its currency": """
        SELECT l.source_ref FROM billing_ledgerentry l LEFT JOIN billing_payment p ON p.id = l.payment_id
        WHERE l.company_id = %(company)s AND (p.id IS NULL OR p.currency <> l.currency)""",
    "what was given back of a payment is what its refunds say": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.refunded_minor <> (
          SELECT coalesce(sum(r.amount_minor), 0) FROM billing_refund r
          WHERE r.payment_id = p.id AND r.state NOT IN ('failed', 'canceled'))""",
    "the ledger gave back what the refunds say": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.refunded_minor <> (
          SELECT coalesce(-sum(l.amount_minor), 0) FROM billing_ledgerentry l
          WHERE l.payment_id = p.id AND l.kind = 'refund_out')""",
    "the bank took what the lost disputes say": f"""
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND {TAKEN} <> (
          SELECT coalesce(-sum(l.amount_minor), 0) FROM billing_ledgerentry l
          WHERE l.payment_id = p.id AND l.kind IN ('dispute_out', 'dispute_back'))""",  # noqa: S608 - our own text
    "what is disputed of a payment is what its disputes say": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.disputed_minor <> (
          SELECT coalesce(sum(d.amount_minor), 0) FROM billing_dispute d
          WHERE d.payment_id = p.id AND d.state IN ('open', 'under_review', 'lost'))""",
    "a payment is disputed exactly while one of its disputes is open": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s
          AND (p.state = 'disputed') <> EXISTS (SELECT FROM billing_dispute d
            WHERE d.payment_id = p.id AND d.state IN ('open', 'under_review'))""",
    "nobody refunds what is disputed": """
        SELECT r.public_id FROM billing_refund r JOIN billing_dispute d ON d.payment_id = r.payment_id
        WHERE r.company_id = %(company)s AND d.state IN ('open', 'under_review')
          AND date_trunc('second', r.created_at) > d.opened_at  -- the gateway tells whole seconds
          AND r.reason <> 'gateway' AND r.state NOT IN ('failed', 'canceled')""",
    "a refund that goes on will be looked at again, one that is over will not": """
        SELECT r.public_id FROM billing_refund r WHERE r.company_id = %(company)s
          AND (r.state IN ('requested', 'sent', 'unknown', 'pending')) <> (r.next_check_at IS NOT NULL)""",
    "a refund goes through the account that was paid": """
        SELECT r.public_id FROM billing_refund r WHERE r.company_id = %(company)s AND r.intent_ref <> ''
          AND NOT EXISTS (SELECT FROM billing_paymentattempt t WHERE t.payment_id = r.payment_id
            AND t.intent_ref = r.intent_ref AND t.account_id = r.account_id)""",
    "the gateway's cash is in the ledger, or the difference was told": """
        SELECT m.ref FROM billing_gatewaymovement m WHERE m.company_id = %(company)s AND m.difference = ''
          AND NOT CASE m.kind
            WHEN 'charge' THEN EXISTS (SELECT FROM billing_ledgerentry l WHERE l.company_id = %(company)s
              AND l.kind = 'payment_in' AND l.source_type = 'intent' AND l.source_ref = m.intent_ref
              AND l.amount_minor = m.amount_minor AND l.currency = m.currency)
            WHEN 'dispute' THEN EXISTS (SELECT FROM billing_dispute d WHERE d.company_id = %(company)s
              AND d.ref = m.object_ref AND d.amount_minor = -m.amount_minor)
            WHEN 'dispute_back' THEN EXISTS (SELECT FROM billing_dispute d WHERE d.company_id = %(company)s
              AND d.ref = m.object_ref AND d.amount_minor = m.amount_minor)
            ELSE EXISTS (SELECT FROM billing_refund r WHERE r.company_id = %(company)s
              AND r.ref = m.object_ref AND r.amount_minor = abs(m.amount_minor)) END""",
    "no more is given back than was received": """
        SELECT p.public_id FROM billing_payment p
        WHERE p.company_id = %(company)s AND p.refunded_minor > greatest(p.received_minor, 0)""",
    "a payment that goes on covers its whole amount": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND p.state IN ('open', 'verifying', 'processing') AND p.deposit_id IS NULL AND p.amount_minor <> (
            SELECT coalesce(sum(a.amount_minor), 0) FROM billing_allocation a
            WHERE a.payment_id = p.id AND a.state IN ('reserved', 'released'))""",
    "a payment that waits for small amounts holds nothing": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.state = 'verifying'
          AND EXISTS (SELECT FROM billing_allocation a WHERE a.payment_id = p.id AND a.state = 'reserved')""",
    "a payment that is over holds nothing": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s
          AND p.state NOT IN ('open', 'verifying', 'processing')
          AND EXISTS (SELECT FROM billing_allocation a WHERE a.payment_id = p.id AND a.state = 'reserved')""",
    "a payment of the portal goes on exactly while a try goes on": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND (p.state IN ('open', 'verifying', 'processing')) <> EXISTS (
            SELECT FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = ANY(%(live)s))""",
    "a payment of the portal has money exactly when a try succeeded": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND EXISTS (SELECT FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = 'succeeded')
            <> (p.state = ANY(%(money)s))""",
    "a second success of a payment was told": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s
          AND (SELECT count(*) FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = 'succeeded') > 1
          AND NOT EXISTS (SELECT FROM billing_alert a WHERE a.payment_id = p.id AND a.kind = 'second_success')""",
    "a payment that was set aside was told": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.quarantine_note <> ''
          AND NOT EXISTS (SELECT FROM billing_alert a WHERE a.payment_id = p.id AND a.kind = 'quarantined')""",
    "a try that goes on will be looked at again, one that is over will not": """
        SELECT t.public_id FROM billing_paymentattempt t WHERE t.company_id = %(company)s
          AND (t.state = ANY(%(live)s)) <> (t.next_check_at IS NOT NULL)""",
    "money that came here has a receipt number": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s
          AND (p.channel = 'portal' OR p.channel = 'office' AND p.method IN ('cash', 'check'))
          AND (p.receipt_number IS NOT NULL) <> (p.state = ANY(%(money)s))""",
    "a receipt is mailed for money and for nothing else": """
        SELECT m.subject_id FROM messaging_message m WHERE m.company_id = %(company)s AND m.kind = 'receipt'
          AND NOT EXISTS (SELECT FROM billing_payment p
            WHERE p.public_id = m.subject_id AND p.state = ANY(%(money)s))""",
    "a payment covers invoices of its own customer and currency": """
        SELECT p.public_id FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
        JOIN billing_invoice i ON i.id = a.invoice_id
        WHERE a.company_id = %(company)s AND p.channel <> 'import'
          AND (i.currency <> p.currency OR i.customer_id <> p.customer_id AND NOT EXISTS (
            -- one of the two went back when a merge was undone: paid while both were one customer's
            SELECT FROM customers_mergedrow r JOIN customers_merge g ON g.id = r.merge_id AND g.undone_at IS NOT NULL
            WHERE r.company_id = %(company)s AND g.loser_id IN (i.customer_id, p.customer_id)
              AND (r.kind, r.row_id) IN (('billing_invoice', i.id), ('billing_payment', p.id))))""",
    "a saved method is charged for its own customer at its own account": """
        SELECT t.public_id FROM billing_paymentattempt t JOIN billing_payment p ON p.id = t.payment_id
        JOIN billing_paymentmethod m ON m.id = t.saved_method_id JOIN customers_customer c ON c.id = m.customer_id
        WHERE t.company_id = %(company)s
          AND (m.account_id <> t.account_id OR p.customer_id NOT IN (c.id, coalesce(c.merged_into_id, c.id))
            AND NOT EXISTS (SELECT FROM customers_merge g  -- charged while they were one
            WHERE g.company_id = %(company)s AND g.loser_id IN (m.customer_id, p.customer_id)
              AND t.created_at BETWEEN g.at AND g.undone_at))""",
    "credit that was put to use is what the ledger says": """
        SELECT u.public_id FROM billing_credituse u WHERE u.company_id = %(company)s AND u.amount_minor <> (
          SELECT coalesce(-sum(l.amount_minor), 0) FROM billing_ledgerentry l WHERE l.company_id = %(company)s
          AND l.source_type = 'credit_use' AND l.kind = 'allocate'
          AND starts_with(l.source_ref, u.public_id::text || ':'))""",
    "no balance is beyond zero": """
        SELECT i.public_id FROM billing_invoice i WHERE i.company_id = %(company)s AND i.state = 'issued'
          AND (i.total_minor - i.paid_minor - i.reserved_minor) * sign(i.total_minor) < 0""",
}


@reading
def check() -> list[Violation]:
    """The rules of this company's money that do not hold."""
    rules = RULES | deposit_invariants.RULES
    found = [_broken(rule, statement) for rule, statement in rules.items()]
    return [violation for violation in found if violation.count]


def _broken(rule: str, statement: str) -> Violation:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(min(b.public_id::text), '') FROM ({statement}) AS b(public_id)",  # noqa: S608
            {"company": current_company_id(), "money": MONEY, "live": LIVE},
        )
        count, example = cursor.fetchone()
    return Violation(rule, count, example)

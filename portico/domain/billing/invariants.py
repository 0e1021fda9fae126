"""What must be true of the money, whatever happened (docs/money.md); recomputed from the rows, never from caches."""

from __future__ import annotations

from django.db import connection

from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import current_company_id, reading

MONEY = ["succeeded", "partially_refunded", "refunded", "disputed", "charged_back"]
LIVE = ["created", "sent", "unknown", "requires_action", "verifying", "processing"]

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
    "a payment received what the ledger says": """
        SELECT p.public_id FROM billing_payment p LEFT JOIN (
          SELECT payment_id, sum(amount_minor) AS received FROM billing_ledgerentry WHERE kind = 'payment_in'
          GROUP BY payment_id
        ) l ON l.payment_id = p.id
        WHERE p.company_id = %(company)s AND p.received_minor <> coalesce(l.received, 0)""",
    "the ledger puts of a payment on invoices what its allocations say": """
        SELECT p.public_id FROM billing_payment p
        LEFT JOIN (SELECT payment_id, -sum(amount_minor) AS put FROM billing_ledgerentry WHERE invoice_id IS NOT NULL
          GROUP BY payment_id) l ON l.payment_id = p.id
        LEFT JOIN (SELECT payment_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY payment_id) a ON a.payment_id = p.id
        WHERE p.company_id = %(company)s AND coalesce(l.put, 0) <> coalesce(a.posted, 0)""",
    "no more of a payment is on invoices than was received and kept": """
        SELECT p.public_id FROM billing_payment p JOIN (
          SELECT payment_id, sum(posted_minor) AS posted FROM billing_allocation WHERE state = 'posted'
          GROUP BY payment_id
        ) a ON a.payment_id = p.id
        WHERE p.company_id = %(company)s
          AND abs(a.posted) > abs(p.received_minor) - p.refunded_minor
            - CASE WHEN p.state = 'charged_back' THEN p.disputed_minor ELSE 0 END""",
    "no more is given back than was received": """
        SELECT p.public_id FROM billing_payment p
        WHERE p.company_id = %(company)s AND p.refunded_minor > greatest(p.received_minor, 0)""",
    "a payment that goes on holds its whole amount": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND p.state IN ('open', 'verifying', 'processing') AND p.amount_minor <> (
            SELECT coalesce(sum(a.amount_minor), 0) FROM billing_allocation a
            WHERE a.payment_id = p.id AND a.state = 'reserved')""",
    "a payment that is over holds nothing": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s
          AND p.state NOT IN ('open', 'verifying', 'processing')
          AND EXISTS (SELECT FROM billing_allocation a WHERE a.payment_id = p.id AND a.state = 'reserved')""",
    "a payment of the portal goes on exactly while a try goes on": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND (p.state IN ('open', 'verifying', 'processing')) <> EXISTS (
            SELECT FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = ANY(%(live)s))""",
    "a payment of the portal has money exactly when one try succeeded": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND (SELECT count(*) FROM billing_paymentattempt t WHERE t.payment_id = p.id AND t.state = 'succeeded')
            <> CASE WHEN p.state = ANY(%(money)s) THEN 1 ELSE 0 END""",
    "a try that goes on will be looked at again, one that is over will not": """
        SELECT t.public_id FROM billing_paymentattempt t WHERE t.company_id = %(company)s
          AND (t.state = ANY(%(live)s)) <> (t.next_check_at IS NOT NULL)""",
    "money that came through the portal has a receipt number": """
        SELECT p.public_id FROM billing_payment p WHERE p.company_id = %(company)s AND p.channel = 'portal'
          AND (p.receipt_number IS NOT NULL) <> (p.state = ANY(%(money)s))""",
    "a receipt is mailed for money and for nothing else": """
        SELECT m.subject_id FROM messaging_message m WHERE m.company_id = %(company)s AND m.kind = 'receipt'
          AND NOT EXISTS (SELECT FROM billing_payment p
            WHERE p.public_id = m.subject_id AND p.state = ANY(%(money)s))""",
    "a payment covers invoices of its own customer and currency": """
        SELECT p.public_id FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
        JOIN billing_invoice i ON i.id = a.invoice_id
        WHERE a.company_id = %(company)s AND p.channel = 'portal'
          AND (i.customer_id <> p.customer_id OR i.currency <> p.currency)""",
    "no balance is beyond zero": """
        SELECT i.public_id FROM billing_invoice i WHERE i.company_id = %(company)s AND i.state = 'issued'
          AND (i.total_minor - i.paid_minor - i.reserved_minor) * sign(i.total_minor) < 0""",
}


@reading
def check() -> list[Violation]:
    """The rules of this company's money that do not hold."""
    found = [_broken(rule, statement) for rule, statement in RULES.items()]
    return [violation for violation in found if violation.count]


def _broken(rule: str, statement: str) -> Violation:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), coalesce(min(b.public_id::text), '') FROM ({statement}) AS b(public_id)",  # noqa: S608
            {"company": current_company_id(), "money": MONEY, "live": LIVE},
        )
        count, example = cursor.fetchone()
    return Violation(rule, count, example)

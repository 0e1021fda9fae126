"""What must be true of deposits, beside the rules of all money (invariants.py)."""

from __future__ import annotations

KEPT = """(p.received_minor - p.refunded_minor - (SELECT coalesce(sum(x.amount_minor), 0) FROM billing_dispute x
  WHERE x.payment_id = p.id AND x.state = 'lost'))"""
GOING = "p.state IN ('open', 'verifying', 'processing')"

RULES: dict[str, str] = {
    "a payment of a deposit is for its whole amount": """
        SELECT p.public_id FROM billing_payment p JOIN billing_deposit d ON d.id = p.deposit_id
        WHERE p.company_id = %(company)s AND (p.amount_minor, p.currency) <> (d.amount_minor, d.currency)""",
    "a deposit's money is that of a payment which was started for it, of the same customer": """
        SELECT d.public_id FROM billing_deposit d JOIN billing_payment p ON p.id = d.payment_id
        WHERE d.company_id = %(company)s AND (p.deposit_id IS DISTINCT FROM d.id OR p.customer_id <> d.customer_id)""",
    "a deposit's money is in the ledger": """
        SELECT d.public_id FROM billing_deposit d WHERE d.company_id = %(company)s AND d.payment_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM billing_ledgerentry e
            WHERE e.payment_id = d.payment_id AND e.kind = 'payment_in' AND e.amount_minor = d.amount_minor)""",
    "a deposit that is no longer asked for has no money here or on its way": f"""
        SELECT d.public_id FROM billing_deposit d JOIN billing_payment p ON p.deposit_id = d.id
        WHERE d.company_id = %(company)s AND d.canceled_at IS NOT NULL AND ({GOING} OR d.payment_id = p.id
          AND {KEPT} > 0 AND NOT EXISTS (SELECT FROM billing_alert a WHERE a.payment_id = p.id))""",  # noqa: S608 - our own text
    "a deposit is not paid while its money is here": f"""
        SELECT g.public_id FROM billing_payment g JOIN billing_deposit d ON d.id = g.deposit_id
        JOIN billing_payment p ON p.id = d.payment_id
        WHERE g.company_id = %(company)s AND g.state IN ('open', 'verifying', 'processing') AND {KEPT} > 0
          AND NOT EXISTS (SELECT FROM billing_alert a WHERE a.payment_id = p.id)
          AND p.succeeded_at < g.created_at""",  # noqa: S608 - our own text
    "money that came beside a deposit was told": f"""
        SELECT p.public_id FROM billing_payment p JOIN billing_deposit d ON d.id = p.deposit_id
        WHERE p.company_id = %(company)s AND d.payment_id IS DISTINCT FROM p.id AND {KEPT} > 0
          AND NOT EXISTS (SELECT FROM billing_alert a WHERE a.payment_id = p.id)
          AND NOT EXISTS (SELECT FROM billing_dispute x WHERE x.payment_id = p.id)""",  # noqa: S608 - our own text
    "nothing is paid of a deposit that is held": f"""
        SELECT d.public_id FROM billing_deposit d JOIN billing_payment p ON p.id = d.payment_id
        WHERE d.company_id = %(company)s AND d.released_at IS NULL AND d.canceled_at IS NULL
          AND NOT EXISTS (SELECT FROM billing_ledgerentry e WHERE e.payment_id = p.id AND e.source_type = 'void')
          AND (SELECT coalesce(sum(a.posted_minor), 0) FROM billing_allocation a
            WHERE a.payment_id = p.id AND a.state = 'posted') > greatest(0, {KEPT} - d.amount_minor)""",  # noqa: S608 - our own text
    "a deposit is released when its job is invoiced": """
        SELECT d.public_id FROM billing_deposit d WHERE d.company_id = %(company)s AND d.canceled_at IS NULL
          AND d.released_at IS NULL AND EXISTS (SELECT FROM billing_invoice i WHERE i.job_id = d.job_id
            AND i.company_id = %(company)s AND i.state = 'issued' AND i.total_minor > 0
            AND i.id <> ALL(d.earlier_invoices))""",
}

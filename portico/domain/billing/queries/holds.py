"""What is held: of an invoice by open card pages, which let it go again; of a customer's money by a deposit."""

from __future__ import annotations

# An expression over billing_invoice i; looks further only where something is reserved.
HELD_SQL = """CASE WHEN i.reserved_minor = 0 THEN 0 ELSE (
  SELECT coalesce(sum(a.amount_minor), 0)::bigint
  FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
  WHERE a.invoice_id = i.id AND a.state = 'reserved' AND p.state = 'open') END"""

# What of deposit d with its payment p is held: rules of deposit_rules.held_minor.
DEPOSIT_HELD = """CASE WHEN d.released_at IS NOT NULL OR d.canceled_at IS NOT NULL THEN 0 ELSE greatest(0, least(
  d.amount_minor, coalesce((SELECT sum(e.amount_minor) FROM billing_ledgerentry e
    WHERE e.payment_id = d.payment_id), 0)))::bigint END"""

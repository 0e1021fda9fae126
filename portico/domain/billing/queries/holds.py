"""What open card pages hold of an invoice: let go again when the page expires, is left, or is replaced."""

from __future__ import annotations

# An expression over billing_invoice i; looks further only where something is reserved.
HELD_SQL = """CASE WHEN i.reserved_minor = 0 THEN 0 ELSE (
  SELECT coalesce(sum(a.amount_minor), 0)::bigint
  FROM billing_allocation a JOIN billing_payment p ON p.id = a.payment_id
  WHERE a.invoice_id = i.id AND a.state = 'reserved' AND p.state = 'open') END"""

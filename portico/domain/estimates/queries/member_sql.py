"""Who pays the members' price: one text for pages, the office and the operation that approves."""

from __future__ import annotations

# Of a proposal `p`: an active membership of its customer that covers its location at %(now)s.
IS_MEMBER = """EXISTS (SELECT FROM memberships_membership m
  WHERE m.company_id = p.company_id AND m.customer_id = p.customer_id AND m.status = 'Active'
    AND (m.location_id IS NULL OR m.location_id = p.location_id)
    AND (m.starts_at IS NULL OR m.starts_at <= %(now)s::timestamptz)
    AND (m.ends_at IS NULL OR m.ends_at > %(now)s::timestamptz))"""

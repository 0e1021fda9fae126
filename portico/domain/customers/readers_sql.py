"""The statement behind readers.bill_readers(): REACH the other way round, for whole customers and their bills."""

from __future__ import annotations

from portico.domain.customers.queries import BACKED, OWNER

ON_RECORD = """SELECT p.customer_id, p.email FROM customers_portalcontact p
  WHERE p.company_id = %(company)s AND p.customer_id = ANY(%(customers)s::bigint[]) AND p.is_present
    AND p.revoked_at IS NULL AND p.billing = 'billing' AND (p.is_on_customer OR p.is_widened)"""
AS_MEMBER = f"""SELECT m.customer_id, m.email FROM customers_householdmember m
  JOIN customers_customer h ON h.id = m.customer_id
  JOIN tenancy_branch z ON z.id = h.branch_id
  {OWNER}
  WHERE m.company_id = %(company)s AND m.customer_id = ANY(%(customers)s::bigint[]) AND m.location_id IS NULL
    AND m.may_see_prices AND (m.owner_email = '' OR o.billing = 'billing') AND {BACKED}
    AND m.accepted_at IS NOT NULL AND m.left_at IS NULL AND m.revoked_at IS NULL
    AND (m.ends_on IS NULL OR m.ends_on >= (%(now)s::timestamptz AT TIME ZONE z.time_zone)::date)"""

BILL_READERS = f"""
SELECT coalesce(json_agg(json_build_object('customer', f.customer_id, 'email', f.email,
    'came_back', a.bounced_at IS NOT NULL) ORDER BY f.customer_id, f.email), '[]')
  FROM ({ON_RECORD} UNION {AS_MEMBER}) f
  JOIN customers_customer c ON c.id = f.customer_id AND c.merged_into_id IS NULL
  LEFT JOIN customers_emailaddress a ON a.company_id = %(company)s AND a.email = f.email
 WHERE a.is_placeholder IS NOT TRUE"""

"""The one statement behind home: what estimates ask for it, and the visits for which other times are offered."""

from __future__ import annotations

from portico.domain.estimates.queries.portal_sql import HOME as HOME_BELOW
from portico.domain.jobs.queries.visit_sql import ADDRESS

OFFERS = f"""SELECT coalesce(json_agg(json_build_object('id', o.public_id, 'customer', c.public_id, 'title', t.name,
    'address', {ADDRESS}, 'expires_at', o.expires_at, 'time_zone', b.time_zone) ORDER BY o.expires_at, o.id), '[]')
  FROM unnest(%(booking_customers)s::bigint[], %(booking_locations)s::bigint[]) AS s(customer_id, location_id)
  JOIN booking_visitoffer o ON o.customer_id = s.customer_id
    AND o.state = 'open' AND o.expires_at > %(real_now)s::timestamptz
  JOIN jobs_appointment a ON a.id = o.appointment_id AND a.status IN ('Scheduled', 'Hold')
  JOIN jobs_job j ON j.id = a.job_id AND (s.location_id IS NULL OR j.location_id = s.location_id)
  JOIN customers_customer c ON c.id = j.customer_id
  JOIN catalog_jobtype t ON t.id = j.job_type_id
  JOIN customers_location l ON l.id = j.location_id
  JOIN catalog_businessunit u ON u.id = j.business_unit_id
  JOIN tenancy_branch b ON b.id = u.branch_id
  WHERE o.company_id = %(company)s AND j.status <> 'Canceled'"""
HOME = f"SELECT json_build_object('home', ({HOME_BELOW}), 'offers', ({OFFERS}))"

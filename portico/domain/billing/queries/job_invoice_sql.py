"""The statement behind job_invoices.py."""

from __future__ import annotations

from portico.domain.billing.queries.invoice_sql import IN_SCOPE, ROW_COLUMNS, ROW_TABLES, SCOPE

OF_JOB = f"""
SELECT json_build_object(
  'rows', (SELECT coalesce(json_agg(to_json(p) ORDER BY p.issued_on DESC, p.key DESC), '[]') FROM (
    SELECT {ROW_COLUMNS} FROM {ROW_TABLES}
    WHERE i.job_id = o.id AND i.state = 'issued' AND i.was_ever_positive
      AND EXISTS (SELECT FROM {SCOPE} WHERE {IN_SCOPE})
    ORDER BY i.issued_on DESC, i.id DESC LIMIT %(many)s::bigint) p),
  'is_billed_elsewhere', EXISTS (SELECT FROM billing_invoice i
    WHERE i.job_id = o.id AND i.state = 'issued' AND i.was_ever_positive
      AND i.customer_id <> o.customer_id AND NOT i.customer_id = ANY(%(customers)s::bigint[])))
FROM jobs_job o WHERE o.company_id = %(company)s AND o.public_id = %(job)s::uuid
"""

OF_JOB_IN_OFFICE = f"""
SELECT coalesce(json_agg(to_json(p) ORDER BY p.issued_on DESC, p.key DESC), '[]') FROM (
  SELECT {ROW_COLUMNS}, c.name AS payer FROM {ROW_TABLES} JOIN jobs_job o ON o.id = i.job_id
  WHERE o.company_id = %(company)s AND o.public_id = %(job)s::uuid
  ORDER BY i.issued_on DESC, i.id DESC LIMIT %(many)s::bigint) p
"""

"""The statement behind preparing a run: who has open invoices, some customers at a time, whatever their names are."""

from __future__ import annotations

# An invoice that is not settled today, of whatever day: what was paid since is nothing to write about.
HAS_OPEN = """EXISTS (SELECT FROM billing_invoice i WHERE i.company_id = %(company)s AND i.customer_id = w.id
    AND i.state = 'issued' AND NOT i.is_settled AND i.was_ever_positive)"""

CANDIDATES = f"""
SELECT json_build_object('walked', count(*), 'last', coalesce(max(w.id), 0),
    'found', coalesce(json_agg(w.id ORDER BY w.id) FILTER (WHERE {HAS_OPEN}
      AND (%(branch)s::bigint IS NULL OR w.branch_id = %(branch)s::bigint)), '[]'))
  FROM (SELECT c.id, c.branch_id FROM customers_customer c
         WHERE c.company_id = %(company)s AND c.id > %(after)s::bigint ORDER BY c.id LIMIT %(limit)s::int) w
"""

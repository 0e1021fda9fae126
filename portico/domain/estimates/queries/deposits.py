"""Between an estimate and the deposit that its approval asks for."""

from __future__ import annotations

from uuid import UUID

from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

NEWEST_APPROVAL = """
SELECT to_jsonb(a.public_id) FROM estimates_estimate e JOIN estimates_proposal o ON o.id = e.proposal_id
JOIN estimates_approval a ON a.estimate_id = e.id
WHERE e.company_id = %(company)s AND e.public_id = %(estimate)s::uuid AND EXISTS (
  SELECT FROM unnest(%(customers)s::bigint[], %(locations)s::bigint[]) AS s(customer_id, location_id)
  WHERE s.customer_id = o.customer_id AND (s.location_id IS NULL OR s.location_id = o.location_id))
ORDER BY a.id DESC LIMIT 1
"""
ESTIMATE = """
SELECT to_jsonb(e.public_id) FROM estimates_approval a JOIN estimates_estimate e ON e.id = a.estimate_id
WHERE a.company_id = %(company)s AND a.public_id = %(approval)s::uuid
"""


@reading
def newest_approval(*, scope: Scope, estimate: UUID) -> UUID | None:
    """The last approval of an estimate, standing or taken back; None for one that is not this reader's."""
    found = fetch_json(NEWEST_APPROVAL, **scope.as_parameters(), estimate=str(estimate))
    return UUID(found) if found else None


@reading
def estimate_of(approval: UUID) -> UUID | None:
    """The estimate that was approved."""
    found = fetch_json(ESTIMATE, approval=str(approval))
    return UUID(found) if found else None

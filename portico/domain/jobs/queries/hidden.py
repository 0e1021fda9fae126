"""Jobs that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, in_scope, walking
from portico.domain.customers.queries import Reach, Scope
from portico.domain.jobs.queries.job_sql import SHOWS_CANCELED

HIDDEN = walking(
    "SELECT j.* FROM jobs_job j WHERE j.customer_id = c.id ORDER BY j.happens_at DESC, j.id DESC",
    {
        "canceled": f"r.status = 'Canceled' AND NOT {SHOWS_CANCELED} AND {in_scope('r')}",
        "elsewhere": f"NOT {in_scope('r')}",
    },
)


def hidden_jobs(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Canceled ones, unless the company shows those, and those at homes or of customers that are out of reach."""
    return counted(HIDDEN, reached=reached, scope=scope)

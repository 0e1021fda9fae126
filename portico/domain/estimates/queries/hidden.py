"""Estimates that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import SEEN, Hidden, counted, in_scope, walking
from portico.domain.customers.queries import Reach, Scope
from portico.domain.jobs.queries.job_sql import SHOWS_CANCELED

# A look-up for each row: an EXISTS might be made of the table of all jobs.
IS_CANCELED = "(SELECT o.status = 'Canceled' FROM jobs_job o WHERE o.id = r.job_id)"
IS_OFFERED = "r.is_active AND r.status NOT IN ('Draft', 'Withdrawn')"
# Proposals state by state, as the index has them, those first that nobody sees.
HIDDEN = walking(
    f"""SELECT x.status, x.is_active, p.customer_id, p.location_id, p.job_id
      FROM (VALUES ('draft'), ('withdrawn'), ('open'), ('declined'), ('accepted')) AS v(state)
      CROSS JOIN LATERAL (
        SELECT p.* FROM estimates_proposal p WHERE p.customer_id = c.id AND p.state = v.state
        ORDER BY p.listed_at DESC, p.id DESC LIMIT {SEEN}) p
      CROSS JOIN LATERAL (
        SELECT x.* FROM estimates_estimate x WHERE x.proposal_id = p.id ORDER BY x.position, x.id LIMIT 20) x""",  # noqa: S608 - put together of our own texts only
    {
        "draft": f"r.is_active AND r.status = 'Draft' AND {in_scope('r')}",
        "withdrawn": f"r.is_active AND r.status = 'Withdrawn' AND {in_scope('r')}",
        "put_away": f"NOT r.is_active AND {in_scope('r')}",
        "of_canceled_job": f"{IS_OFFERED} AND r.status <> 'Sold' AND {IS_CANCELED} AND NOT {SHOWS_CANCELED}"
        f" AND {in_scope('r')}",
        "elsewhere": f"NOT {in_scope('r')}",
    },
)


def hidden_estimates(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that are not offered yet or no longer, those of canceled jobs that are hidden, and those out of reach."""
    return counted(HIDDEN, reached=reached, scope=scope)

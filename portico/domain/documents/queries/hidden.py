"""Documents that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, in_scope, walking
from portico.domain.customers.queries import Reach, Scope
from portico.domain.jobs.queries.job_sql import SHOWS_CANCELED

# A look-up for each row: an EXISTS might be made of the table of all jobs.
IS_CANCELED = "(SELECT o.status = 'Canceled' FROM jobs_job o WHERE o.id = r.job_id)"
HIDDEN = walking(
    "SELECT d.* FROM documents_document d WHERE d.customer_id = c.id ORDER BY d.created_at DESC, d.id DESC",
    {
        "unshared": f"NOT r.is_shared AND {in_scope('r')}",
        "of_canceled_job": f"r.is_shared AND {IS_CANCELED} AND NOT {SHOWS_CANCELED} AND {in_scope('r')}",
        "elsewhere": f"r.is_shared AND NOT {in_scope('r')}",
    },
)


def hidden_documents(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that nobody has shared, those of canceled jobs that are hidden themselves, and those out of reach."""
    return counted(HIDDEN, reached=reached, scope=scope)

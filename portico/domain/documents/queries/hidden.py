"""Documents that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, counting, in_scope
from portico.domain.customers.queries import Reach, Scope
from portico.domain.documents.queries.portal_sql import JOB_IS_SHOWN

DOCUMENTS = f"FROM documents_document d WHERE d.customer_id = c.id AND {in_scope('d')}"
HIDDEN = counting(
    {
        "unshared": f"{DOCUMENTS} AND NOT d.is_shared",
        "of_canceled_job": f"{DOCUMENTS} AND d.is_shared AND NOT {JOB_IS_SHOWN}",
    }
)


def hidden_documents(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that nobody has shared, and those of canceled jobs that are hidden themselves."""
    return counted(HIDDEN, reached=reached, scope=scope)

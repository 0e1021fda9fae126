"""Memberships that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import SEEN, Hidden, counted, in_scope, walking
from portico.domain.customers.queries import Reach, Scope

# Status by status, as the index has them, those first that nobody sees.
HIDDEN = walking(
    f"""SELECT m.* FROM (VALUES ('Deleted'), ('Active'), ('Suspended'), ('Expired'), ('Canceled')) AS v(status)
      CROSS JOIN LATERAL (
        SELECT m.* FROM memberships_membership m WHERE m.customer_id = c.id AND m.status = v.status
        ORDER BY m.listed_at DESC, m.id DESC LIMIT {SEEN}) m""",  # noqa: S608 - put together of our own texts only
    {"deleted": f"r.status = 'Deleted' AND {in_scope('r')}", "elsewhere": f"NOT {in_scope('r')}"},
)


def hidden_memberships(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that were deleted, and those at homes or of customers that are out of reach."""
    return counted(HIDDEN, reached=reached, scope=scope)

"""Memberships that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, counting, in_scope
from portico.domain.customers.queries import Reach, Scope

DELETED = "FROM memberships_membership m WHERE m.customer_id = c.id AND m.status = 'Deleted'"
HIDDEN = counting({"deleted": f"{DELETED} AND {in_scope('m')}"})


def hidden_memberships(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that were deleted."""
    return counted(HIDDEN, reached=reached, scope=scope)

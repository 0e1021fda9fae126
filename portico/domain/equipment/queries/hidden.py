"""Units that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, in_scope, walking
from portico.domain.customers.queries import Reach, Scope

# False before true: those no longer in use come first.
HIDDEN = walking(
    "SELECT e.* FROM equipment_installedequipment e WHERE e.customer_id = c.id"
    " ORDER BY e.is_active, e.location_id, e.id",
    {"inactive": f"NOT r.is_active AND {in_scope('r')}", "elsewhere": f"NOT {in_scope('r')}"},
)


def hidden_units(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that are no longer in use, and those at homes or of customers that are out of reach."""
    return counted(HIDDEN, reached=reached, scope=scope)

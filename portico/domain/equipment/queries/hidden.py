"""Units that the owner of an address does not see, for staff who look as them."""

from __future__ import annotations

from portico.domain.customers.hidden import Hidden, counted, counting, in_scope
from portico.domain.customers.queries import Reach, Scope

UNITS = "FROM equipment_installedequipment e WHERE e.customer_id = c.id"
HIDDEN = counting({"inactive": f"{UNITS} AND NOT e.is_active AND {in_scope('e')}"})


def hidden_units(*, reached: list[Reach], scope: Scope) -> list[Hidden]:
    """Those that are no longer in use."""
    return counted(HIDDEN, reached=reached, scope=scope)

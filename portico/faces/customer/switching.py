"""The switch that narrows a page to one of the customers reached; nothing where there is one only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Reach
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.minijinja import url

NOTHING: Mapping[str, str] = MappingProxyType({})


def customer_switch(
    reached: Sequence[Reach],
    narrow: UUID | None,
    page: str,
    *,
    kept: Mapping[str, str] = NOTHING,
    everyone: str = "",
) -> list[dict[str, Any]]:
    """Everyone, then each customer by name; `kept` is what of the query stays."""
    if len(reached) < 2:
        return []
    kept = {name: value for name, value in kept.items() if value}
    return [
        {"label": everyone or _("Everyone"), "note": "", "href": url(page, query=kept), "is_current": narrow is None},
        *(
            {
                "label": reach.name,
                "note": reach.address,
                "href": url(page, query=kept | {"customer": str(reach.customer)}),
                "is_current": narrow == reach.customer,
            }
            for reach in reached
        ),
    ]

"""A company's branches as the office looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.foundation.portals.stand import stand_of
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading

EDITED = (*("display_name", "phone", "support_email", "address", "time_zone", "opening_hours", "color", "logo_digest"),)


@dataclass(frozen=True, slots=True)
class BranchRow:
    """A branch in the office's list; `name` is the office's own word for it. `stand` is for the form."""

    name: str
    is_main: bool
    brand: BrandFacts
    stand: str


@reading
def branches() -> list[BranchRow]:
    """All of them, the main one first."""
    rows = Branch.objects.order_by("-is_main", "name", "pk").values("id", "public_id", "name", "is_main", *EDITED)
    return [_row(found) for found in rows]


@reading
def branch(public_id: UUID) -> BranchRow | None:
    """One of this company's branches."""
    rows = Branch.objects.filter(public_id=public_id).values("id", "public_id", "name", "is_main", *EDITED)
    found = rows.first()
    return _row(found) if found else None


def values_of(row: Branch) -> dict[str, Any]:
    """What the office can change of a branch, as it stands."""
    return {name: getattr(row, name) for name in EDITED}


def _row(found: dict[str, Any]) -> BranchRow:
    edited = {name: found[name] for name in EDITED}
    return BranchRow(
        name=found["name"],
        is_main=found["is_main"],
        brand=BrandFacts(id=found["id"], public_id=found["public_id"], **edited),
        stand=stand_of(edited),
    )

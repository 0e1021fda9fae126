"""What of another system's words about estimates is taken, and what gives way to what was agreed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from portico.domain.estimates.enums import EstimateStatus

# An approval closes the matter: until when it could be given and when it was are known better here.
OURS_ONCE_APPROVED = frozenset({"expires_at", "decided_at"})
NO_PART_OF_A_CONTRACT = frozenset({"is_recommended"})
WORDS = {
    "items": "its lines or its tax",
    "name": "its name",
    "summary": "its summary",
    "status": "its status",
    "is_active": "whether it is active",
    "currency": "its currency",
    "created_at": "when it was made",
    "place": "its job or proposal",
}


class Place(NamedTuple):
    """The proposal of an estimate: its key when there is one, else the job with the tag or the estimate alone."""

    key: int | None
    job: int
    tag: str
    source_id: int = 0


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A line of an imported estimate. `is_own`: the office made more of it here than the source knows of."""

    name: str
    description: str
    type: str
    quantity: Decimal
    price_minor: int
    total_minor: int
    sku: str
    cost: Decimal | None
    cost_account: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class ImportedItems:
    """Lines and tax, which change together. `is_own`: the tax follows a rate here."""

    lines: tuple[ImportedLine, ...]
    tax_minor: int
    is_own: bool = False

    @property
    def subtotal_minor(self) -> int:
        return sum(line.total_minor for line in self.lines)


@dataclass(slots=True)
class Plan:
    """What one record wants to change, and what the estimate is then. `was_sold_there`: and stands so here already."""

    source_id: int
    place: Place
    was_sold_there: bool = False
    approved_at: datetime | None = None
    moved: dict[str, Any] = field(default_factory=dict)
    overruled: list[str] = field(default_factory=list)
    status: str = EstimateStatus.OPEN
    decided_at: datetime | None = None

    @property
    def is_sold(self) -> bool:
        return self.status == EstimateStatus.SOLD


def keep_contract(plan: Plan, *, is_moved: bool) -> str:
    """Leave alone what an approval settled; why the record cannot be taken, or nothing."""
    if plan.approved_at is None:
        return ""
    for name in OURS_ONCE_APPROVED:
        plan.moved.pop(name, None)
    plan.overruled = [name for name in plan.overruled if name in plan.moved]
    broken = sorted((plan.moved.keys() - NO_PART_OF_A_CONTRACT) | ({"place"} if is_moved else set()))
    if not broken:
        return ""
    said = " and ".join(WORDS[name] for name in broken)
    return f"It was approved here on {_day(plan.approved_at)}, and the export changes {said}. What was approved stands."


@dataclass(frozen=True, slots=True)
class Sold:
    """An estimate that is sold here, by which the others of its proposal have to stand back."""

    number: str
    approved_at: datetime | None

    def reason(self) -> str:
        if self.approved_at is not None:
            day = _day(self.approved_at)
            return f"Estimate {self.number} of the same proposal was approved here on {day}. The approval stands."
        return f"Estimate {self.number} of the same proposal is sold already, and only one can be."


def refusals(plans: Sequence[Plan], holders: Mapping[Place, Sold]) -> dict[int, str]:
    """Why plans that would sell a second option cannot be taken, by source id. `holders` are sold and not planned."""
    found: dict[int, str] = {}
    selling: dict[Place, list[Plan]] = {}
    for plan in plans:
        if plan.is_sold:
            selling.setdefault(plan.place, []).append(plan)
    for place, rivals in selling.items():
        first, *rest = sorted(rivals, key=_precedence)
        if place in holders:
            found |= {plan.source_id: holders[place].reason() for plan in rivals}
        else:
            reason = Sold(str(first.source_id), first.approved_at).reason()
            found |= {plan.source_id: reason for plan in rest}
    return found


def kept_refs(before: Sequence[tuple[UUID, str, str]], after: Sequence[ImportedLine]) -> list[UUID | None]:
    """The public id that each line had: by sku and name, else by sku, else by its place; None for a new one.

    `before` are id, sku and name in order.
    """
    kept: list[UUID | None] = [None] * len(after)
    left = dict(enumerate(before))
    for is_same in (_is_same, _is_same_sku, _is_same_place):
        for at, line in enumerate(after):
            if kept[at] is None:
                match = next((was for was, row in left.items() if is_same(at, line, was, row)), None)
                kept[at] = None if match is None else left.pop(match)[0]
    return kept


Row = tuple[UUID, str, str]


def _is_same(_at: int, line: ImportedLine, _was: int, row: Row) -> bool:
    return (line.sku, line.name) == row[1:]


def _is_same_sku(_at: int, line: ImportedLine, _was: int, row: Row) -> bool:
    return bool(line.sku) and line.sku == row[1]


def _is_same_place(at: int, _line: ImportedLine, was: int, _row: Row) -> bool:
    return at == was


def _precedence(plan: Plan) -> tuple[bool, bool, datetime | None, int]:
    """What is sold here already, then what was sold first."""
    at = plan.decided_at
    return (not plan.was_sold_there, at is None, at, plan.source_id)


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"

"""Limits and holidays, as the office's pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.capacity.models import ArrivalWindow, CapacityRule, Holiday, Zone
from portico.domain.capacity.setup_rules import wall_clock
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading

PLAIN = (
    *("name", "kind", "channel", "amount", "weekdays", "from_day", "until_day"),
    *("from_days_ahead", "until_days_ahead", "is_active"),
)
NARROWED = ("business_unit", "job_type", "arrival_window", "zone")
Choices = list[tuple[UUID, str]]


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit: its columns, what it narrows to by name, and by public id for the form."""

    id: UUID
    columns: Mapping[str, Any]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A day with other hours."""

    id: UUID
    columns: Mapping[str, Any]
    branch: str = ""


@reading
def limits() -> list[LimitRow]:
    """All of them by name."""
    return [_limit(row) for row in CapacityRule.objects.select_related(*NARROWED).order_by("name", "pk")]


@reading
def holidays() -> list[HolidayRow]:
    """All of them by day."""
    return [_holiday(row) for row in Holiday.objects.select_related("branch").order_by("day", "pk")]


@reading
def limit_choices() -> dict[str, Choices]:
    """What a limit may be narrowed to."""
    windows = ArrivalWindow.objects.filter(is_active=True).order_by("start_minute", "minutes", "pk")
    return {
        "business_unit": _choices(BusinessUnit),
        "job_type": _choices(JobType),
        "arrival_window": [(row.public_id, _window(row)) for row in windows],
        "zone": _choices(Zone),
    }


@reading
def branch_choices() -> Choices:
    """The branches by name."""
    return list(Branch.objects.order_by("name", "pk").values_list("public_id", "name"))


def _choices(model: Any) -> Choices:
    return list(model.objects.filter(is_active=True).order_by("name", "pk").values_list("public_id", "name"))


def _limit(row: CapacityRule) -> LimitRow:
    narrowed = {name: getattr(row, name) for name in NARROWED}
    ids = {name: one.public_id if one else None for name, one in narrowed.items()}
    names = tuple(_window(one) if name == "arrival_window" else one.name for name, one in narrowed.items() if one)
    return LimitRow(row.public_id, {name: getattr(row, name) for name in PLAIN} | ids, names)


def _holiday(row: Holiday) -> HolidayRow:
    columns = {"name": row.name, "day": row.day, "spans": row.spans}
    branch = row.branch.public_id if row.branch else None
    return HolidayRow(row.public_id, columns | {"branch": branch}, row.branch.name if row.branch else "")


def _window(row: ArrivalWindow) -> str:
    return wall_clock(row.start_minute, row.start_minute + row.minutes)

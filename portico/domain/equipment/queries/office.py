"""Equipment as the office sees it: with what it cost, what was noted, and what is no longer in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from portico.domain.equipment.queries import office_sql as sql
from portico.domain.equipment.queries.units import Unit, UnitPage
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

FIRST = 6
PAGE = 40


@dataclass(frozen=True, slots=True)
class OfficeUnit:
    """A unit with what customers never see of it."""

    unit: Unit
    status: str
    cost: Decimal | None
    memo: str
    is_active: bool
    number: int | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> OfficeUnit:
        """From a row of UNIT and INTERNAL."""
        cost = Decimal(row["cost"]) if row["cost"] else None
        return cls(Unit.of(row), row["status"], cost, row["memo"], row["is_active"], row["source_id"])


@dataclass(frozen=True, slots=True)
class OfficeUnits:
    """A page of a customer's units; `has_gone` when some are no longer in use."""

    units: list[OfficeUnit]
    has_gone: bool


@reading
def units_of_customer(
    customer: UUID, *, now: datetime, is_gone: bool = False, after: UUID | None = None, limit: int = PAGE
) -> OfficeUnits:
    """A customer's units, home by home: those in use, or those that no longer are."""
    found = fetch_json(sql.OF_CUSTOMER, customer=customer, now=now, gone=is_gone, after=after, limit=limit)
    if found is None:
        return OfficeUnits([], has_gone=False)
    return OfficeUnits([OfficeUnit.of(row) for row in found["units"]], found["has_gone"])


@reading
def unit_of_customer(customer: UUID, unit: UUID, *, now: datetime) -> UnitPage | None:
    """One unit for its label; None where it is not this customer's."""
    found = fetch_json(sql.ONE_UNIT, customer=customer, unit=unit, now=now)
    if found is None:
        return None
    row = found["unit"]
    return UnitPage(Unit.of(row), row["place_key"], row["key"], BrandFacts.of(found["brand"]))

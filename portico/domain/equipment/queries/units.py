"""Equipment as customers see it. Every statement starts from a scope of what the reader may know the history of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Scope
from portico.domain.equipment import rules
from portico.domain.equipment.queries import unit_sql as sql
from portico.domain.equipment.rules import Age, Warranty
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

MOST_ON_PAPER = 500


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in use, as its owner may know it. `today` is the branch's day, by which age and warranties are told."""

    id: str
    name: str
    type: str
    manufacturer: str
    model: str
    serial_number: str
    installed_on: date | None
    maker_warranty: Warranty
    our_warranty: Warranty
    age: Age | None
    today: date
    location: str
    location_name: str
    address: str
    customer: str
    customer_name: str

    @classmethod
    def of(cls, row: dict[str, Any]) -> Unit:
        """From a row of UNIT."""
        today, installed_on = date.fromisoformat(row["today"]), _day(row["installed_on"])
        kept = ("id", "name", "type", "manufacturer", "model", "serial_number", "location", "location_name", "address")
        return cls(
            **{name: row[name] for name in (*kept, "customer", "customer_name")},
            installed_on=installed_on,
            maker_warranty=_warranty(row, "manufacturer", today),
            our_warranty=_warranty(row, "service_provider", today),
            age=rules.age(installed_on=installed_on, today=today),
            today=today,
        )


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit, in the brand of the branch that looks after its customer."""

    unit: Unit
    location_key: int
    key: int
    brand: BrandFacts


@dataclass(frozen=True, slots=True)
class Home:
    """A home with everything that stands in it."""

    name: str
    address: str
    customer_name: str
    key: int
    today: date
    brand: BrandFacts
    units: list[Unit]


@reading
def units(*, scope: Scope, now: datetime, after: UUID | None = None, limit: int = 25) -> list[Unit]:
    """A page of units, home by home; `after` is the last one of the page before."""
    found = fetch_json(sql.UNITS, **scope.as_parameters(), now=now, after=after, limit=limit)
    return [Unit.of(row) for row in found]


@reading
def unit_page(*, scope: Scope, unit: UUID, now: datetime) -> UnitPage | None:
    """One unit; None where the scope does not hold it, or it is no longer in use."""
    found = fetch_json(sql.ONE_UNIT, **scope.as_parameters(), unit=unit, now=now)
    if found is None:
        return None
    row = found["unit"]
    return UnitPage(Unit.of(row), row["place_key"], row["key"], BrandFacts.of(found["brand"]))


@reading
def home(*, scope: Scope, location: UUID, now: datetime) -> Home | None:
    """One home and its units, at most MOST_ON_PAPER; None where the scope does not hold it."""
    found = fetch_json(sql.HOME, **scope.as_parameters(), location=location, now=now, limit=MOST_ON_PAPER)
    if found is None:
        return None
    return Home(
        **{name: found[name] for name in ("name", "address", "customer_name", "key")},
        today=date.fromisoformat(found["today"]),
        brand=BrandFacts.of(found["brand"]),
        units=[Unit.of(row) for row in found["units"]],
    )


def _warranty(row: dict[str, Any], whose: str, today: date) -> Warranty:
    starts_on, ends_on = _day(row[f"{whose}_warranty_start"]), _day(row[f"{whose}_warranty_end"])
    return rules.warranty(starts_on=starts_on, ends_on=ends_on, today=today)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

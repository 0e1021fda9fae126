"""The company's rules about booking, read as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from portico.domain.capacity import scheduling_sql as sql
from portico.domain.capacity.enums import AnswerEffect, Channel, QuestionKind, RuleKind
from portico.domain.capacity.terms import (
    Hours,
    JobTypeTerms,
    OptionTerms,
    PlaceTerms,
    Policy,
    QuestionTerms,
    Rule,
    Terms,
    UnitTerms,
    WindowTerms,
)
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

POLICY_FIELDS = tuple(one.name for one in fields(Policy))
OWN_FIELDS = (
    "is_self_schedulable",
    "is_self_reschedulable",
    "is_members_only",
    "lead_hours",
    "horizon_days",
    "same_day_cutoff",
    "reschedule_cutoff_hours",
    "cancel_cutoff_hours",
    "max_per_day",
    "max_per_window",
    "fee_text",
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A kind of visit that may be booked."""

    public_id: UUID
    terms: JobTypeTerms


@dataclass(frozen=True, slots=True)
class Everything:
    """All job types, business units and rules that are in use."""

    policy: Policy
    job_types: tuple[JobTypeTerms, ...]
    units: tuple[UnitTerms, ...]
    rules: tuple[Rule, ...]


@reading
def policy() -> Policy:
    """How the company lets its visits be booked and changed."""
    return _policy(fetch_json(sql.POLICY_ALONE))


@reading
def terms_of(*, job_type_id: int, location_id: int) -> Terms | None:
    """What decides about booking this kind of visit at this place; None for no job type that is in use."""
    found = fetch_json(sql.TERMS, job_type=job_type_id, location=location_id, today=clock.today("UTC"))
    if found["job_type"] is None:
        return None
    units = tuple(_unit(row) for row in found["units"] or ())
    return Terms(
        policy=_policy(found["policy"]),
        job_type=_job_type(found["job_type"], units),
        place=_place(found),
        units=units,
        rules=tuple(_rule(row) for row in found["rules"] or ()),
    )


@reading
def offered(*, only: UUID | None = None) -> list[Offered]:
    """What customers may book, by name; `only` one of them."""
    rows = fetch_json(sql.OFFERED, only=only) or ()
    return [Offered(UUID(row["public_id"]), _job_type(row, ())) for row in rows]


@reading
def in_use(job_type: UUID) -> Offered | None:
    """A kind of visit that the company does, offered to customers or not; None for none such."""
    row = fetch_json(sql.IN_USE, job_type=job_type)
    return Offered(UUID(row["public_id"]), _job_type(row, ())) if row else None


@reading
def in_use_by_key(key: int) -> Offered | None:
    """The same, of the kind to which answers lead."""
    row = fetch_json(sql.IN_USE_BY_KEY, key=key)
    return Offered(UUID(row["public_id"]), _job_type(row, ())) if row else None


@reading
def everything() -> Everything:
    """The company's settings as a whole, in one statement."""
    found = fetch_json(sql.EVERYTHING, today=clock.today("UTC"))
    units = tuple(_unit(row) for row in found["units"] or ())
    by_id = {unit.id: unit for unit in units}
    return Everything(
        policy=_policy(found["policy"]),
        job_types=tuple(_job_type(row, tuple(by_id[key] for key in keys)) for row, keys in found["job_types"] or ()),
        units=units,
        rules=tuple(_rule(row) for row in found["rules"] or ()),
    )


def _policy(row: Mapping[str, Any] | None) -> Policy:
    return Policy(**{name: row[name] for name in POLICY_FIELDS}) if row else Policy()


def _job_type(row: Mapping[str, Any], units: tuple[UnitTerms, ...]) -> JobTypeTerms:
    own = {name: row["own"][name] for name in OWN_FIELDS} if row["own"] else {}
    return JobTypeTerms(
        id=row["id"],
        name=row["name"],
        duration_minutes=row["duration_minutes"],
        skills=frozenset(row["skills"]),
        unit_ids=tuple(unit.id for unit in units),
        questions=tuple(_question(question) for question in row["questions"] or ()),
        **own,
    )


def _question(row: dict[str, Any]) -> QuestionTerms:
    options = tuple(
        OptionTerms(**(option | {"effect": AnswerEffect(option["effect"])})) for option in row["options"] or ()
    )
    return QuestionTerms(**(row | {"kind": QuestionKind(row["kind"]), "options": options}))


def _unit(row: Mapping[str, Any]) -> UnitTerms:
    return UnitTerms(
        id=row["id"],
        name=row["name"],
        branch=row["branch"],
        zone=row["zone"],
        windows=tuple(WindowTerms(*window) for window in row["windows"] or ()),
        hours=Hours(**row["hours"]) if row["hours"] else None,
        holidays={date.fromisoformat(day): spans for day, spans in row["holidays"] or ()},
    )


def _place(found: Mapping[str, Any]) -> PlaceTerms:
    if not found["has_zones"]:
        return PlaceTerms(None)
    rows = found["zones"] or ()
    return PlaceTerms(frozenset(zone for zone, _units in rows), {zone: frozenset(units) for zone, units in rows})


def _rule(row: Mapping[str, Any]) -> Rule:
    days = {name: row[name] and date.fromisoformat(row[name]) for name in ("from_day", "until_day")}
    kinds = {"kind": RuleKind(row["kind"]), "channel": Channel(row["channel"]), "weekdays": frozenset(row["weekdays"])}
    return Rule(**{**row, **days, **kinds})

"""Why nothing is offered: for a place, a kind of visit and a day, each window's reason and what causes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Q

from portico.domain.booking.queries.available import Availability, available
from portico.domain.booking.queries.days import load_days
from portico.domain.booking.queries.setup import setup
from portico.domain.booking.queries.wishes import Wish
from portico.domain.booking.rules import OfferedWindow
from portico.domain.capacity import setup_rules, working_rules
from portico.domain.capacity.availability_rules import Reason, limiting
from portico.domain.capacity.axis_rules import Axis
from portico.domain.capacity.setup_rules import Finding, Setup
from portico.domain.catalog.models import JobType
from portico.domain.customers.models import Customer, Location
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class WindowTold:
    """A window of the day, why it is not offered, and the names of the limits behind that."""

    window: OfferedWindow
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """`call` (also when empty) sends the customer to the phone, `reason` holds for every day; else the windows say."""

    job_type: UUID
    job_type_name: str
    postal_code: str
    unit: str = ""
    zone: str = "UTC"
    minutes: int = 0
    lead_hours: int = 0
    horizon_days: int = 0
    skills: tuple[str, ...] = ()
    call: str | None = None
    reason: Reason | None = None
    windows: tuple[WindowTold, ...] = ()
    causes: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What can be asked about: every job type in use, and the addresses of a customer, where there is one."""

    job_types: tuple[tuple[UUID, str], ...]
    customer_name: str = ""
    locations: tuple[tuple[UUID, str], ...] = ()


@reading
def asking(*, customer: UUID | None) -> Asking:
    """What there is to choose from."""
    kinds = tuple(JobType.objects.filter(is_active=True).order_by("name", "pk").values_list("public_id", "name"))
    found = Customer.objects.filter(public_id=customer, merged_into=None).first() if customer else None
    if found is None:
        return Asking(kinds)
    places = Location.objects.filter(customer=found, is_active=True).order_by("name", "pk")[:MOST_PLACES]
    return Asking(kinds, found.name, tuple((place.public_id, place.one_line() or place.name) for place in places))


@reading
def somewhere(*, postal_code: str) -> UUID | None:
    """An address with this postal code, of somebody who may be served; None where no customer lives there."""
    is_there = Q(postal_code=postal_code) | Q(postal_code__startswith=f"{postal_code}-")
    found = Location.objects.filter(is_there, is_active=True)
    served = found.filter(customer__do_not_service=False, customer__merged_into=None)
    return served.order_by("pk").values_list("public_id", flat=True).first()


@reading
def explain(*, location: UUID, job_type: UUID, day: date) -> Explanation | None:
    """What customers are offered there on this day, and why not; None where there is no such place or job type."""
    place = Location.objects.filter(public_id=location, is_active=True).first()
    kind = JobType.objects.filter(public_id=job_type, is_active=True).first()
    if place is None or kind is None:
        return None
    found = available(
        customer_id=place.customer_id, location_id=place.pk, job_type_id=kind.pk, answers={}, first=day, days=1
    )
    if found is None:
        return None
    told = Explanation(kind.public_id, kind.name, place.postal_code, causes=_causes(found.wish, place))
    return _of_wish(told, replace(found, windows=_with_lengths(found)))


def told_of(found: Availability, *, job_type: UUID, postal_code: str) -> Explanation:
    """What was found for somebody, window by window with the limits behind it; without the causes in the settings."""
    return _of_wish(Explanation(job_type, found.wish.terms.job_type.name, postal_code), found)


def _of_wish(told: Explanation, found: Availability) -> Explanation:
    wish = found.wish
    kind = wish.terms.job_type
    told = replace(told, call=wish.call, reason=wish.reason, minutes=wish.minutes, skills=tuple(sorted(wish.skills)))
    told = replace(told, lead_hours=kind.lead_hours, horizon_days=kind.horizon_days)
    if wish.asked is None:
        return told
    windows = tuple(WindowTold(one, _limits(wish, one)) for one in found.windows)
    return replace(told, unit=wish.unit.name, zone=wish.unit.zone, windows=windows)


def _with_lengths(found: Availability) -> tuple[OfferedWindow, ...]:
    """Where nobody's working day is as long as the visit, that is the reason: not what is taken or held back."""
    judged, wish = [one for one in found.windows if one.reason in {Reason.HOLDBACK, Reason.FULL}], found.wish
    if not judged:
        return found.windows
    day = judged[0].day
    loaded = load_days(branch_id=wish.unit.branch, first=day, last=day, pace=wish.terms.policy)
    workers = loaded.by_date[day].workers
    lengths = [working_rules.provided(workers[who]) for who in wish.eligible(loaded.people) if who in workers]
    if max(lengths, default=wish.minutes) >= wish.minutes:
        return found.windows
    return tuple(replace(one, reason=Reason.LONG) if one in judged else one for one in found.windows)


def _limits(wish: Wish, one: OfferedWindow) -> tuple[str, ...]:
    window = wish.window(one.window_id)
    if window is None or one.reason is None:
        return ()
    axis = Axis(one.day, wish.unit.zone)
    rules = limiting(wish.placed, window, axis, rules=wish.terms.rules, reason=one.reason, now=clock.now())
    return tuple(rule.name for rule in rules)


def _causes(wish: Wish, place: Location) -> tuple[Finding, ...]:
    """The known misconfigurations that concern this kind of visit at this place."""
    return tuple(setup_rules.findings_about(_near(setup(), wish, place), wish.terms.job_type.name))


def _near(whole: Setup, wish: Wish, place: Location) -> Setup:
    """The settings and people as far as they concern this wish."""
    units = {unit.id for unit in wish.terms.units}
    zones, kind = wish.terms.place.zones or frozenset(), wish.terms.job_type
    code = place.postal_code.split("-")[0]
    lone = whole.lone_zips or {}
    return replace(
        whole,
        units=[unit for unit in whole.units if unit.id in units],
        hands=[hand for hand in whole.hands if hand.unit in units],
        areas=[area for area in whole.areas if area.id in zones],
        rules=[rule for rule in whole.rules if rule.job_type in {None, kind.id} and rule.unit in {None, *units}],
        lone_windows=(),
        lone_zips={code: lone[code]} if code in lone else {},
    )

"""What somebody wants to book, with everything that decides about it but the days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portico.domain.capacity import eligibility_rules, question_rules
from portico.domain.capacity import queries as capacity
from portico.domain.capacity.availability_rules import Asked, Reason, reason_for_all, unit_for
from portico.domain.capacity.eligibility_rules import Person
from portico.domain.capacity.enums import Channel
from portico.domain.capacity.question_rules import Needed
from portico.domain.capacity.terms import Terms, UnitTerms, WindowTerms
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Appointment
from portico.domain.memberships.enums import MembershipStatus
from portico.domain.memberships.models import Membership
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

MOST_ROUTES = 3  # an answer may lead to another job type, whose answer may lead on


@dataclass(frozen=True, slots=True)
class Wish:
    """`call` (also when empty) sends the customer to the phone; `reason` is why no day has anything.

    `moving` is the visit that is to be moved, by its key; `pinned` who was told to do it.
    """

    customer_id: int
    location_id: int
    terms: Terms
    minutes: int = 0
    skills: frozenset[str] = frozenset()
    asked: Asked | None = None
    call: str | None = None
    reason: Reason | None = None
    answers: tuple[tuple[str, str], ...] = ()
    moving: int | None = None

    @property
    def is_possible(self) -> bool:
        """Whether some day may have something."""
        return self.asked is not None and self.call is None and self.reason is None

    @property
    def placed(self) -> Asked:
        """What is asked of the unit that would do it; only where there is one."""
        if self.asked is None:
            raise ValueError("no unit would do this")
        return self.asked

    @property
    def unit(self) -> UnitTerms:
        """Which unit would do it."""
        return self.placed.unit

    @property
    def planned_minutes(self) -> int:
        """How long the visit itself takes."""
        return max(1, self.minutes - self.terms.policy.travel_pad_minutes)

    def window(self, window_id: int) -> WindowTerms | None:
        """The window, where the unit offers it."""
        return next((window for window in self.unit.windows if window.id == window_id), None)

    def in_addition(self) -> Wish:
        """The same besides the visit itself, which keeps its place."""
        return _but(self, moving=None)

    def eligible(self, people: Mapping[int, Person], *, anywhere: bool = False) -> frozenset[int]:
        """Who could do it, working or not."""
        zones = None if anywhere else self.terms.place.zones
        return eligibility_rules.eligible(people.values(), unit=self.unit.id, skills=self.skills, zones=zones)


@reading
def wish_of(
    *,
    customer_id: int,
    location_id: int,
    job_type_id: int,
    answers: Mapping[str, str],
    channel: Channel = Channel.SELF,
) -> Wish | None:
    """What these answers ask for; None where there is no such job type, or the place is not the customer's."""
    customer = Customer.objects.filter(pk=customer_id, merged_into=None).first()
    is_theirs = Location.objects.filter(pk=location_id, customer=customer_id, is_active=True).exists()
    if customer is None or not is_theirs:
        return None
    terms, needed = _routed(job_type_id, location_id, answers)
    if terms is None:
        return None
    told = tuple(question_rules.told(terms.job_type, answers))
    wish = Wish(customer_id, location_id, terms, answers=told)
    if channel is Channel.SELF and customer.do_not_service:
        return _but(wish, call="")
    if needed is None:
        return _but(wish, reason=Reason.NO_DURATION)
    if channel is Channel.SELF and needed.call is not None:
        return _but(wish, call=needed.call)
    return _placed(wish, needed, channel)


@reading
def wish_to_move(*, appointment: Appointment, channel: Channel = Channel.SELF) -> Wish | None:
    """The same visit at another time: its own length, unit and skills; None where its job type is not in use."""
    job = appointment.job
    terms = capacity.terms_of(job_type_id=job.job_type_id, location_id=job.location_id)
    if terms is None:
        return None
    booking = getattr(appointment, "booking", None)
    skills = frozenset(booking.skills) if booking else terms.job_type.skills
    planned = (appointment.ends_at - appointment.starts_at).total_seconds() / 60
    minutes = terms.policy.minutes(planned)
    unit = next((unit for unit in terms.units if unit.id == job.business_unit_id), None)
    wish = Wish(job.customer_id, job.location_id, terms, minutes, skills, moving=appointment.pk)
    if unit is None:
        return _but(wish, reason=Reason.NO_UNIT)
    return _but(wish, asked=Asked(terms.job_type, unit, minutes, terms.place.zones, channel, is_member=True))


def _routed(job_type_id: int, location_id: int, answers: Mapping[str, str]) -> tuple[Terms | None, Needed | None]:
    """The job type to which the answers lead, and what they make of it."""
    for _route in range(MOST_ROUTES):
        terms = capacity.terms_of(job_type_id=job_type_id, location_id=location_id)
        if terms is None:
            return None, None
        needed = question_rules.needed(terms.job_type, answers, terms.policy)
        if needed is None or needed.job_type == job_type_id or needed.call is not None:
            return terms, needed
        job_type_id = needed.job_type
    return None, None


def _placed(wish: Wish, needed: Needed, channel: Channel) -> Wish:
    terms = wish.terms
    wish = _but(wish, minutes=needed.minutes, skills=needed.skills)
    unit = unit_for(terms)
    if isinstance(unit, Reason):
        return _but(wish, reason=unit)
    is_member = terms.job_type.is_members_only and _is_member(wish)
    asked = Asked(terms.job_type, unit, needed.minutes, terms.place.zones, channel, is_member)
    return _but(wish, asked=asked, reason=reason_for_all(asked))


def _is_member(wish: Wish) -> bool:
    here = Q(location=None) | Q(location=wish.location_id)
    lasting = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    active = Membership.objects.filter(here, lasting, customer=wish.customer_id, status=MembershipStatus.ACTIVE)
    return active.exists()


def _but(wish: Wish, **changed: Any) -> Wish:
    told = {name: getattr(wish, name) for name in Wish.__slots__}
    return Wish(**(told | changed))

"""Booking: a job, its visit, its place in the plan and what was agreed, in one transaction, with the mail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portico.domain.booking.enums import BookingStepKind, HoldState, WaitState
from portico.domain.booking.errors import HoldOver, KeyReused, MissingPlace, SlotTaken
from portico.domain.booking.models import Booking, BookingSequence, BookingStep, Hold, WaitlistEntry
from portico.domain.booking.operations import days, errands, holding, letters, limits, photos, placing
from portico.domain.booking.operations.errands import Errand
from portico.domain.booking.operations.trying import one_transaction
from portico.domain.booking.queries.days import visit_key
from portico.domain.booking.queries.wishes import Wish, wish_of
from portico.domain.capacity.enums import Channel
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.domain.jobs.models import Appointment, AppointmentStep, Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks

OURS = "B-"


@dataclass(frozen=True, slots=True)
class Details:
    """What the customer told us besides the answers. `consent` is the text that was agreed to."""

    name: str = ""
    phone: str = ""
    email: str = ""
    notes: str = ""
    consent: str = ""
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit that stands; `is_replay`: the same form had booked it before."""

    appointment: UUID
    booking: UUID
    job: UUID
    number: str
    is_replay: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """One sending of the form, however often it comes."""

    key: str
    digest: str
    details: Details


def confirm(*, hold: UUID, customer_id: int, key: str, details: Details, by: Actor) -> Booked:
    """Book what is held. A hold that is over is booked all the same where its place is still free."""
    form = _Form(key, _digest(hold=str(hold), **asdict(details)), details)
    before = _replayed(customer_id, form)
    if before is not None:
        return before
    held = _read(hold, customer_id)
    if held.state in {HoldState.CONSUMED, HoldState.RELEASED}:
        raise HoldOver.now()
    wish = wish_of(
        customer_id=customer_id,
        location_id=held.location_id,
        job_type_id=held.job_type_id,
        answers=held.answers,
        channel=placing.channel_of(by),
    )
    try:
        return _book(placing.require(wish), held.day, held.window_id, form, by, hold=hold)
    except SlotTaken as taken:
        taken.offers = placing.next_offers(wish, held.day, held.window_id)
        raise


def book(
    *,
    customer_id: int,
    location_id: int,
    job_type_id: int,
    answers: Mapping[str, str],
    day: date,
    window_id: int,
    key: str,
    details: Details,
    by: Actor,
    channel: Channel | None = None,
) -> Booked:
    """Book a window at once, without having held it."""
    place = {"location": location_id, "job_type": job_type_id, "day": day.isoformat(), "window": window_id}
    form = _Form(key, _digest(**place, answers=dict(answers), **asdict(details)), details)
    before = _replayed(customer_id, form)
    if before is not None:
        return before
    wish = wish_of(
        customer_id=customer_id,
        location_id=location_id,
        job_type_id=job_type_id,
        answers=answers,
        channel=channel or placing.channel_of(by),
    )
    try:
        return _book(placing.require(wish), day, window_id, form, by)
    except SlotTaken as taken:
        taken.offers = placing.next_offers(wish, day, window_id)
        raise


@one_transaction
def _replayed(customer_id: int, form: _Form) -> Booked | None:
    """What this form has booked before."""
    found = Booking.objects.filter(customer=customer_id, key=form.key).select_related("appointment__job").first()
    if found is None:
        return None
    if found.request_hash != form.digest:
        raise KeyReused.for_another()
    job = found.appointment.job
    return Booked(found.appointment.public_id, found.public_id, job.public_id, job.number, is_replay=True)


@one_transaction
def _read(hold: UUID, customer_id: int) -> Hold:
    return holding.find(hold, customer_id)


@one_transaction
def _book(wish: Wish, day: date, window_id: int, form: _Form, by: Actor, *, hold: UUID | None = None) -> Booked:
    """Customer, then day, then hold: the order in which everybody locks."""
    customer = limits.lock_customer(wish.customer_id)
    if customer is None:
        raise MissingPlace.unknown()
    before = _replayed(wish.customer_id, form)
    if before is not None:
        return before
    limits.require_room_for_booking(wish)
    held = holding.find(hold, wish.customer_id) if hold is not None else None
    errand = Errand.of(held) if held is not None else Errand()
    errands.require(errand, wish)
    job = errands.job_for(errand, wish)
    (opened,) = days.open_days([placing.day_key(wish, day)]).values()
    is_promised = held is not None and _consume(held.public_id, wish.customer_id, opened)
    visit = _write_visit(wish, day, window_id, job or _write_job(wish, form.details))
    errands.fulfill(errand, visit.job, by=by)
    placing.place(opened, wish, window_id, key=visit_key(visit.pk), is_promised=is_promised)
    days.close(opened)
    booking = _write_booking(wish, visit, window_id, form, by, held)
    if held is not None:
        photos.give_to_job(held, visit.job, by=by)
    beyond = limits.overridden(wish, customer)
    facts = {"overrides": beyond} if beyond else {}
    audit.record("visit.booked", visit, by=by, customer=customer.public_id, note=visit.number, **facts)
    _end_waiting(wish)
    letters.send_booked(booking)
    return Booked(visit.public_id, booking.public_id, visit.job.public_id, visit.job.number)


def _end_waiting(wish: Wish) -> None:
    """Who has booked waits no more."""
    rows = WaitlistEntry.objects.filter(customer=wish.customer_id, location=wish.location_id)
    open_ = rows.filter(job_type=wish.terms.job_type.id, state__in=(WaitState.WAITING, WaitState.OFFERED))
    open_.update(state=WaitState.BOOKED)


def _consume(hold: UUID, customer_id: int, opened: days.OpenDay) -> bool:
    """Use the hold up; whether it still kept its place."""
    found = holding.lock(hold, customer_id)
    if found.state in {HoldState.CONSUMED, HoldState.RELEASED}:
        raise HoldOver.now()
    was_live = found.state == HoldState.LIVE and found.expires_at > clock.real_now()
    holding.end(found, HoldState.CONSUMED, opened)
    return was_live


def _write_job(wish: Wish, details: Details) -> Job:
    return Job.objects.create(
        number=_next_number(),
        customer_id=wish.customer_id,
        location_id=wish.location_id,
        business_unit_id=wish.unit.id,
        job_type_id=wish.terms.job_type.id,
        status=JobStatus.SCHEDULED,
        summary=_summary(wish, details),
        created_at=clock.now(),
    )


def _write_visit(wish: Wish, day: date, window_id: int, job: Job) -> Appointment:
    """The job's next visit; a job that waits or was begun goes on with it."""
    starts_at, ends_at = placing.times(wish, day, window_id)
    others = Appointment.objects.filter(job=job).count()
    if job.status != JobStatus.SCHEDULED:
        job.status = JobStatus.SCHEDULED
        job.save(update_fields=["status"])
    return Appointment.objects.create(
        job=job,
        number=f"{job.number}-{others + 1}",
        status=AppointmentStatus.SCHEDULED,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=wish.planned_minutes),
        window_starts_at=starts_at,
        window_ends_at=ends_at,
    )


def _summary(wish: Wish, details: Details) -> str:
    """What the technician reads: the answers and the notes as they were given."""
    lines = [f"{question} {answer}" for question, answer in wish.answers]
    return "\n".join([*lines, details.notes]).strip()


def _write_booking(
    wish: Wish, visit: Appointment, window_id: int, form: _Form, by: Actor, held: Hold | None
) -> Booking:
    details = form.details
    step = {"appointment": visit, "at": clock.now(), "made_by_name": by.name}
    AppointmentStep.objects.create(status=visit.status, **step)
    is_by_office = not wish.placed.is_online
    BookingStep.objects.create(
        kind=BookingStepKind.BOOKED,
        starts_at=visit.window_starts_at,
        ends_at=visit.window_ends_at,
        is_by_office=is_by_office,
        **step,
    )
    return Booking.objects.create(
        appointment=visit,
        hold=held,
        estimate_id=held.estimate_id if held else None,
        customer_id=wish.customer_id,
        window_id=window_id,
        unit=_unit(wish, details.unit_id),
        minutes=wish.planned_minutes,
        skills=sorted(wish.skills),
        answers=[list(pair) for pair in wish.answers],
        notes=details.notes,
        contact_name=details.name,
        contact_phone=details.phone,
        contact_email=details.email,
        consent=details.consent,
        late_fee_text=wish.terms.policy.late_fee_text,
        made_by=by.ref,
        made_by_name=by.name,
        is_by_office=is_by_office,
        made_at=clock.real_now(),
        key=form.key,
        request_hash=form.digest,
    )


def _unit(wish: Wish, unit_id: int | None) -> InstalledEquipment | None:
    """The unit that the visit is about, where it stands at that place."""
    if unit_id is None:
        return None
    here = InstalledEquipment.objects.filter(location=wish.location_id, customer=wish.customer_id)
    return here.filter(pk=unit_id).first()


def _next_number() -> str:
    """The next one that no job has, wherever that came from."""
    BookingSequence.objects.get_or_create()
    numbers = locks.lock_one(BookingSequence.objects.all())
    while True:
        numbers.last += 1
        number = f"{OURS}{numbers.last}"
        if not Job.objects.filter(number=number).exists():
            numbers.save(update_fields=["last"])
            return number


def _digest(**told: Any) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()

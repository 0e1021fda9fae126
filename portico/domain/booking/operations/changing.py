"""Moving and canceling a visit: its old time is kept until the new one is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from portico.domain.booking import rules
from portico.domain.booking.enums import BookingStepKind
from portico.domain.booking.errors import MissingVisit, NotChangeable, SlotTaken, TooLate
from portico.domain.booking.models import Booking, BookingStep, VisitOffer
from portico.domain.booking.operations import days, letters, offered, placing
from portico.domain.booking.operations.trying import one_transaction
from portico.domain.booking.queries.days import visit_key
from portico.domain.booking.queries.standing import NAMES, standing_of
from portico.domain.booking.queries.wishes import Wish, wish_to_move
from portico.domain.booking.rules import Hindrance, Standing
from portico.domain.capacity.axis_rules import day_of
from portico.domain.capacity.enums import Channel
from portico.domain.jobs import rules as job_rules
from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.domain.jobs.models import Appointment, AppointmentAssignment, AppointmentStep, Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the visit is now; `is_same`: it was there already."""

    appointment: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    is_same: bool = False


def move(*, appointment: UUID, day: date, window_id: int, by: Actor) -> Moved:
    """Give a visit another time. SlotTaken tells what is left; then it is where it was."""
    try:
        return _move(appointment, day, window_id, by)
    except SlotTaken as taken:
        taken.offers = _offers(appointment, day, window_id, placing.channel_of(by))
        raise


@one_transaction
def cancel(*, appointment: UUID, reason: str, accepts_late_fee: bool, by: Actor) -> bool:
    """Nobody comes; the time is free at once. False when it was canceled already."""
    job, visit = locked(appointment)
    if visit.status == AppointmentStatus.CANCELED:
        return False
    standing, is_by_office = _standing(visit), placing.channel_of(by) is Channel.STAFF
    hindrance, is_late = rules.hindrance_to_cancel(standing, clock.now()), rules.is_late(standing, clock.now())
    beyond = _permitted(visit, hindrance or (Hindrance.LATE if is_late else None)) if is_by_office else {}
    if not is_by_office:
        _require(hindrance, TooLate.to_cancel())
    is_late = is_late and not is_by_office
    if is_late and not accepts_late_fee:
        raise TooLate.without_fee()
    visit.status = AppointmentStatus.CANCELED
    visit.save(update_fields=["status"])
    _cancel_job(job, visit, {"name": "Office" if is_by_office else "Portal", "text": reason})
    step = _step(
        visit, BookingStepKind.CANCELED, by, reason=reason, is_late=is_late, late_fee_text=standing.late_fee_text
    )
    offered.overtake_at_once(visit, by)
    days.refresh_visits([visit.pk])
    record("visit.canceled", visit, by, is_late=is_late, **beyond)
    letters.send_canceled(visit, step, by=by)
    return True


@one_transaction
def _move(appointment: UUID, day: date, window_id: int, by: Actor) -> Moved:
    """Job, visit, what is offered for it, then the days, the earliest first: the order in which everybody locks."""
    job, visit = locked(appointment)
    channel = placing.channel_of(by)
    beyond = _movable(visit, by)
    wish = placing.require(wish_to_move(appointment=visit, channel=channel))
    starts_at, ends_at = placing.times(wish, day, window_id)
    zone = wish.unit.zone
    if (starts_at, ends_at) == (visit.window_starts_at, visit.window_ends_at):
        return Moved(visit.public_id, starts_at, ends_at, zone, is_same=True)
    old, new = (wish.unit.branch, day_of(visit.window_starts_at, zone)), placing.day_key(wish, day)
    offer = offered.open_offer(visit)
    opened = days.open_days([old, new, *offered.keys_of(offer)], about=[visit.pk])
    offered.overtake(offer, opened, by)
    take_out(opened[old], visit)
    put_in(opened[new], wish, window_id, visit)
    resume(job, visit)
    step = write(visit, starts_at, ends_at, window_id, by)
    for one in opened.values():
        days.close(one)
    record("visit.moved", visit, by, before=step.was_starts_at, after=starts_at, **beyond)
    letters.send_moved(visit, step, by=by)
    return Moved(visit.public_id, starts_at, ends_at, zone)


def take_out(opened: days.OpenDay, visit: Appointment) -> None:
    """Its place is free, however many were to come."""
    name = visit_key(visit.pk)
    planned = [*opened.plan.wanted, *(one.key for one in opened.plan.unplanned)]
    opened.remove([key for key in planned if key == name or key.startswith(f"{name}:")])


def put_in(opened: days.OpenDay, wish: Wish, window_id: int, visit: Appointment, *, is_promised: bool = False) -> None:
    """Whoever was told to come keeps it where that is possible; else whoever can."""
    key = visit_key(visit.pk)
    told = AppointmentAssignment.objects.filter(appointment=visit)
    who = sorted(set(told.values_list("technician_id", flat=True)))
    if len(who) == 1:
        try:
            placing.place(opened, wish, window_id, key=key, keeps=who[0], is_promised=is_promised)
        except SlotTaken:
            pass
        else:
            return
    placing.place(opened, wish, window_id, key=key, is_promised=is_promised)
    told.delete()


def write(
    visit: Appointment,
    starts_at: datetime,
    ends_at: datetime,
    window_id: int,
    by: Actor,
    *,
    offer: VisitOffer | None = None,
) -> BookingStep:
    """The visit's new time, and the step that says so; `offer` is what its customer took."""
    was = visit.window_starts_at, visit.window_ends_at
    length = visit.ends_at - visit.starts_at
    visit.starts_at, visit.ends_at = starts_at, starts_at + length
    visit.window_starts_at, visit.window_ends_at, visit.is_confirmed = starts_at, ends_at, False
    visit.save(update_fields=["starts_at", "ends_at", "window_starts_at", "window_ends_at", "is_confirmed"])
    Booking.objects.filter(appointment=visit).update(window_id=window_id)
    return _step(visit, BookingStepKind.MOVED, by, was=was, visit_offer=offer)


def resume(job: Job, visit: Appointment) -> None:
    """One on hold waited for a new day: it has one."""
    if visit.status != AppointmentStatus.HOLD:
        return
    visit.status = AppointmentStatus.SCHEDULED
    visit.save(update_fields=["status"])
    statuses = set(Appointment.objects.filter(job=job).values_list("status", flat=True))
    job.status = job_rules.job_status(statuses, now=job.status)
    job.save(update_fields=["status"])


def _step(
    visit: Appointment,
    kind: BookingStepKind,
    by: Actor,
    *,
    was: tuple[datetime, datetime] | None = None,
    **told: object,
) -> BookingStep:
    """In the story of the visit, and in that of the booking."""
    at = clock.now()
    AppointmentStep.objects.create(appointment=visit, status=visit.status, at=at, made_by_name=by.name)
    was_starts_at, was_ends_at = was or (visit.window_starts_at, visit.window_ends_at)
    is_over = kind is BookingStepKind.CANCELED
    return BookingStep.objects.create(
        appointment=visit,
        kind=kind,
        at=at,
        was_starts_at=was_starts_at,
        was_ends_at=was_ends_at,
        starts_at=None if is_over else visit.window_starts_at,
        ends_at=None if is_over else visit.window_ends_at,
        is_by_office=placing.channel_of(by) is Channel.STAFF,
        made_by_name=by.name,
        **told,
    )


def _cancel_job(job: Job, visit: Appointment, reason: dict[str, str]) -> None:
    """A job without any other visit is canceled too, but for one whose accepted estimate is still to be done."""
    others = set(Appointment.objects.filter(job=job).values_list("status", flat=True))
    if Booking.objects.filter(appointment=visit, estimate__proposal__job=job).exists():
        job.status = job_rules.job_status(others, now=job.status)
    elif others == {AppointmentStatus.CANCELED}:
        job.status, job.cancel_reason = JobStatus.CANCELED, reason
    else:
        job.status = job_rules.job_status(others, now=job.status)
    job.save(update_fields=["status", "cancel_reason"])


def locked(appointment: UUID) -> tuple[Job, Appointment]:
    """The job before its visit, as a click of the office does."""
    found = Appointment.objects.filter(public_id=appointment)
    jobs = locks.lock_all(Job.objects.filter(pk__in=found.values("job_id")))
    visits = locks.lock_all(found.select_related(*NAMES))
    if not jobs or not visits:
        raise MissingVisit.unknown()
    return jobs[0], visits[0]


def _standing(visit: Appointment) -> Standing:
    found = standing_of(visit)
    if found is None:
        raise NotChangeable.as_it_stands()
    return found


def _movable(visit: Appointment, by: Actor) -> dict[str, list[str]]:
    """Looked at under the lock: it may have been dispatched meanwhile. What staff goes beyond, for the trail."""
    hindrance = rules.hindrance_to_move(_standing(visit), clock.now())
    if placing.channel_of(by) is Channel.STAFF:
        return _permitted(visit, hindrance)
    _require(hindrance, TooLate.to_move())
    return {}


def _permitted(visit: Appointment, hindrance: Hindrance | None) -> dict[str, list[str]]:
    """Staff changes what nobody is on the way to yet; what would have kept the customer from it is noted."""
    if visit.status not in {AppointmentStatus.SCHEDULED, AppointmentStatus.HOLD}:
        raise NotChangeable.as_it_stands()
    return {"overrides": [hindrance.value]} if hindrance else {}


def _require(hindrance: Hindrance | None, too_late: TooLate) -> None:
    match hindrance:
        case None:
            return
        case Hindrance.LATE:
            raise too_late
        case Hindrance.OFTEN:
            raise NotChangeable.so_often()
        case _:
            raise NotChangeable.as_it_stands()


@transaction.atomic
def _offers(appointment: UUID, day: date, window_id: int, channel: Channel) -> list[rules.OfferedWindow]:
    visit = Appointment.objects.select_related("job", "booking").filter(public_id=appointment).first()
    wish = wish_to_move(appointment=visit, channel=channel) if visit else None
    return placing.next_offers(wish, day, window_id)


def record(verb: str, visit: Appointment, by: Actor, **facts: object) -> None:
    """In the trail, with the customer and the visit's number."""
    told = {name: fact.isoformat() if isinstance(fact, datetime) else fact for name, fact in facts.items()}
    audit.record(verb, visit, by=by, customer=visit.job.customer.public_id, note=visit.number, **told)

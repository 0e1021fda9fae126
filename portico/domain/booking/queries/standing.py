"""What may still be changed about a visit, by the rules of its company and of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from portico.domain.booking import rules
from portico.domain.booking.enums import BookingStepKind
from portico.domain.booking.models import Booking, BookingStep
from portico.domain.booking.rules import Hindrance, Standing
from portico.domain.capacity import queries as capacity
from portico.domain.capacity.availability_rules import change_cutoff
from portico.domain.capacity.terms import Terms
from portico.domain.jobs.enums import AppointmentStatus, JobStatus
from portico.domain.jobs.models import Appointment
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock

NAMES = ("job__customer", "job__job_type", "job__location", "job__business_unit__branch")


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """Whether a customer may move or cancel a visit now; None against it means yes."""

    move: Hindrance | None
    cancel: Hindrance | None
    is_late: bool
    late_fee_text: str
    move_cutoff: timedelta
    cancel_cutoff: timedelta

    @property
    def may_move(self) -> bool:
        return self.move is None

    @property
    def may_cancel(self) -> bool:
        return self.cancel is None


@reading
def change_terms(*, appointment: UUID) -> ChangeTerms | None:
    """What may be changed about a visit now; None where there is none such, or its kind is not in use."""
    visit = Appointment.objects.select_related(*NAMES).filter(public_id=appointment).first()
    found = standing_of(visit) if visit else None
    if found is None:
        return None
    now = clock.now()
    return ChangeTerms(
        rules.hindrance_to_move(found, now),
        rules.hindrance_to_cancel(found, now),
        rules.is_late(found, now),
        found.late_fee_text,
        found.move_cutoff,
        found.cancel_cutoff,
    )


@reading
def standing_of(visit: Appointment) -> Standing | None:
    """How the visit stands, as far as it decides about changes."""
    job = visit.job
    terms = capacity.terms_of(job_type_id=job.job_type_id, location_id=job.location_id)
    return None if terms is None else _standing(visit, terms)


def _standing(visit: Appointment, terms: Terms) -> Standing:
    moved = BookingStep.objects.filter(appointment=visit, kind=BookingStepKind.MOVED, is_by_office=False)
    steps = moved.filter(visit_offer=None)
    booking = Booking.objects.filter(appointment=visit).first()
    others = Appointment.objects.filter(job=visit.job_id).exclude(status=AppointmentStatus.CANCELED)
    if booking is not None and booking.estimate_id is not None:  # the visit on which the estimate was written is over
        others = others.exclude(status=AppointmentStatus.DONE)
    policy, kind = terms.policy, terms.job_type
    return Standing(
        is_scheduled=visit.status == AppointmentStatus.SCHEDULED and visit.job.status == JobStatus.SCHEDULED,
        is_confirmed=visit.is_confirmed,
        starts_at=visit.window_starts_at,
        visits_of_job=others.count(),
        moves=steps.count(),
        is_self_reschedulable=kind.is_self_reschedulable,
        may_change_confirmed=policy.may_change_confirmed,
        most_moves=policy.most_reschedules,
        move_cutoff=change_cutoff(kind, policy, is_cancel=False),
        cancel_cutoff=change_cutoff(kind, policy, is_cancel=True),
        late_fee_text=booking.late_fee_text if booking else policy.late_fee_text,
    )

"""A visit that is booked for something: looked at again under the lock, so that it is booked once."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from portico.domain.billing.operations import deposits
from portico.domain.booking.errors import AlreadyBooked, MissingPlace
from portico.domain.booking.models import Hold
from portico.domain.booking.queries import errands
from portico.domain.booking.queries.wishes import Wish
from portico.domain.customers.queries import Scope
from portico.domain.estimates.models import Approval, Estimate, Proposal
from portico.domain.jobs.enums import JobStatus
from portico.domain.jobs.models import Job
from portico.domain.memberships.models import RecurringServiceEvent
from portico.foundation.audit.operations import Actor
from portico.kernel import locks

OPEN = (JobStatus.SCHEDULED, JobStatus.DISPATCHED, JobStatus.IN_PROGRESS, JobStatus.HOLD)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a visit is for, by key; mostly nothing but itself."""

    service_event_id: int | None = None
    estimate_id: int | None = None

    @classmethod
    def of(cls, hold: Hold) -> Errand:
        return cls(hold.service_event_id, hold.estimate_id)


def require(errand: Errand, wish: Wish) -> None:
    """It can still be booked, by this customer and here; the caller has locked the customer."""
    if errand.service_event_id is not None:
        _require_due(errand.service_event_id, wish)
    if errand.estimate_id is not None:
        _require_work(errand.estimate_id, wish)


def job_for(errand: Errand, wish: Wish) -> Job | None:
    """The estimate's own job, locked, where it is still open and done by whoever would do this; else a new one."""
    if errand.estimate_id is None:
        return None
    proposal = Proposal.objects.get(estimates=errand.estimate_id)
    jobs = locks.lock_all(Job.objects.filter(pk=proposal.job_id))
    fits = [
        job
        for job in jobs
        if job.status in OPEN
        and (job.location_id, job.business_unit_id) == (wish.location_id, wish.unit.id)
        and job.job_type_id == wish.terms.job_type.id
    ]
    return fits[0] if fits else None


def fulfill(errand: Errand, job: Job, *, by: Actor) -> None:
    """The membership's visit is booked with this job; once that is canceled it is due again.

    Where an estimate's work got a job of its own, the deposit that is kept for the work is kept for that job.
    """
    if errand.service_event_id is not None:
        RecurringServiceEvent.objects.filter(pk=errand.service_event_id).update(booked_as=job)
    if errand.estimate_id is not None:
        approvals = Approval.objects.filter(estimate=errand.estimate_id, undo=None)
        for ref in approvals.values_list("public_id", flat=True):
            deposits.move_to_job(approval_ref=ref, job_id=job.pk, by=by)


def _require_due(key: int, wish: Wish) -> None:
    here = Q(membership__location=None) | Q(membership__location=wish.location_id)
    event = RecurringServiceEvent.objects.filter(here, pk=key, membership__customer=wish.customer_id).first()
    found = errands.due_visit(scope=_whole(wish), event=event.public_id) if event else None
    if found is None:
        raise MissingPlace.unknown()
    if not found.is_due:
        raise AlreadyBooked.visit_of_membership()


def _require_work(key: int, wish: Wish) -> None:
    """Under the lock of its proposal: nobody takes the approval back meanwhile."""
    of_place = Proposal.objects.filter(customer=wish.customer_id, location=wish.location_id, estimates=key)
    locks.lock_all(of_place)
    here = Estimate.objects.filter(pk=key, proposal__in=of_place).first()
    found = errands.accepted_work(scope=_whole(wish), estimate=here.public_id) if here else None
    if found is None:
        raise MissingPlace.unknown()
    if found.bar is not None:
        raise AlreadyBooked.work_of_estimate()


def _whole(wish: Wish) -> Scope:
    return Scope([wish.customer_id], [None])

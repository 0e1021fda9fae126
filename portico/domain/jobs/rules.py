"""What may follow what for a visit, and what that makes of its job. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from portico.domain.jobs.enums import AppointmentStatus as Visit
from portico.domain.jobs.enums import AssignmentStatus, JobStatus
from portico.domain.jobs.errors import NotByHand, VisitOver

BY_HAND = (Visit.DISPATCHED, Visit.WORKING, Visit.DONE, Visit.HOLD)
STAGES = (Visit.SCHEDULED, Visit.DISPATCHED, Visit.WORKING, Visit.DONE)
OVER = frozenset({Visit.DONE, Visit.CANCELED})
ASSIGNMENT = {
    Visit.DISPATCHED: AssignmentStatus.DISPATCHED,
    Visit.WORKING: AssignmentStatus.WORKING,
    Visit.DONE: AssignmentStatus.DONE,
}
# The first of these that an open visit of the job has is what the whole job is.
JOB_OF_OPEN_VISITS = (
    (Visit.WORKING, JobStatus.IN_PROGRESS),
    (Visit.DISPATCHED, JobStatus.DISPATCHED),
    (Visit.HOLD, JobStatus.HOLD),
    (Visit.SCHEDULED, JobStatus.SCHEDULED),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a visit is now: a step is written when any of this changes."""

    status: str
    window_starts_at: datetime
    window_ends_at: datetime


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the four stages of a visit: whether it lies behind, is now, and since when."""

    status: Visit
    is_past: bool
    is_now: bool
    at: datetime | None


def next_statuses(status: str) -> tuple[Visit, ...]:
    """What the office may set a visit to with one click; an open visit may also go back, for a wrong click."""
    return () if status in OVER else tuple(each for each in BY_HAND if each != status)


def changes_status(*, before: str, after: str) -> bool:
    """Whether a click changes anything; refuses what may not follow. The same click again changes nothing."""
    if after not in BY_HAND:
        raise NotByHand.unknown()
    if before == after:
        return False
    if before == Visit.DONE:
        raise VisitOver.done()
    if before == Visit.CANCELED:
        raise VisitOver.canceled()
    return True


def job_status(visits: Collection[str], *, now: str) -> str:
    """What a job is when its visits are these; `now` stays where every visit was canceled."""
    for visit, job in JOB_OF_OPEN_VISITS:
        if visit in visits:
            return job
    return JobStatus.COMPLETED if Visit.DONE in visits else now


def is_step(before: Standing | None, after: Standing) -> bool:
    """Whether an import writes a step: first seen, another status, or another arrival window."""
    return before != after


def stages(status: str, steps: Sequence[tuple[str, datetime]]) -> list[Stage]:
    """The four stages of a visit, with the time of the last step into each; a visit on hold stays where it was."""
    reached = _reached(status, [step for step, _at in steps])
    since = dict(steps)
    return [
        Stage(
            each,
            is_past=at < reached,
            is_now=at == reached,
            at=since.get(each) if at <= reached else None,
        )
        for at, each in enumerate(STAGES)
    ]


def _reached(status: str, steps: Sequence[str]) -> int:
    told = [status, *reversed(steps)]
    return next((STAGES.index(Visit(each)) for each in told if each in STAGES), 0)

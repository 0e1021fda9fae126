"""What is offered, and what may still be changed about a visit. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portico.domain.capacity.availability_rules import Reason


@dataclass(frozen=True, slots=True)
class OfferedWindow:
    """A window of a day; open when there is no reason against it."""

    day: date
    window_id: int
    starts_at: datetime
    ends_at: datetime
    reason: Reason | None = None


class Hindrance(StrEnum):
    """Why a visit cannot be changed online."""

    STATUS = "status"
    JOB_TYPE = "job_type"
    CONFIRMED = "confirmed"
    SEVERAL = "several"
    OFTEN = "often"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a change: the visit as it stands, and the company's rules about its kind."""

    is_scheduled: bool
    is_confirmed: bool
    starts_at: datetime
    visits_of_job: int
    moves: int
    is_self_reschedulable: bool
    may_change_confirmed: bool
    most_moves: int
    move_cutoff: timedelta
    cancel_cutoff: timedelta
    late_fee_text: str = ""


def hindrance_to_move(visit: Standing, now: datetime) -> Hindrance | None:
    """Why customers cannot move it; just at the cut-off they still can."""
    found = _hindrance(visit, now)
    if found is not None:
        return found
    if visit.moves >= visit.most_moves:
        return Hindrance.OFTEN
    return Hindrance.LATE if visit.starts_at - now < visit.move_cutoff else None


def hindrance_to_cancel(visit: Standing, now: datetime) -> Hindrance | None:
    """Why customers cannot cancel it; late, they can where a late fee was agreed to."""
    found = _hindrance(visit, now)
    if found is not None:
        return found
    return Hindrance.LATE if is_late(visit, now) and not visit.late_fee_text else None


def is_late(visit: Standing, now: datetime) -> bool:
    """Whether canceling now is late."""
    return visit.starts_at - now < visit.cancel_cutoff


def _hindrance(visit: Standing, now: datetime) -> Hindrance | None:
    if not visit.is_scheduled or visit.starts_at <= now:
        return Hindrance.STATUS
    if visit.visits_of_job > 1:
        return Hindrance.SEVERAL
    if not visit.is_self_reschedulable:
        return Hindrance.JOB_TYPE
    return Hindrance.CONFIRMED if visit.is_confirmed and not visit.may_change_confirmed else None

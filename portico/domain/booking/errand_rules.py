"""Whether the work of an accepted estimate can be booked. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SOLD = "Sold"
COMING = frozenset({"Scheduled", "Hold"})
AT_WORK = frozenset({"Dispatched", "Working"})
DONE = "Done"


class WorkBar(StrEnum):
    """Why no visit can be booked for the work."""

    NOT_ACCEPTED = "not accepted"
    BEGUN = "begun"
    BOOKED = "booked"
    DEPOSIT = "deposit"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """An estimate as it stands; `visits` are of its job and of what was booked for it: status and start."""

    status: str
    decided_at: datetime | None
    has_bill: bool
    is_offered: bool
    owes_deposit: bool
    visits: tuple[tuple[str, datetime], ...]


def work_bar(work: WorkFacts) -> WorkBar | None:
    """The first reason against it; the visit on which the estimate was written is none."""
    if work.status != SOLD:
        return WorkBar.NOT_ACCEPTED
    if work.has_bill or any(_is_begun(work, status, starts_at) for status, starts_at in work.visits):
        return WorkBar.BEGUN
    if any(status in COMING for status, _starts_at in work.visits):
        return WorkBar.BOOKED
    if work.owes_deposit:
        return WorkBar.DEPOSIT
    return None if work.is_offered else WorkBar.PHONE


def _is_begun(work: WorkFacts, status: str, starts_at: datetime) -> bool:
    is_later = work.decided_at is None or starts_at > work.decided_at
    return status in AT_WORK or (status == DONE and is_later)

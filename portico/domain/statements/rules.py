"""Who is mailed a statement, and who is not and why. Pure: the preview, the worker and a single mail ask here alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portico.domain.statements.enums import Outcome

EVERY_DAYS = 25


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for. `every_days`: a customer gets at most one statement within so many days.

    `may_repeat`: somebody has said why this one goes all the same.
    """

    every_days: int = EVERY_DAYS
    smallest_minor: int = 1
    is_overdue_only: bool = False
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer as far as it matters. `due_minor` is what the statement asks for, `due_today_minor` what is due now:
    less where something came since the statement's day. `mailed_on` is the day of the last statement, `has_this_one`
    that one as of the same day went already."""

    today: date
    due_minor: int
    due_today_minor: int
    overdue_minor: int = 0
    is_active: bool = True
    is_merged: bool = False
    do_not_mail: bool = False
    mailed_on: date | None = None
    has_this_one: bool = False


def fault_of(standing: Standing, wanted: Wanted) -> Outcome | None:
    """Why this customer gets no statement; None where it only depends on the addresses."""
    if standing.is_merged:
        return Outcome.MERGED
    if min(standing.due_minor, standing.due_today_minor) <= 0:
        return Outcome.NOTHING_DUE
    if min(standing.due_minor, standing.due_today_minor) < wanted.smallest_minor:
        return Outcome.BELOW
    if wanted.is_overdue_only and standing.overdue_minor <= 0:
        return Outcome.NOT_OVERDUE
    if not standing.is_active:
        return Outcome.INACTIVE
    if standing.do_not_mail:
        return Outcome.DO_NOT_MAIL
    return Outcome.RECENT if is_too_soon(standing, wanted) and not wanted.may_repeat else None


def fault_of_addresses(*, usable: int, all_of: int) -> Outcome | None:
    """The same of the addresses that may read the statement; those that mail came back from are not usable."""
    if usable:
        return None
    return Outcome.BOUNCED if all_of else Outcome.NO_ADDRESS


def is_too_soon(standing: Standing, wanted: Wanted) -> bool:
    """Whether one went so lately that the next one has to wait, or this very one went."""
    if standing.mailed_on is None:
        return False
    return standing.has_this_one or standing.today < free_from(standing.mailed_on, every_days=wanted.every_days)


def free_from(mailed_on: date, *, every_days: int) -> date:
    """The first day on which the next statement may go."""
    return mailed_on + timedelta(days=every_days)


# --- Sums of a run ----------------------------------------------------------------------------------------------


Tallies = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Tally:
    """Customers with what they have open and owe, and how many mails they get."""

    customers: int = 0
    open_minor: int = 0
    due_minor: int = 0
    mails: int = 0

    def plus(self, other: Tally, *, sign: int = 1) -> Tally:
        return Tally(**{name: getattr(self, name) + sign * getattr(other, name) for name in Tally.__slots__})

    def as_json(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in Tally.__slots__}


def tally_of(tallies: Tallies, outcome: Outcome) -> Tally:
    """What stands under an outcome."""
    return Tally(**tallies.get(outcome.value, {}))


def total(tallies: Tallies) -> Tally:
    """All of a run together."""
    every = Tally()
    for outcome in Outcome:
        every = every.plus(tally_of(tallies, outcome))
    return every


def added(tallies: Tallies, outcome: Outcome, one: Tally) -> dict[str, Mapping[str, int]]:
    """With one more."""
    return {**tallies, outcome.value: tally_of(tallies, outcome).plus(one).as_json()}


def moved(
    tallies: Tallies, before: tuple[Outcome, Tally], after: tuple[Outcome, Tally]
) -> dict[str, Mapping[str, int]]:
    """After one that stood under an outcome has ended under another, with the amounts of that moment."""
    outcome, one = before
    left = tally_of(tallies, outcome).plus(one, sign=-1)
    rest = {name: told for name, told in tallies.items() if name != outcome.value}
    return added({**rest, outcome.value: left.as_json()} if left.customers else rest, *after)

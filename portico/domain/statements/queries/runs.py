"""What pages and the report say of runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.customers.models import Customer
from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.models import StatementRun, StatementRunRow
from portico.domain.statements.queries import run_sql as sql
from portico.domain.statements.queries.deliveries import Delivery, deliveries
from portico.domain.statements.rules import Tallies, Tally
from portico.foundation.messaging.models import MessageState
from portico.foundation.tenancy.scope import company_scope, reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel.money import Money

NEWEST = 20
SHOWN = 50
AT_ONCE = 1000
WRONG = frozenset({MessageState.FAILED, MessageState.BOUNCED})


@dataclass(frozen=True, slots=True)
class Candidates:
    """Some customers in the order of their keys: how many were looked at, the last of them, who has something open."""

    walked: int
    last: int
    found: list[int]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as its page shows it."""

    key: int
    id: UUID
    as_of_on: date
    smallest_minor: int
    is_overdue_only: bool
    branch: str
    currency: str
    state: RunState
    walked: int
    to_walk: int
    found: Tallies
    finals: Tallies
    made_by_name: str
    made_at: datetime
    prepared_at: datetime | None
    started_by_name: str
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        return self.state in {RunState.PREPARING, RunState.SENDING}

    @property
    def tallies(self) -> Tallies:
        return self.finals if self.started_at else self.found

    @property
    def planned(self) -> Tally:
        return rules.tally_of(self.found, Outcome.MAIL)

    @property
    def waiting(self) -> Tally:
        return rules.tally_of(self.tallies, Outcome.MAIL)

    @property
    def mailed(self) -> Tally:
        return rules.tally_of(self.finals, Outcome.MAILED)

    @property
    def done(self) -> int:
        return self.planned.customers - self.waiting.customers


@dataclass(frozen=True, slots=True)
class RunRow:
    """A customer of a run."""

    position: int
    customer: UUID
    name: str
    number: str
    preview: Outcome
    outcome: Outcome
    open: Money
    due: Money
    emails: list[str]
    mailed_on: date | None
    deliveries: list[Delivery]

    @property
    def went_wrong(self) -> list[Delivery]:
        """The mails that did not arrive."""
        return [one for one in self.deliveries if one.state in WRONG]


FACTS = (
    *("pk", "public_id", "as_of_on", "smallest_minor", "is_overdue_only", "branch__display_name", "currency", "state"),
    *("walked", "to_walk", "found", "finals", "made_by_name", "made_at", "prepared_at"),
    *("started_by_name", "started_at", "ended_at"),
)
ROW = (
    *("position", "customer__public_id", "customer__name", "customer__number", "preview", "outcome"),
    *("open_minor", "due_minor", "run__currency", "emails", "mailed_on"),
    "mail__public_id",
)


@reading
def candidates(*, branch: int | None, after: int, limit: int) -> Candidates:
    """Who of the next customers may get a statement."""
    return Candidates(**fetch_json(sql.CANDIDATES, branch=branch, after=after, limit=limit))


@reading
def customers_to_walk() -> int:
    """How many there are to look at, for the progress."""
    return Customer.objects.count()


@reading
def newest_runs() -> list[RunFacts]:
    """The newest, for the page on which the next one begins."""
    rows = StatementRun.objects.order_by("-made_at", "-id")[:NEWEST]
    return [_facts(row) for row in rows.values(*FACTS)]


@reading
def run_of(public_id: UUID) -> RunFacts | None:
    """One run; None where there is none."""
    row = StatementRun.objects.filter(public_id=public_id).values(*FACTS).first()
    return _facts(row) if row else None


@reading
def rows_of(run: int, outcome: Outcome, *, after: int, limit: int = SHOWN + 1) -> list[RunRow]:
    """The customers of a run, by its key, with one outcome; one more than a page holds tells that there are more."""
    rows = StatementRunRow.objects.filter(run=run, outcome=outcome, position__gt=after)
    return _rows(list(rows.order_by("position")[:limit].values(*ROW)))


def every_row(company_id: int, run: int) -> Iterator[RunRow]:
    """All customers of a run, piece by piece, each in a transaction of its own: a long report holds nothing up."""
    after = 0
    while True:
        with company_scope(company_id):
            rows = _all_rows(run, after)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].position


@reading
def _all_rows(run: int, after: int) -> list[RunRow]:
    rows = StatementRunRow.objects.filter(run=run, position__gt=after).order_by("position")
    return _rows(list(rows[:AT_ONCE].values(*ROW)))


def _facts(values: dict[str, Any]) -> RunFacts:
    told = {"state": RunState(values["state"]), "branch": values.pop("branch__display_name") or ""}
    return RunFacts(key=values.pop("pk"), id=values.pop("public_id"), **values | told)


def _rows(found: list[dict[str, Any]]) -> list[RunRow]:
    mails = [values["mail__public_id"] for values in found if values["mail__public_id"]]
    became = deliveries(mails) if mails else {}
    return [_row(values, became.get(values["mail__public_id"], [])) for values in found]


def _row(values: dict[str, Any], became: list[Delivery]) -> RunRow:
    currency = values["run__currency"]
    return RunRow(
        position=values["position"],
        customer=values["customer__public_id"],
        name=values["customer__name"],
        number=values["customer__number"],
        preview=Outcome(values["preview"]),
        outcome=Outcome(values["outcome"]),
        open=Money(values["open_minor"], currency),
        due=Money(values["due_minor"], currency),
        emails=values["emails"],
        mailed_on=values["mailed_on"],
        deliveries=became,
    )

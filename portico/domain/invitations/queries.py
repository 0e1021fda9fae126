"""What is asked about lists of people to invite, and about the addresses in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from portico.domain.customers.models import PortalContact
from portico.domain.invitations import rules
from portico.domain.invitations.enums import Fault, ListState, Outcome
from portico.domain.invitations.models import InviteList, InviteListRow
from portico.domain.invitations.rules import Standing
from portico.foundation.people import queries as people
from portico.foundation.people.enums import Side
from portico.foundation.tenancy.scope import company_scope, reading

PAGE = 20
SHOWN = 100
AT_ONCE = 2000
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Standings:
    """What addresses are, and the row of each that an invitation would name."""

    of: dict[str, Standing]
    row: dict[str, UUID]


class Row(NamedTuple):
    """An address on one customer."""

    id: UUID
    revoked_at: datetime | None
    invited_at: datetime | None
    is_placeholder: bool


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A list as its page shows it."""

    id: UUID
    name: str
    state: ListState
    fault: Fault | None
    counts: dict[str, int]
    results: dict[str, int]
    finals: dict[str, int]
    include_invited: bool
    is_cut: bool
    read_share: int
    made_by_name: str
    made_at: datetime
    confirmed_at: datetime | None
    done_at: datetime | None

    @property
    def found(self) -> int:
        return sum(self.counts.values())

    @property
    def planned(self) -> int:
        return rules.mails(self.counts, include_invited=self.include_invited)

    @property
    def done(self) -> int:
        return sum(self.results.values())

    @property
    def sent(self) -> int:
        return self.results.get(Outcome.SENT, 0) + self.results.get(Outcome.RESENT, 0)

    @property
    def is_under_way(self) -> bool:
        return self.state in {ListState.READING, ListState.SENDING}


@dataclass(frozen=True, slots=True)
class ListRow:
    """An address of a list, for the page and the report."""

    position: int
    line: int
    typed: str
    email: str
    outcome: Outcome
    result: Outcome | None = field(default=None)

    @property
    def final(self) -> Outcome:
        return self.result or self.outcome


FACTS = (
    *("public_id", "name", "state", "fault", "counts", "results", "finals", "include_invited", "is_cut", "read_share"),
    *("made_by_name", "made_at", "confirmed_at", "done_at"),
)


@reading
def standings(emails: Collection[str]) -> Standings:
    """What these addresses are; who stands on no customer or location is left out."""
    rows = PortalContact.objects.filter(email__in=emails, is_present=True, customer__merged_into=None)
    columns = ("public_id", "revoked_at", "invited_at", "address__is_placeholder")
    found: dict[str, list[Row]] = {}
    for email, *rest in rows.order_by("email", "-is_on_customer", "customer_id", "pk").values_list("email", *columns):
        found.setdefault(email, []).append(Row(*rest))
    enrolled = people.enrolled(Side.CUSTOMER, list(found))
    return Standings(
        {email: _standing(many, is_enrolled=email in enrolled) for email, many in found.items()},
        {email: next((one for one in many if not one.revoked_at), many[0]).id for email, many in found.items()},
    )


def _standing(rows: list[Row], *, is_enrolled: bool) -> Standing:
    return Standing(
        is_placeholder=any(row.is_placeholder for row in rows),
        is_revoked=all(row.revoked_at for row in rows),
        is_enrolled=is_enrolled,
        invited_at=max((row.invited_at for row in rows if row.invited_at and not row.revoked_at), default=None),
    )


@reading
def newest_lists() -> list[ListFacts]:
    """The newest lists, for the page on which the next one is uploaded."""
    rows = InviteList.objects.order_by("-made_at", "-id")[:PAGE]
    return [_facts(row) for row in rows.values(*FACTS)]


@reading
def list_of(public_id: UUID) -> ListFacts | None:
    """One list; None where there is none."""
    row = InviteList.objects.filter(public_id=public_id).values(*FACTS).first()
    return _facts(row) if row else None


@reading
def rows_of(public_id: UUID, *, after: int, limit: int = SHOWN + 1) -> list[ListRow]:
    """The rows of a list after a place in it; one more than a page holds tells that there are more."""
    rows = InviteListRow.objects.filter(invite_list__public_id=public_id, position__gt=after).order_by("position")
    columns = ("position", "line", "typed", "email", "outcome", "result")
    return [
        ListRow(position, line, typed, email, Outcome(outcome), Outcome(result) if result else None)
        for position, line, typed, email, outcome, result in rows[:limit].values_list(*columns)
    ]


def every_row(company_id: int, public_id: UUID) -> Iterator[ListRow]:
    """All rows, piece by piece, each in a transaction of its own: a long report holds nothing up."""
    after = 0
    while True:
        with company_scope(company_id):
            rows = rows_of(public_id, after=after, limit=AT_ONCE)
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].position


def _facts(values: dict[str, Any]) -> ListFacts:
    fault = values["fault"]
    told = {"state": ListState(values["state"]), "fault": Fault(fault) if fault else None}
    return ListFacts(id=values.pop("public_id"), **values | told)

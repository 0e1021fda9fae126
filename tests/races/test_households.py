"""Several at once about one household: each right is given once or taken. The twins show what holds it so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from portico.domain.customers import operations, queries
from portico.domain.customers.enums import Right
from portico.domain.customers.errors import MemberRefused, Missing
from portico.domain.customers.household_rules import MOST_MEMBERS, Given
from portico.domain.customers.models import Customer, HouseholdMember
from portico.domain.customers.operations import households
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel.errors import PorticoError
from tests.factories import customers as make
from tests.factories import people
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4
HELPS = Given(frozenset({Right.HISTORY, Right.BOOK}))
PAYS = Given(frozenset({Right.PAY}))
_numbers = count(1)


class House:
    """Ana's account; the works are hers and Ben's."""

    def __init__(self, company: CompanyRow) -> None:
        self.company, number = company, next(_numbers)
        self.ana, self.ben = f"ana{number}@example.com", f"ben{number}@example.com"
        with people.inside(company):
            self.account: Customer = make.make_customer("Alvarez", self.ana)

    def invites(self, email: str = "", given: Given = HELPS) -> Callable[[], Any]:
        return lambda: operations.invite_member(
            customer=self.account.public_id,
            location=None,
            email=email or self.ben,
            given=given,
            message="",
            owner=self.ana,
            by=people.OFFICE,
        )

    def invited(self) -> UUID:
        with people.inside(self.company):
            return UUID(str(self.invites()()))

    def accepts(self, member: UUID) -> Callable[[], Any]:
        return lambda: operations.accept_household(member=member, email=self.ben, name="Ben", by=people.OFFICE)

    def revokes(self, member: UUID) -> Callable[[], Any]:
        return lambda: operations.revoke_member(member=member, owner=self.ana, by=people.OFFICE)

    def changes(self, member: UUID) -> Callable[[], Any]:
        return lambda: operations.change_member(member=member, given=PAYS, owner=self.ana, by=people.OFFICE)

    def living(self) -> int:
        with people.inside(self.company):
            return HouseholdMember.objects.filter(customer=self.account, left_at=None, revoked_at=None).count()

    def reached(self) -> list[UUID]:
        """The accounts that Ben reaches."""
        with people.inside(self.company):
            return [reach.customer for reach in queries.reach_of(self.ben)]

    def letters(self, member: UUID, kind: str) -> int:
        with people.inside(self.company):
            return Message.objects.filter(subject_id=member, kind=kind).count()


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company()


@pytest.fixture
def house(company: CompanyRow) -> House:
    return House(company)


def at_once(company: CompanyRow, *works: Callable[[], Any]) -> list[Any]:
    """Let go together; what each gave, or the kind of what it raised."""
    outcome = together(company, *works, caught=(PorticoError, IntegrityError))
    return [type(one) if isinstance(one, Exception) else one for one in outcome]


def met_before_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the account's lock nor that of the address's budget, and both have looked before either writes."""
    met = threading.Barrier(2)
    monkeypatch.setattr(households.locks, "lock_one", lambda rows: rows.get())
    monkeypatch.setattr(households, "_require_mailable", lambda email: None)
    give = households._give

    def late(member: HouseholdMember, given: Given) -> None:
        met.wait(10)
        give(member, given)

    monkeypatch.setattr(households, "_give", late)


def only_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row is read without its lock, by both before either writes."""
    met = threading.Barrier(2)

    def unlocked(member: UUID) -> HouseholdMember:
        found = HouseholdMember.objects.select_related("customer", "location").get(public_id=member)
        met.wait(10)
        return found

    monkeypatch.setattr(households, "locked_member", unlocked)


def almost_full(house: House) -> None:
    """One place is left."""
    with people.inside(house.company):
        for number in range(MOST_MEMBERS - 1):
            house.invites(f"guest{number}@example.com")()


def test_same_invitation_twice_at_once_is_made_and_mailed_once(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        outcome = at_once(company, house.invites(), house.invites())
        assert sorted(one is MemberRefused for one in outcome) == [False, True]
        (made,) = [one for one in outcome if one is not MemberRefused]
        assert (house.living(), house.letters(made, "invitation")) == (1, 1)


def test_twin_without_the_locks_meets_the_constraint(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    met_before_writing(monkeypatch)
    outcome = at_once(house.company, house.invites(), house.invites())
    assert [one is IntegrityError for one in outcome].count(True) == 1
    assert house.living() == 1


def test_last_place_is_given_to_one_of_two(house: House) -> None:
    almost_full(house)
    outcome = at_once(house.company, house.invites("one@example.com"), house.invites("two@example.com"))
    assert [one is MemberRefused for one in outcome].count(True) == 1
    assert house.living() == MOST_MEMBERS


def test_twin_without_the_lock_gives_the_last_place_to_both(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    almost_full(house)
    met_before_writing(monkeypatch)
    at_once(house.company, house.invites("one@example.com"), house.invites("two@example.com"))
    assert house.living() == MOST_MEMBERS + 1


def test_acceptance_twice_at_once_is_told_to_the_owner_once(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        member = house.invited()
        assert at_once(company, *[house.accepts(member)] * 3) == [None, None, None]
        assert (house.reached(), house.letters(member, "also_see")) == ([house.account.public_id], 1)


def test_twin_that_only_reads_tells_the_owner_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    member = house.invited()
    only_read(monkeypatch)
    at_once(house.company, *[house.accepts(member)] * 2)
    assert house.letters(member, "also_see") == 2


def test_acceptance_against_revocation_never_leaves_access(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        member = house.invited()
        accepted, revoked = at_once(company, house.accepts(member), house.revokes(member))
        assert revoked is None
        assert accepted in (None, Missing)
        assert (house.reached(), house.living()) == ([], 0)
        assert house.letters(member, "access_ended") == (1 if accepted is None else 0)


def test_change_against_revocation_never_brings_access_back(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        member = house.invited()
        with people.inside(company):
            house.accepts(member)()
        changed, revoked = at_once(company, house.changes(member), house.revokes(member))
        assert revoked is None
        assert changed in (None, Missing)
        assert (house.reached(), house.living()) == ([], 0)


def test_twin_that_only_reads_brings_revoked_access_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change has read the row before the revocation and writes it after."""
    member, is_revoked = house.invited(), threading.Event()
    with people.inside(house.company):
        house.accepts(member)()
    only_read(monkeypatch)
    give = households._give

    def late(row: HouseholdMember, given: Given) -> None:
        is_revoked.wait(10)
        give(row, given)

    def revokes() -> None:
        house.revokes(member)()
        is_revoked.set()

    monkeypatch.setattr(households, "_give", late)
    assert at_once(house.company, house.changes(member), revokes) == [None, None]
    assert house.reached() == [house.account.public_id]

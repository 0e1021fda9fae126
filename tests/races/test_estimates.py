"""Several at once about one proposal: one decides, the others are told kindly. Without the lock they meet a crash."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from portico.domain.billing.models import Deposit
from portico.domain.estimates import invariants
from portico.domain.estimates.errors import OfferChanged, OfferClosed, UndoBarred
from portico.domain.estimates.models import Approval, ApprovalUndo, Estimate
from portico.domain.estimates.operations import declining, proposals, undoing, versions
from portico.domain.jobs.operations import set_appointment_status
from portico.foundation.people.models import Login
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel.errors import PorticoError
from tests.domain.estimates.deciding import actor, approve, noted, shown
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import make_options
from tests.factories.threads import together
from tests.factories.visits import make_visit

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


class House:
    """Three options with a deposit, and two people of the house."""

    def __init__(self, company: CompanyRow) -> None:
        self.company = company
        with people.inside(company):
            home = make.make_customer("Alvarez")
            self.ana, self.ben = people.make_login(name="Ana Alvarez"), people.make_login(name="Ben Alvarez")
            self.options = make_options(home, deposit_kind="fixed", deposit_minor=5_000)
            noted(*self.options)
            self.hashes = {option.pk: shown(option) for option in self.options}

    def approves(self, option: Estimate, login: Login) -> Callable[[], Any]:
        return lambda: approve(option, login, hash_=self.hashes[option.pk])

    def accepted(self) -> list[str]:
        with people.inside(self.company):
            return list(Estimate.objects.filter(status="Sold").values_list("name", flat=True))

    def counted(self) -> tuple[int, int]:
        """Approvals and deposits that stand."""
        with people.inside(self.company):
            assert invariants.check() == []
            standing = Approval.objects.filter(undo=None).count()
            return standing, Deposit.objects.filter(canceled_at=None).count()


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company()


def at_once(company: CompanyRow, *works: Callable[[], Any]) -> list[Any]:
    """Let go together; what each gave or raised."""
    return together(company, *works, caught=(PorticoError, DatabaseError))


def refusals(outcome: list[Any]) -> list[type[Exception]]:
    return [type(one) for one in outcome if isinstance(one, Exception)]


@transaction.atomic
def office_edits(option: Estimate) -> None:
    row = proposals.locked(option.public_id)
    row.items.update(price_minor=1, total_minor=1)
    versions.note(row, by=people.OFFICE)


@transaction.atomic
def office_withdraws(option: Estimate) -> None:
    row = proposals.locked(option.public_id)
    if row.status == "Open":
        Estimate.objects.filter(pk=row.pk).update(status="Withdrawn")
        proposals.settle([row.proposal_id])


def test_double_click_and_two_tabs_make_one_approval(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        before = house.counted()
        made = at_once(company, *[house.approves(house.options[1], house.ana)] * 4)
        assert refusals(made) == []
        assert len(set(made)) == 1
        assert house.counted() == (before[0] + 1, before[1] + 1)


def test_two_people_approve_different_options_one_is_told_who_was_first(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        good, better, _best = house.options
        before = house.counted()
        outcome = at_once(company, house.approves(good, house.ana), house.approves(better, house.ben))
        (lost,) = [one for one in outcome if isinstance(one, Exception)]
        winner = "Ana Alvarez" if outcome[1] is lost else "Ben Alvarez"
        assert isinstance(lost, OfferClosed)
        assert lost.message.startswith(f"{winner} approved another option on ")
        assert house.counted() == (before[0] + 1, before[1] + 1)


def test_approval_against_an_edit_is_of_what_was_shown(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        option = house.options[0]
        outcome = at_once(company, house.approves(option, house.ana), lambda option=option: office_edits(option))
        assert refusals(outcome) in ([], [OfferChanged])
        with people.inside(company):
            approvals = Approval.objects.filter(estimate=option)
            assert list(approvals.values_list("total_minor", "version_n")) == (
                [] if refusals(outcome) else [(40000, 1)]
            )


def test_approval_against_a_withdrawal_is_one_of_both(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        option = house.options[0]
        outcome = at_once(company, house.approves(option, house.ana), lambda option=option: office_withdraws(option))
        with people.inside(company):
            status = Estimate.objects.get(pk=option.pk).status
        assert (status, refusals(outcome)) in (("Sold", []), ("Withdrawn", [OfferClosed]))


def test_approval_against_a_decline_is_one_of_both(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        option = house.options[0]

        def declines(house: House = house, option: Estimate = option) -> None:
            declining.decline(estimate=option.public_id, reason="", by=actor(house.ben))

        outcome = at_once(company, house.approves(option, house.ana), declines)
        assert refusals(outcome) == [OfferClosed]
        with people.inside(company):
            status = Estimate.objects.get(pk=option.pk).status
        assert status == ("Dismissed" if isinstance(outcome[0], OfferClosed) else "Sold")


def test_undo_against_an_approval_leaves_one_approval_or_none(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        good, better, _best = house.options
        with people.inside(company):
            first = approve(good, house.ana)

        def undoes(first: Any = first, house: House = house) -> None:
            undoing.undo(approval=first, by=actor(house.ana))

        outcome = at_once(company, undoes, house.approves(better, house.ben), undoes)
        assert refusals(outcome) in ([], [OfferClosed])
        with people.inside(company):
            assert ApprovalUndo.objects.filter(approval__public_id=first).count() == 1
            standing = Approval.objects.filter(undo=None, estimate__proposal=good.proposal_id).count()
            assert standing == (0 if refusals(outcome) else 1)
            assert invariants.check() == []


def test_undo_against_the_dispatcher_is_one_of_both(company: CompanyRow) -> None:
    for _ in range(ROUNDS):
        house = House(company)
        with people.inside(company):
            made = approve(house.options[0], house.ana)
            visit = make_visit(house.options[0].proposal.job)

        def sends(visit: Any = visit) -> None:
            set_appointment_status(appointment=visit.public_id, status="Dispatched", by=people.OFFICE)

        def undoes(made: Any = made, house: House = house) -> None:
            undoing.undo(approval=made, by=actor(house.ana))

        outcome = at_once(company, undoes, sends)
        assert refusals(outcome) in ([], [UndoBarred])


# --- Twins: what the lock is for ----------------------------------------------------------------------------------


TRIES = 5


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proposal is only read, and two readers are there before either writes."""
    met = threading.Barrier(2)

    def locked(estimate: Any) -> Estimate:
        rows = Estimate.objects.select_related("proposal__customer", "proposal__job", "branch")
        found = rows.get(public_id=estimate)
        met.wait(10)
        return found

    monkeypatch.setattr(proposals, "locked", locked)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_two_people_meet_the_last_wall(company: CompanyRow) -> None:
    """Only the index, or a deadlock, stands between two accepted options.

    On a busy machine one of them may still be so late that it sees the other's answer: then two others try.
    """
    crashes: list[type[Exception]] = []
    while len(crashes) < TRIES and not any(issubclass(crash, DatabaseError) for crash in crashes):
        house = House(company)
        good, better, _best = house.options
        crashes += refusals(at_once(company, house.approves(good, house.ana), house.approves(better, house.ben)))
        assert len(house.accepted()) == len(crashes)
    assert issubclass(crashes[-1], DatabaseError)


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_a_double_click_makes_two_approvals(company: CompanyRow) -> None:
    house = House(company)
    made = at_once(company, *[house.approves(house.options[0], house.ana)] * 2)
    with people.inside(company):
        assert Approval.objects.count() == 2
    assert len(set(made)) == 2


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_an_edit_slips_under_the_signature(company: CompanyRow) -> None:
    house = House(company)
    option = house.options[0]
    outcome = at_once(company, house.approves(option, house.ana), lambda: office_edits(option))
    assert refusals(outcome) == []
    with people.inside(company):
        row = Estimate.objects.get(pk=option.pk)
        assert (row.status, Approval.objects.get().total_minor) == ("Sold", 40000)

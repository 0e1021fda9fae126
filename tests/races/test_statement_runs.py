"""Several who mail statements at once: each customer gets one. The twins show what holds it so."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from portico.domain.statements import operations
from portico.domain.statements.errors import NotMailed
from portico.domain.statements.models import StatementMail, StatementRun
from portico.domain.statements.operations import mailing, sending
from portico.domain.statements.queries.judging import Judged
from portico.foundation.messaging.letter import Link
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.scope import company_scope
from tests.domain.statements.running import begun, counts, many, queued, start, today
from tests.factories import people
from tests.factories.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company() -> CompanyRow:
    return people.make_company()


def started(company: CompanyRow, count: int, *ago: int) -> list[UUID]:
    """Runs over so many customers, as of so many days ago each, that wait for a worker."""
    with company_scope(company.id):
        many(count)
        runs = [begun(on=today() - timedelta(days=days)) for days in ago]
        for run in runs:
            start(run)
    return runs


def works(run: UUID) -> Callable[[], Any]:
    """A worker of this run, to its end."""
    return lambda: operations.finish(run=run)


def looked_before_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody locks the customer, and both have judged it before either writes."""
    met = threading.Barrier(2)
    monkeypatch.setattr(mailing, "lock_customer", lambda customer: None)
    links = mailing._links

    def late(judged: Judged, by: Any) -> dict[str, Link | None]:
        met.wait(10)
        return links(judged, by)

    monkeypatch.setattr(mailing, "_links", late)


def told(company: CompanyRow, *runs: UUID) -> tuple[Counter[str], list[dict[str, int]]]:
    with company_scope(company.id):
        return queued(), [counts(run) for run in runs]


def test_two_workers_of_one_run_mail_everybody_once(company: CompanyRow) -> None:
    (run,) = started(company, 20, 0)
    assert together(company, *[works(run)] * 3, caught=Exception) == [None] * 3
    mails, (found,) = told(company, run)
    assert (len(mails), set(mails.values()), found) == (20, {1}, {"mailed": 20})


def test_twin_without_the_lock_of_the_run_tells_wrong_figures(
    company: CompanyRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer's lock still keeps the second mail away; but what the run says of itself is lost."""
    met = threading.Barrier(2, timeout=5)

    def unlocked(run: UUID) -> StatementRun:
        found = StatementRun.objects.get(public_id=run)
        met.wait()
        return found

    (run,) = started(company, 1, 0)
    monkeypatch.setattr(sending, "locked", unlocked)
    together(company, *[lambda: sending._send_next(run)] * 2, caught=Exception)
    mails, (found,) = told(company, run)
    assert (set(mails.values()), found) != ({1}, {"mailed": 1})


def test_two_runs_and_a_single_mail_at_once_mail_everybody_once(company: CompanyRow) -> None:
    first, second = started(company, 12, 0, 1)
    with people.inside(company):
        customer = mailing.Customer.objects.get(name="Owes3").public_id

    def by_hand() -> Any:
        day = today() - timedelta(days=2)
        return operations.mail_statement(customer=customer, on=day, by=people.OFFICE).emails

    outcome = together(company, works(first), works(second), by_hand, caught=NotMailed)
    assert outcome[:2] == [None, None]
    mails, found = told(company, first, second)
    assert (len(mails), set(mails.values())) == (12, {1})
    assert sum(one.get("mailed", 0) for one in found) + (outcome[2] == ["owes3@example.com"]) == 12


def test_twin_without_the_lock_of_the_customer_mails_twice(
    company: CompanyRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = started(company, 1, 0, 1)
    looked_before_writing(monkeypatch)
    together(company, works(first), works(second), caught=Exception)
    mails, found = told(company, first, second)
    assert (mails["owes0@example.com"], found) == (2, [{"mailed": 1}, {"mailed": 1}])


def test_same_day_twice_meets_the_constraint_even_without_the_lock(
    company: CompanyRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = started(company, 1, 0, 0)
    looked_before_writing(monkeypatch)
    outcome = together(company, works(first), works(second), caught=Exception)
    assert "IntegrityError" in [type(one).__name__ for one in outcome]
    with people.inside(company):
        assert StatementMail.objects.count() == 1

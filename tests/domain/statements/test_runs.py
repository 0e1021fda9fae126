"""Statements for many: judged before and at sending, each customer and address once, whatever happens to the worker."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.models import F

from portico.domain.customers.models import Customer, EmailAddress
from portico.domain.statements import operations
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.errors import Missing, RunRefused
from portico.domain.statements.models import StatementMail, StatementRun
from portico.domain.statements.operations import preparing
from portico.domain.statements.operations.runs import Choice
from portico.domain.statements.queries import runs
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Branch, Company
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.statements.running import (
    begun,
    counts,
    facts,
    killed_worker,
    many,
    outcomes,
    owing,
    queued,
    rows,
    start,
    today,
)
from tests.factories import customers as make
from tests.factories import drain, people, waiting
from tests.factories.books import Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def company() -> Iterator[CompanyRow]:
    made = people.make_company()
    with company_scope(made.id):
        yield made


def test_run_is_previewed_then_mailed_then_told(company: CompanyRow) -> None:
    with transaction.atomic():
        owing("Ana", 10000, "ana@example.com", "ben@example.com")
        owing("Low", 99)
        owing("Mute", 4000, "noemail@example.com")
        paid = owing("Paid", 7000)
        paid.pay(7000, ago=1)
        make.make_customer("Nothing", "nothing@example.com")
    run = begun(smallest=100)
    assert outcomes(run) == {
        "Ana": Outcome.MAIL,
        "Low": Outcome.BELOW,
        "Mute": Outcome.NO_ADDRESS,
        "Paid": Outcome.NOTHING_DUE,
    }
    assert (facts(run).state, queued(), facts(run).planned.as_json()) == (
        RunState.READY,
        Counter(),
        {"customers": 1, "open_minor": 10000, "due_minor": 10000, "mails": 2},
    )
    start(run)
    drain()
    assert queued() == Counter(["ana@example.com", "ben@example.com"])
    assert counts(run) == {"mailed": 1, "below": 1, "no_address": 1, "nothing_due": 1}
    assert (facts(run).state, facts(run).mailed.mails, facts(run).waiting.mails) == (RunState.DONE, 2, 0)
    with transaction.atomic():
        verbs = AuditEntry.objects.filter(verb__startswith="statement.").order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == [
            *("statement.run_made", "statement.run_started", "statement.mailed", "statement.run_done"),
        ]
        assert AuditEntry.objects.get(verb="statement.mailed").actor_name == "Olga Office"


def test_every_reason_is_told_and_nobody_of_them_is_mailed() -> None:
    with transaction.atomic():
        late = owing("Late", 5000, ago=60)
        owing("Early", 5000)
        flags = {"Gone": {"is_active": False}, "Quiet": {"do_not_mail": True}}
        for name, columns in flags.items():
            Customer.objects.filter(pk=owing(name, 5000, ago=60).customer.pk).update(**columns)
        merged = owing("Merged", 5000, ago=60).customer
        Customer.objects.filter(pk=merged.pk).update(merged_into=late.customer)
        owing("Back", 5000, ago=60)
        EmailAddress.objects.filter(email="back@example.com").update(bounced_at=clock.real_now())
        had = owing("Had", 5000, ago=60)
        operations.mail_statement(customer=had.customer.public_id, on=had.day(1), by=people.OFFICE)
        owing("Elsewhere", 5000, ago=60)
        other = Branch.objects.create(name="North", display_name="North", time_zone="America/Denver")
        Customer.objects.filter(name="Elsewhere").update(branch=other)
        main = Branch.objects.get(is_main=True).public_id
    run = begun(is_overdue_only=True, branch=main)
    assert outcomes(run) == {
        "Late": Outcome.MAIL,
        "Early": Outcome.NOT_OVERDUE,
        "Gone": Outcome.INACTIVE,
        "Quiet": Outcome.DO_NOT_MAIL,
        "Merged": Outcome.MERGED,
        "Back": Outcome.BOUNCED,
        "Had": Outcome.RECENT,
    }
    assert next(row.mailed_on for row in rows(run) if row.name == "Had") == today()
    start(run)
    drain()
    assert queued() == Counter(["late@example.com", "had@example.com"])
    assert outcomes(begun(is_overdue_only=True, branch=UUID(str(other.public_id)))) == {"Elsewhere": Outcome.MAIL}


def test_second_run_of_the_same_day_mails_nobody_twice() -> None:
    many(5)
    first, second = begun(), begun()
    for run in (first, second):
        start(run)
    drain()
    assert set(queued().values()) == {1}
    assert (counts(first), counts(second)) == ({"mailed": 5}, {"recent": 5})
    third = begun()
    assert (counts(third), facts(third).planned.mails) == ({"recent": 5}, 0)
    with pytest.raises(RunRefused):
        start(third)


def test_same_day_is_mailed_once_though_the_days_of_the_setting_are_over() -> None:
    many(2)
    start(begun())
    drain()
    with transaction.atomic():
        StatementMail.objects.update(mailed_at=clock.now() - timedelta(days=400))
    assert counts(begun()) == {"recent": 2}
    assert counts(begun(on=today() - timedelta(days=1))) == {"mail": 2}


def test_killed_worker_leaves_nobody_half_done_and_the_next_goes_on(company: CompanyRow) -> None:
    many(60)
    run = begun()
    start(run)
    assert killed_worker(company, run, at=32) == -signal.SIGKILL
    assert (facts(run).state, counts(run)) == (RunState.SENDING, {"mail": 29, "mailed": 31})
    assert sum(queued().values()) == 31
    with transaction.atomic():
        StatementRun.objects.update(touched_at=F("touched_at") - timedelta(minutes=2))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
    operations.catch_up()
    operations.catch_up()
    assert waiting() == ["statements.step"]
    drain()
    assert (facts(run).state, counts(run)) == (RunState.DONE, {"mailed": 60})
    assert (len(queued()), set(queued().values())) == (60, {1})
    with transaction.atomic():
        assert AuditEntry.objects.filter(verb="statement.mailed").count() == 60


def test_preview_whose_worker_was_killed_goes_on_where_it_was(company: CompanyRow) -> None:
    many(150)
    run = operations.begin_run(choice=Choice(today(), 1, is_overdue_only=False, branch=None), by=people.OFFICE)
    assert killed_worker(company, run, at=2, what="preparing._write") == -signal.SIGKILL
    assert (facts(run).state, facts(run).walked, counts(run)) == (RunState.PREPARING, 100, {"mail": 100})
    drain()
    assert (facts(run).state, facts(run).walked, counts(run)) == (RunState.READY, 150, {"mail": 150})
    assert len({row.customer for row in rows(run)}) == 150


def test_payment_between_preview_and_sending_counts() -> None:
    with transaction.atomic():
        part, all_of, credit = owing("Part", 10000), owing("All", 5000), owing("Credit", 3000)
    run = begun()
    assert facts(run).planned.due_minor == 18000
    with transaction.atomic():
        bill = part.customer.invoices.get()
        part.pay(4000, (bill, 4000), ago=0)
        all_of.pay(5000, ago=0)
        credit.pay(1000, ago=0)
    start(run)
    drain()
    assert outcomes(run) == {"Part": Outcome.MAILED, "All": Outcome.NOTHING_DUE, "Credit": Outcome.MAILED}
    assert {row.name: (row.open.minor, row.due.minor) for row in rows(run)} == {
        "Part": (6000, 6000),
        "All": (5000, 0),
        "Credit": (3000, 2000),
    }
    with transaction.atomic():
        subjects = Message.objects.filter(kind="statement").values_list("letter__subject", flat=True)
        assert sorted(subject.rpartition(": ")[2] for subject in subjects) == ["$20.00 to pay", "$60.00 to pay"]
    assert facts(run).mailed.due_minor == 8000
    assert {row.preview for row in rows(run)} == {Outcome.MAIL}


def test_stopped_run_mails_nobody_else() -> None:
    many(30)
    run = begun()
    start(run)
    operations.step(run=run)
    operations.stop_run(run=run, by=people.OFFICE)
    drain()
    assert (facts(run).state, counts(run), sum(queued().values())) == (RunState.STOPPED, {"mail": 5, "mailed": 25}, 25)
    with pytest.raises(RunRefused):
        operations.stop_run(run=run, by=people.OFFICE)
    after = begun()
    assert counts(after) == {"mail": 5, "recent": 25}


def test_preview_that_is_stopped_or_old_is_not_sent() -> None:
    many(1)
    stopped, old = begun(), begun()
    operations.stop_run(run=stopped, by=people.OFFICE)
    with transaction.atomic():
        StatementRun.objects.filter(public_id=old).update(prepared_at=clock.real_now() - timedelta(hours=25))
    for run in (stopped, old):
        with pytest.raises(RunRefused):
            start(run)
    drain()
    assert queued() == Counter()


def test_preparing_in_steps_finds_what_preparing_at_once_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    many(12)
    whole = begun()
    monkeypatch.setattr(preparing, "AT_ONCE", 4)
    run = operations.begin_run(choice=Choice(today(), 1, is_overdue_only=False, branch=None), by=people.OFFICE)
    assert operations.step(run=run)
    assert (facts(run).walked, facts(run).to_walk, facts(run).state) == (4, 12, RunState.PREPARING)
    drain()
    assert rows(run) == rows(whole)
    assert (facts(run).state, facts(run).found) == (RunState.READY, facts(whole).found)


def test_portal_that_is_off_makes_the_run_wait() -> None:
    many(1)
    run, other = begun(), begun()
    start(run)
    with transaction.atomic():
        Company.objects.update(portal_state="off")
    with pytest.raises(RunRefused):
        start(other)
    drain()
    assert (facts(run).state, queued()) == (RunState.SENDING, Counter())
    with transaction.atomic():
        Company.objects.update(portal_state="on")
        StatementRun.objects.update(touched_at=F("touched_at") - timedelta(minutes=2))
    operations.catch_up()
    drain()
    assert (facts(run).state, sum(queued().values())) == (RunState.DONE, 1)


def test_unknown_runs_and_branches_are_missing(company: CompanyRow) -> None:
    many(1)
    run = begun()
    for act in (operations.start_run, operations.stop_run):
        with pytest.raises(Missing):
            act(run=UUID(int=1), by=people.OFFICE)
    with pytest.raises(RunRefused):
        begun(branch=UUID(int=1))
    assert runs.run_of(UUID(int=1)) is None
    assert len(runs.newest_runs()) == 1
    assert len(list(runs.every_row(company.id, facts(run).key))) == 1


def test_run_of_an_earlier_day_leaves_out_who_has_paid_since(company: CompanyRow) -> None:
    with transaction.atomic():
        owes, has_paid = owing("Owes", 5000, ago=10), owing("Paid", 5000, ago=10)
        has_paid.pay(5000, ago=0)
        Books(make.make_customer("New", "new@example.com")).bill(800, ago=0)
    run = begun(on=owes.day(2))
    assert outcomes(run) == {"Owes": Outcome.MAIL, "Paid": Outcome.NOTHING_DUE, "New": Outcome.NOTHING_DUE}

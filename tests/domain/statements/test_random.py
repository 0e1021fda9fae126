"""Days go by, customers pay, bills come, runs and single mails are sent in any order: nobody hears too often, and every
mail asks for what was due when it went."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from portico.domain.billing.queries import statements
from portico.domain.statements import operations
from portico.domain.statements.errors import NotMailed, RunRefused
from portico.domain.statements.models import StatementMail
from portico.domain.statements.operations.runs import Choice
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel import clock, formats
from tests.domain.statements.running import owing
from tests.factories import people
from tests.factories.books import Books

EVERY, STEPS = 25, 70


@pytest.fixture
def firm(company: CompanyRow) -> Iterator[list[Books]]:
    with people.inside(company):
        yield [owing(f"Owes{n}", 1000 * (n + 1), f"owes{n}@example.com", f"other{n}@example.com") for n in range(6)]


class Office:
    """Acts at random, and writes down what it saw due before each."""

    def __init__(self, firm: list[Books], luck: random.Random) -> None:
        self.firm, self.luck, self.seen = firm, luck, set[int]()

    def act(self) -> None:
        act = self.luck.choice((self.wait, self.bill, self.pay, self.mail, self.insist, self.run, self.run))
        act()
        self.look()

    def wait(self) -> None:
        clock._shift += timedelta(days=self.luck.choice((1, 4, 10, 24, 25)))
        for books in self.firm:
            books.today = clock.today(books.zone)

    def bill(self) -> None:
        self.luck.choice(self.firm).bill(self.luck.randrange(100, 9000), ago=self.luck.randrange(3))

    def pay(self) -> None:
        self.luck.choice(self.firm).pay(self.luck.randrange(100, 9000), ago=0)

    def mail(self, reason: str = "") -> None:
        books = self.luck.choice(self.firm)
        try:
            operations.mail_statement(
                customer=books.customer.public_id, on=books.today, reason=reason, by=people.OFFICE
            )
        except NotMailed:
            return

    def insist(self) -> None:
        self.mail("They asked for it.")

    def run(self) -> None:
        choice = Choice(self.firm[0].today, self.luck.choice((1, 3000)), self.luck.random() < 0.3, None)
        run = operations.begin_run(choice=choice, by=people.OFFICE)
        operations.finish(run=run)
        if self.luck.random() < 0.3:
            self.pay()
        try:
            operations.start_run(run=run, by=people.OFFICE)
        except RunRefused:
            return
        operations.finish(run=run)

    def look(self) -> None:
        """Whatever went in this step asked for what is due now."""
        for mail in StatementMail.objects.exclude(pk__in=self.seen):
            self.seen.add(mail.pk)
            found = statements.open_statement(customer=mail.customer_id, on=mail.as_of_on)
            assert (mail.due_minor, mail.open_minor) == (found.total_due, found.ageing.open)
            letters = Message.objects.filter(subject_id=mail.public_id)
            assert sorted(letters.values_list("to_email", flat=True)) == mail.emails
            due = formats.money(mail.due_minor, mail.currency)
            assert {dict(letter["facts"])["Total due"] for letter in letters.values_list("letter", flat=True)} == {due}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_nobody_hears_too_often(firm: list[Books], monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(clock, "_shift", timedelta(0))
    office = Office(firm, random.Random(seed))
    for _step in range(STEPS):
        office.act()
    days: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for mail in StatementMail.objects.order_by("pk"):
        days[mail.customer_id].append((mail.mailed_at.astimezone(ZoneInfo(firm[0].zone)).date(), mail.reason))
    for heard in days.values():
        for (before, _reason), (after, reason) in pairwise(heard):
            assert reason or (after - before).days >= EVERY, heard
    assert sum(map(len, days.values())) > 8
    assert Message.objects.filter(kind="statement").count() == 2 * len(office.seen)

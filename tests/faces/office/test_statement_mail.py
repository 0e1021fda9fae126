"""Mailing a statement from the customer's record: what the page shows, asks and refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.domain.statements.models import StatementMail
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.books import Books


@pytest.fixture
def books(company: Any) -> Books:
    with people.inside(company):
        made = Books(make.make_customer("Maria Ortega", "maria@example.com"))
        made.bill(6000, ago=50)
    return made


@pytest.fixture
def path(books: Books) -> str:
    return f"/customers/{books.customer.public_id}/statement/mail/?on={books.today}"


def mailed(inside: Callable[[], Any]) -> list[str]:
    with inside():
        return list(Message.objects.filter(kind="statement").values_list("to_email", flat=True))


def test_statement_is_shown_then_mailed(olga: Client, books: Books, path: str, inside: Any) -> None:
    record = f"/customers/{books.customer.public_id}/"
    assert read(olga.get(f"{record}statement/")).links["Mail this statement"] == path
    page = read(olga.get(path))
    assert (page.h1, page.rows("email")) == ("Mail the statement of Maria Ortega", ["maria@example.com"])
    assert "$60.00" in page.text
    answer = olga.post(path)
    assert answer.headers["Location"] == f"{record}statement/?on={books.today}"
    assert "on its way to 1 address" in read(olga.get(answer.headers["Location"])).text
    assert mailed(inside) == ["maria@example.com"]
    assert "Statement sent by mail" in read(olga.get(record)).text


def test_second_one_asks_for_a_ticked_reason(olga: Client, books: Books, path: str, inside: Any) -> None:
    olga.post(path)
    page = read(olga.get(path))
    assert len(page.rows("before")) == 1
    assert "was mailed already" in page.text
    for typed, said in (
        ({}, "was mailed already"),
        ({"again": "on"}, "Say why another one goes so soon."),
        ({"reason": "She lost it"}, "Tick this to mail one more."),
    ):
        answer = olga.post(path, typed)
        refused = read(answer)
        assert answer.status_code in (409, 422)
        assert said in " ".join(refused.errors)
        assert typed.get("reason", "") in answer.content.decode()
    assert len(mailed(inside)) == 1
    assert olga.post(path, {"again": "on", "reason": "She lost it"}).status_code == 302
    assert len(mailed(inside)) == 2
    assert "She lost it" in read(olga.get(path)).text


def test_who_gets_none_is_said_and_cannot_be_mailed(olga: Client, books: Books, path: str, inside: Any) -> None:
    with inside():
        Customer.objects.filter(pk=books.customer.pk).update(do_not_mail=True)
    page = read(olga.get(path))
    assert "marked “Do not mail”" in page.text
    assert [form for form in page.forms if form.action == path] == []
    answer = olga.post(path)
    assert (answer.status_code, "marked “Do not mail”" in read(answer).text) == (409, True)
    assert mailed(inside) == []


def test_days_that_cannot_be_become_today(olga: Client, books: Books, path: str, inside: Any) -> None:
    for typed in ("2999-01-01", "1980-01-01", "x"):
        assert olga.get(path.split("?")[0], {"on": typed}).status_code == 200
    olga.post(path.replace(str(books.today), "2999-01-01"))
    with inside():
        assert StatementMail.objects.get().as_of_on == books.today


@pytest.mark.parametrize(
    ("role", "status"),
    (
        *((StaffRole.CSR, 403), (StaffRole.DISPATCHER, 403), (StaffRole.ACCOUNTANT, 200)),
        *((StaffRole.MANAGER, 200), (StaffRole.ADMIN, 200)),
    ),
)
def test_statements_are_mailed_by_who_keeps_the_books(staff: Any, path: str, role: StaffRole, status: int) -> None:
    client = staff(role)
    assert client.get(path).status_code == status
    page = client.get(path.replace("mail/", ""))
    if page.status_code == 200:
        assert ("Mail this statement" in read(page).links) == (status == 200)


@pytest.mark.parametrize("count", (1, 30))
def test_page_asks_equally_much_of_few_and_many_invoices(
    olga: Client, books: Books, path: str, inside: Any, count: int
) -> None:
    with inside():
        for _at in range(count):
            books.bill(100, ago=2)
            make.add_emails(books.customer, f"more{_at}@example.com", sync=_at == count - 1)
            StatementMail.objects.create(
                customer=books.customer,
                as_of_on=books.day(40 + _at),
                open_minor=1,
                due_minor=1,
                paper={},
                mailed_at=books.moment(40 + _at),
            )
    with statements(10):
        olga.get(path)

"""Statements for many in the office: what pages say, refuse and count."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch, Company
from tests.domain.statements.running import owing
from tests.factories import drain, read, statements

pytestmark = pytest.mark.django_db(transaction=True)
RUNS = "/statements/"


@pytest.fixture
def accountant(staff: Any, inside: Any) -> Client:
    with inside():
        owing("Ana", 10000, "ana@example.com", "ben@example.com")
        owing("=Low", 99, "low@example.com")
        owing("Mute", 4000, "noemail@example.com")
    client: Client = staff(StaffRole.ACCOUNTANT)
    return client


def typed(client: Client, **changed: str) -> dict[str, str]:
    """The form as it stands, with these."""
    (form,) = [form for form in read(client.get(RUNS)).forms if "smallest" in form.fields]
    return {name: value for name, value in form.fields.items() if value} | changed


def prepared(client: Client, inside: Callable[[], Any], **changed: str) -> str:
    """Where the page of a run stands whose preview was made."""
    answer = client.post(RUNS, typed(client, **changed))
    assert answer.status_code == 302, answer.content
    with inside():
        drain(queue="default")
    return str(answer.headers["Location"])


def test_run_is_previewed_mailed_and_told(accountant: Client, inside: Any) -> None:
    address = accountant.post(RUNS, typed(accountant)).headers["Location"]
    assert "The preview is being made" in read(accountant.get(address)).text
    with inside():
        drain(queue="default")
        assert Message.objects.count() == 0
    page = read(accountant.get(address))
    assert page.rows("count") == ["mail", "below", "no_address"]
    assert page.rows("customer") == ["Ana"]
    assert "ana@example.com, ben@example.com" in page.text
    assert "1 customer gets a statement. Together they owe $100.00." in page.text
    assert "$140.99" in page.one(data_row="sum").text
    assert read(accountant.get(address, {"show": "no_address"})).rows("customer") == ["Mute"]
    assert accountant.post(f"{address}start/").status_code == 302
    assert "being mailed" in read(accountant.get(address)).text
    with inside():
        drain()
        assert sorted(Message.objects.values_list("to_email", flat=True)) == ["ana@example.com", "ben@example.com"]
    page = read(accountant.get(address))
    assert page.rows("count") == ["mailed", "below", "no_address"]
    assert "1 customer got a statement in 2 mails." in page.text
    assert len(read(accountant.get(RUNS)).rows("run")) == 1
    accountant.post(f"{address}start/")
    assert "not waiting to be sent" in read(accountant.get(address)).text


def test_run_is_stopped_from_its_page(accountant: Client, inside: Any) -> None:
    address = prepared(accountant, inside)
    assert accountant.post(f"{address}stop/").headers["Location"] == address
    page = read(accountant.get(address))
    assert "Stopped" in page.text
    assert [form for form in page.forms if form.action.endswith(("start/", "stop/"))] == []
    accountant.post(f"{address}start/")
    with inside():
        drain()
        assert Message.objects.count() == 0


@pytest.mark.parametrize("state", ("off", "test"))
def test_run_that_waits_for_the_portal_says_so(accountant: Client, inside: Any, state: str) -> None:
    first, second = prepared(accountant, inside), prepared(accountant, inside)
    accountant.post(f"{first}start/")
    assert "so the run waits" not in read(accountant.get(first)).text
    with inside():
        Company.objects.update(portal_state=state)
        drain()
        assert Message.objects.count() == 0
    assert "The portal is not on, so the run waits." in read(accountant.get(first)).text
    accountant.post(f"{second}start/")
    assert "Turn it on before mailing statements" in read(accountant.get(second)).text


def test_progress_is_a_fragment_that_ends_by_itself(accountant: Client, inside: Any) -> None:
    address = accountant.post(RUNS, typed(accountant)).headers["Location"]
    live = accountant.get(f"{address}progress/", headers={"HX-Request": "true"})
    assert (live.status_code, b"<progress" in live.content, b"<html" in live.content) == (200, True, False)
    assert b'hx-trigger="every 2s"' in live.content
    assert accountant.get(f"{address}progress/").headers["Location"] == address
    with inside():
        drain(queue="default")
    over = accountant.get(f"{address}progress/", headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")


def test_report_says_each_customer_and_runs_no_formula(accountant: Client, inside: Any) -> None:
    address = prepared(accountant, inside)
    accountant.post(f"{address}start/")
    with inside():
        drain()
        Message.objects.filter(to_email="ben@example.com").update(state="bounced", error="550 nobody")
    assert "ben@example.com Came backThe mail server said: 550 nobody" in read(accountant.get(address)).text
    answer = accountant.get(f"{address}report.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    found = list(csv.reader(StringIO(text[1:])))
    assert text.startswith("\ufeff")
    assert found[0] == [
        *("Customer", "Number", "Addresses", "Open invoices", "Total due", "Currency"),
        *("Preview", "Result", "Statement before", "Mails that did not arrive"),
    ]
    assert [[row[0], *row[2:]] for row in found[1:]] == [
        [
            "Ana",
            "ana@example.com, ben@example.com",
            "100.00",
            "100.00",
            "USD",
            "Gets a statement",
            "Mailed",
            "",
            "ben@example.com: 550 nobody",
        ],
        ["'=Low", "low@example.com", "0.99", "0.99", "USD", *["Below the smallest balance"] * 2, "", ""],
        ["Mute", "", "40.00", "40.00", "USD", *["No address with billing access"] * 2, "", ""],
    ]


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    (
        ("as_of_on", "2999-01-01", "still to come"),
        ("as_of_on", "soon", "Enter a day such as"),
        ("smallest", "lots", "is not an amount"),
        ("branch", "3f0f3f0e-0000-4000-8000-000000000000", "not one of the available choices"),
    ),
)
def test_what_cannot_be_is_said_at_its_field(accountant: Client, field: str, wrong: str, said: str) -> None:
    answer = accountant.post(RUNS, typed(accountant, **{field: wrong}))
    page = read(answer)
    assert (answer.status_code, said in " ".join(page.errors)) == (422, True)
    if field != "branch":
        assert wrong in answer.content.decode()


def test_branch_is_asked_for_where_there_are_several(accountant: Client, inside: Any) -> None:
    assert "branch" not in typed(accountant)
    assert "All branches" not in read(accountant.get(RUNS)).text
    with inside():
        Branch.objects.create(name="North", display_name="North", time_zone="America/Denver")
    assert "All branches" in read(accountant.get(RUNS)).text


def test_days_between_two_statements_are_said(staff: Any) -> None:
    for role, may_change in ((StaffRole.ACCOUNTANT, False), (StaffRole.MANAGER, True)):
        page = read(staff(role).get(RUNS))
        assert "Who had a statement within the last 25 days gets none." in page.text
        assert ("Change the days" in page.links) == may_change


def test_unknown_run_is_not_there(accountant: Client) -> None:
    gone = "/statements/3f0f3f0e-0000-4000-8000-000000000000/"
    assert [accountant.get(f"{gone}{tail}").status_code for tail in ("", "progress/", "report.csv")] == [404] * 3
    assert [accountant.post(f"{gone}{tail}").status_code for tail in ("start/", "stop/")] == [404] * 2


@pytest.mark.parametrize(
    ("role", "status"),
    (
        *((StaffRole.CSR, 403), (StaffRole.DISPATCHER, 403), (StaffRole.ACCOUNTANT, 200)),
        *((StaffRole.MANAGER, 200), (StaffRole.ADMIN, 200)),
    ),
)
def test_runs_are_for_who_keeps_the_books(staff: Any, role: StaffRole, status: int) -> None:
    client = staff(role)
    assert client.get(RUNS).status_code == status
    assert ("Statements" in read(client.get("/account/")).links) == (status == 200)


@pytest.mark.parametrize("count", (1, 30))
def test_pages_ask_equally_much_of_few_and_many(staff: Any, inside: Any, count: int) -> None:
    with inside():
        for n in range(count):
            owing(f"Owes{n}", 1000)
    client = staff(StaffRole.ACCOUNTANT)
    address = prepared(client, inside)
    for _n in range(0 if count == 1 else 3):
        prepared(client, inside)
    with statements(3):
        assert len(read(client.get(address)).rows("customer")) == count
    with statements(4):
        client.get(RUNS)
    client.post(f"{address}start/")
    with inside():
        drain(queue="default")
    with statements(4):
        assert len(read(client.get(address)).rows("customer")) == count


def test_long_lists_go_on(staff: Any, inside: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portico.domain.statements.queries.runs.SHOWN", 2)
    with inside():
        for n in range(3):
            owing(f"Owes{n}", 1000)
    client = staff(StaffRole.ACCOUNTANT)
    address = prepared(client, inside)
    page = read(client.get(address))
    further = read(client.get(page.links["Further customers"]))
    assert (len(page.rows("customer")), further.rows("customer")) == (2, ["Owes2"])
    assert "From the start" in further.links

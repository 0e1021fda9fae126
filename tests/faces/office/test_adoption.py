"""The adoption page: each number leads to a list of exactly so many records; what is typed is kept and audited."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from portico.domain.adoption import queries
from portico.domain.adoption.models import CallAssumptions
from portico.domain.billing.models import Payment
from portico.domain.customers.models import Customer
from portico.domain.invitations.models import InviteList
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import billing, drain, people, read
from tests.factories import customers as make
from tests.factories.adoption import LONG, make_busy
from tests.reading import Page

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "/adoption/"
NEXT = "/adoption/invite/"
CALLS = "/adoption/assumptions/"
BELIEVED = {"payment": "0.25", "approval": "1", "booking": "1.5", "change": "0", "minutes_per_call": "10"}


@pytest.fixture
def manager(staff: Any) -> Client:
    client: Client = staff(StaffRole.MANAGER)
    return client


@pytest.fixture
def busy(inside: Any) -> None:
    with inside():
        make_busy()


def leading(page: Page) -> dict[str, int]:
    """Where each number of the page leads, and the number."""
    return {link["href"]: int(link["data-count"]) for link in page.all("a") if "data-count" in link.attributes}


def listed(client: Client, href: str) -> list[str]:
    """The records of a list, on all its pages."""
    found: list[str] = []
    while href:
        page = read(client.get(href))
        found += page.rows("record") or page.rows("candidate")
        href = next((link["href"] for link in page.all("a", rel="next")), "")
    return found


@pytest.mark.parametrize("query", ("", "?months=3"))
def test_every_number_leads_to_a_list_of_so_many(
    manager: Client, busy: None, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 7)
    found = leading(read(manager.get(f"{HERE}{query}")))
    assert len(found) > 30
    wrong = {href: (count, len(listed(manager, href))) for href, count in found.items()}
    assert {href: both for href, both in wrong.items() if both[0] != both[1]} == {}


def test_branch_narrows_numbers_and_lists_alike(manager: Client, busy: None) -> None:
    options = {one.text: one["value"] for one in read(manager.get(HERE)).all("option")}
    whole = leading(read(manager.get(HERE)))
    west = leading(read(manager.get(HERE, {"branch": options["Brightwater West"]})))
    assert 0 < sum(west.values()) < sum(whole.values())
    for href, count in list(west.items())[::5]:
        assert parse_qs(urlsplit(href).query)["branch"] == [options["Brightwater West"]]
        assert len(listed(manager, href)) == count


def test_company_without_anything_sees_zeros_and_what_to_do(manager: Client) -> None:
    page = read(manager.get(HERE))
    assert page.status == 200
    assert leading(page) == {}
    assert page.rows("saved") == ["0"]
    assert page.text.count("Nothing in these months") == 3
    assert "Nobody is left to invite" in page.text
    assert len(page.rows("head")) == 5
    assert "–" in page.text


def test_charts_say_what_they_show_and_have_a_table(manager: Client, busy: None) -> None:
    page = read(manager.get(HERE))
    drawn = [one for one in page.all("svg") if one.get("role") == "img"]
    assert len(drawn) == 5
    for one in drawn:
        title, told = one.get("aria-labelledby").split()
        assert page.one("title", id=title).text
        assert page.one("desc", id=told).text
    captions = [one.text for one in page.all("caption")]
    assert captions == [
        *("How far customers are", "Calls saved", "Payments", "Approved estimates", "Bookings"),
        "People who signed in",
    ]


@pytest.mark.parametrize("count", (1, 30))
def test_statements_do_not_grow(manager: Client, inside: Any, count: int) -> None:
    with inside():
        make_busy(people_count=count + 4, facts=count)
    pages = {HERE: 4, f"{HERE}records/?kind=payments": 2, NEXT: 2, CALLS: 2}
    for address, many in pages.items():
        manager.get(address)
        with statements(many):
            assert manager.get(address).status_code == 200


def test_chosen_people_become_a_list_that_waits_to_be_confirmed(manager: Client, inside: Any) -> None:
    with inside():
        for name in ("ana", "ben", "cleo"):
            billing.make_invoice(make.make_customer(name.title(), f"{name}@example.com"), 5000)
        billing.make_invoice(make.make_customer("Quiet", "quiet@example.com", do_not_mail=True), 5000)
        make.make_customer("Idle", "idle@example.com")
    page = read(manager.get(NEXT))
    assert sorted(page.rows("candidate")) == ["ana@example.com", "ben@example.com", "cleo@example.com"]
    ticked = {page.row("candidate", f"{name}@example.com").one("input")["value"] for name in ("ana", "cleo")}
    answer = manager.post(f"{NEXT}chosen/", {"row": [*ticked, "nonsense"]})
    assert answer.status_code == 302
    drain()
    made = read(manager.get(answer.headers["Location"]))
    assert sorted(made.rows("address")) == ["ana@example.com", "cleo@example.com"]
    assert people.mailbox() == []
    manager.post(f"{answer.headers['Location']}send/")
    drain()
    assert sorted(str(mail["To"]) for mail in people.mailbox()) == ["ana@example.com", "cleo@example.com"]
    assert read(manager.get(NEXT)).rows("candidate") == ["ben@example.com"]


def test_nothing_ticked_says_so_and_makes_no_list(manager: Client, inside: Any) -> None:
    answer = manager.post(f"{NEXT}chosen/", {}, follow=True)
    assert "Tick who should be invited." in read(answer).text
    with inside():
        assert not InviteList.objects.exists()


def test_what_a_call_is_worth_is_changed_and_audited(manager: Client, inside: Any) -> None:
    with inside():
        make_busy()
    assert manager.post(CALLS, BELIEVED).status_code == 302
    page = read(manager.get(HERE))
    assert "at 10 minutes each" in page.text
    assert "1.5" in page.row("act", "booking").text
    with inside():
        entry = AuditEntry.objects.get(verb="adoption.assumptions_changed")
        believed = CallAssumptions.objects.get()
    assert (believed.payment_hundredths, believed.booking_hundredths, believed.minutes_per_call) == (25, 150, 10)
    before = {"payment_hundredths": 40, "approval_hundredths": 70, "booking_hundredths": 100}
    assert entry.facts["before"] == before | {"change_hundredths": 100, "minutes_per_call": 6}
    assert entry.facts["after"]["booking_hundredths"] == 150
    assert entry.actor_name == "Olga Office"
    manager.post(CALLS, BELIEVED)
    with inside():
        assert AuditEntry.objects.filter(verb="adoption.assumptions_changed").count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    (("payment", "a few"), ("approval", "-1"), ("booking", "11"), ("change", "0.123"), ("minutes_per_call", "0")),
)
def test_what_cannot_be_is_refused_and_kept(manager: Client, inside: Any, field: str, typed: str) -> None:
    answer = manager.post(CALLS, BELIEVED | {field: typed})
    page = read(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: ")
    assert page.one("input", name=field)["value"] == typed
    assert page.one("input", name=field)["aria-invalid"] == "true"
    with inside():
        assert not CallAssumptions.objects.exclude(payment_hundredths=40).exists()


def test_files_run_no_formula(manager: Client, inside: Any) -> None:
    with inside():
        busy = make_busy()
        Customer.objects.filter(pk=busy.customers[0].pk).update(name="=HYPERLINK(1)")
        Payment.objects.update(customer=busy.customers[0])
    answer = manager.get(f"{HERE}records/csv/", {"kind": "payments"})
    head, *rows = csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
    assert head == ["Date", "Customer", "What", "Where", "Amount", "Currency"]
    assert len(rows) == len(listed(manager, f"{HERE}records/?kind=payments")) > 5
    assert {(row[1], row[2]) for row in rows} == {("'=HYPERLINK(1)", "'=cmd|' /C calc'!A0")}
    figures = list(csv.reader(io.StringIO(manager.get(f"{HERE}csv/").content.decode("utf-8-sig"))))
    told = {(row[0], row[1], row[2]): int(row[3]) for row in figures if row[0] == "Payments"}
    assert len(told) == 36
    assert sum(told.values()) == len(rows)


def test_lists_of_nothing_known_are_not_found(manager: Client) -> None:
    assert manager.get(f"{HERE}records/", {"kind": "secrets"}).status_code == 404
    for odd in ({"month": "2026-13"}, {"month": "9999-12"}, {"via": "x"}, {"after": "x.y"}, {"after": "9" * 40 + ".x"}):
        assert manager.get(f"{HERE}records/", {"kind": "payments", **odd}).status_code == 200
    assert manager.get(HERE, {"months": "999", "branch": "x"}).status_code == 200


@pytest.mark.parametrize(
    ("role", "may_look", "may_invite", "may_edit"),
    (
        (StaffRole.CSR, 200, True, 403),
        (StaffRole.DISPATCHER, 403, False, 403),
        (StaffRole.ACCOUNTANT, 200, False, 403),
        (StaffRole.MANAGER, 200, True, 200),
    ),
)
def test_who_may_look_invite_and_edit(
    staff: Any, inside: Any, role: StaffRole, may_look: int, may_invite: bool, may_edit: int
) -> None:
    with inside():
        billing.make_invoice(make.make_customer(LONG, "ana@example.com"), 5000)
    desk = staff(role)
    assert desk.get(HERE).status_code == may_look
    assert desk.get(CALLS).status_code == may_edit
    assert (desk.post(f"{NEXT}chosen/", {}).status_code == 302) == may_invite
    if may_look == 200:
        assert bool(read(desk.get(NEXT)).all("input", type="checkbox")) == may_invite
        assert ("Change the assumptions" in read(desk.get(HERE)).text) == (may_edit == 200)

"""Inviting many at once, in the office: what pages say, refuse and count."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client

from portico.domain.invitations.models import InviteList
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Company
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import drain, people, read

pytestmark = pytest.mark.django_db(transaction=True)
LISTS = "/invitations/lists/"


@pytest.fixture
def inside(company: Any) -> Callable[[], Any]:
    return lambda: people.inside(company)


@pytest.fixture
def csr(staff: Any, inside: Any) -> Client:
    with inside():
        for n in range(3):
            make.make_customer(f"New {n}", f"new{n}@example.com")
    client: Client = staff(StaffRole.CSR)
    return client


def upload(client: Client, content: bytes, name: str = "people.csv") -> str:
    """Where the page of the uploaded list is."""
    file = BytesIO(content)
    file.name = name
    answer = client.post(LISTS, {"people": file, "text": ""})
    assert answer.status_code == 302, answer.content
    return str(answer.headers["Location"])


def test_list_is_checked_then_sent_then_told(csr: Client, inside: Any) -> None:
    address = upload(csr, b"new0@example.com\nNEW0@example.com\nghost@example.com\nwrong@\n")
    assert "being read" in read(csr.get(address)).text
    with inside():
        drain()
        assert Message.objects.count() == 0
    page = read(csr.get(address))
    assert page.rows("count") == ["new", "unknown", "malformed", "repeated"]
    assert page.rows("address") == ["new0@example.com", "NEW0@example.com", "ghost@example.com", "wrong@"]
    assert "Nothing was sent yet" in page.text
    assert csr.post(f"{address}send/").status_code == 302
    assert "being sent" in read(csr.get(address)).text
    with inside():
        drain()
        assert list(Message.objects.values_list("to_email", flat=True)) == ["new0@example.com"]
    page = read(csr.get(address))
    assert page.rows("count") == ["sent", "unknown", "malformed", "repeated"]
    assert "1 invitation is on its way" in page.text
    assert read(csr.get(LISTS)).rows("list") == ["people.csv"]
    assert csr.post(f"{address}send/").status_code == 302
    assert "not waiting to be sent" in read(csr.get(address)).text


def test_tick_box_stands_there_only_where_somebody_was_invited(csr: Client, inside: Any) -> None:
    first = upload(csr, b"new0@example.com")
    with inside():
        drain()
    assert "Include emails in Invited status" not in read(csr.get(first)).text
    csr.post(f"{first}send/")
    with inside():
        drain()
    second = upload(csr, b"new0@example.com")
    with inside():
        drain()
    assert "Include emails in Invited status" in read(csr.get(second)).text
    csr.post(f"{second}send/")
    assert "nobody in this list" in read(csr.get(second)).text
    csr.post(f"{second}send/", {"include_invited": "on"})
    with inside():
        drain()
        assert Message.objects.count() == 2


def test_progress_is_a_fragment_that_ends_by_itself(csr: Client, inside: Any) -> None:
    address = upload(csr, b"new0@example.com")
    live = csr.get(f"{address}progress/", headers={"HX-Request": "true"})
    assert (live.status_code, b"<progress" in live.content, b"<html" in live.content) == (200, True, False)
    assert b'hx-trigger="every 2s"' in live.content
    assert csr.get(f"{address}progress/").headers["Location"] == address
    with inside():
        drain()
    over = csr.get(f"{address}progress/", headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")


def test_report_says_each_line_and_runs_no_formula(csr: Client, inside: Any) -> None:
    address = upload(csr, b"x,+1@b@c\n-2@nowhere.example.com,new0@example.com")
    with inside():
        drain()
    csr.post(f"{address}send/")
    with inside():
        drain()
    answer = csr.get(f"{address}report.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeff")
    assert list(csv.reader(StringIO(text[1:]))) == [
        ["Line", "As it stands in the list", "Email", "Found", "Result"],
        ["1", "'+1@b@c", "", "Not an email address", ""],
        ["2", "'-2@nowhere.example.com", "'-2@nowhere.example.com", "Not on any customer or location", ""],
        ["2", "new0@example.com", "new0@example.com", "Can be invited", "Invited"],
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ({}, "Choose a file, or paste addresses below."),
        ({"text": "   "}, "Choose a file, or paste addresses below."),
        ({"text": "a@example.com", "people": b"b@example.com"}, "Upload a file or paste text, not both at once."),
        ({"people": b""}, "The list is empty."),
        ({"people": b"PK\x03\x04"}, "This is not a text file. Save the list as CSV and upload that."),
    ),
)
def test_what_cannot_be_taken_is_said_at_its_field(csr: Client, typed: dict[str, Any], said: str) -> None:
    files = {}
    if "people" in typed:
        files["people"] = BytesIO(typed["people"])
        files["people"].name = "a.csv"
    answer = csr.post(LISTS, {**typed, **files})
    page = read(answer)
    assert answer.status_code == 422
    assert said in page.text
    assert typed.get("text", "").strip() in page.text


def test_pasted_text_is_a_list_too(csr: Client, inside: Any) -> None:
    address = csr.post(LISTS, {"text": "Ana <NEW0@example.com>; new1@example.com"}).headers["Location"]
    with inside():
        drain()
    page = read(csr.get(address))
    assert (page.rows("count"), page.title.startswith("Pasted list")) == (["new"], True)


def test_portal_that_is_off_is_said(csr: Client, inside: Any) -> None:
    address = upload(csr, b"new0@example.com")
    with inside():
        drain()
        Company.objects.update(portal_state="off")
    csr.post(f"{address}send/")
    assert "The portal is off" in read(csr.get(address)).text


@pytest.mark.parametrize("role", (StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_may_not(staff: Any, csr: Client, role: StaffRole) -> None:
    address = upload(csr, b"new0@example.com")
    other = staff(role)
    assert [
        other.get(LISTS).status_code,
        other.get(address).status_code,
        other.post(f"{address}send/").status_code,
    ] == [
        *(403, 403, 403),
    ]


@pytest.mark.parametrize("count", (1, 30, 250))
def test_statements_of_the_pages_do_not_grow(csr: Client, inside: Any, count: int) -> None:
    address = upload(csr, b" ".join(b"p%d@example.com" % n for n in range(count)))
    with inside():
        drain()
        InviteList.objects.bulk_create(
            InviteList(name=f"l{n}", made_at=one.made_at, touched_at=one.touched_at)
            for one in InviteList.objects.all()
            for n in range(min(count, 30))
        )
    with statements(3):
        page = read(csr.get(address))
    assert len(page.rows("address")) == min(count, 100)
    with statements(2):
        csr.get(LISTS)


def test_further_addresses_are_a_page_away(csr: Client, inside: Any) -> None:
    address = upload(csr, b" ".join(b"p%d@example.com" % n for n in range(150)))
    with inside():
        drain()
    first = read(csr.get(address))
    (older,) = [link.get("href") for link in first.all("a") if link.get("rel") == "next"]
    assert read(csr.get(older)).rows("address") == [f"p{n}@example.com" for n in range(100, 150)]
    assert csr.get(f"{address}?after=x").status_code == 200

"""Portal users in the office: states, counts, search, what the mail server said, and what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers import operations
from portico.domain.customers.models import PortalContact
from portico.domain.customers.search import refresh_search
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import drain, people, read

pytestmark = pytest.mark.django_db(transaction=True)
USERS = "/invitations/"


@pytest.fixture
def inside(company: Any) -> Callable[[], Any]:
    return lambda: people.inside(company)


@pytest.fixture
def csr(staff: Any, inside: Any) -> Client:
    with inside():
        make.make_customer("Alvarez", "ana@example.com")
        make.make_customer("Baker", "ben@example.com")
        refresh_search()
    client: Client = staff(StaffRole.CSR)
    return client


def bounce(inside: Any, email: str) -> None:
    with inside():
        row = PortalContact.objects.get(email=email)
        operations.invite(portal_contact=row.public_id, by=people.OFFICE)
        drain()
        message = Message.objects.get(to_email=email)
        messaging.mark_bounced(message_id=message.public_id, reason="550 5.1.1 No <such> user")


def test_states_are_counted_and_listed_with_what_the_server_said(csr: Client, inside: Any) -> None:
    bounce(inside, "ben@example.com")
    page = read(csr.get(USERS))
    assert page.rows("user") == ["ana@example.com"]
    assert [words for words in ("Never invited (1)", "Came back (1)", "Active (0)") if words not in page.text] == []
    bounced = read(csr.get(USERS, {"state": "bounced"}))
    assert bounced.rows("user") == ["ben@example.com"]
    assert "The mail server said: 550 5.1.1 No <such> user" in bounced.text
    assert read(csr.get(USERS, {"state": "nonsense", "after": "x"})).rows("user") == ["ana@example.com"]


def test_search_finds_in_every_state(csr: Client, inside: Any) -> None:
    bounce(inside, "ben@example.com")
    assert read(csr.get(USERS, {"text": "baker"})).rows("user") == ["ben@example.com"]
    assert read(csr.get(USERS, {"text": "ana@example.com"})).rows("user") == ["ana@example.com"]
    assert "Nobody fits" in read(csr.get(USERS, {"text": "zzzzzz"})).text


def test_buttons_do_what_they_say_and_lead_back(csr: Client, inside: Any) -> None:
    with inside():
        ben = PortalContact.objects.select_related("customer").get(email="ben@example.com")
    own = f"/customers/{ben.customer.public_id}/portal/{ben.public_id}"
    forms = {form.action for form in read(csr.get(USERS)).forms}
    acts = sorted(form for form in forms if str(ben.public_id) in form)
    assert [act.rsplit("/", 2)[1] for act in acts] == ["invite", "revoke"], own
    back = f"{USERS}?state=never"
    for act in acts:
        answer = csr.post(act, {"back": back})
        assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert read(csr.get(USERS, {"state": "revoked"})).rows("user") == ["ben@example.com"]
    away = csr.post(acts[1], {"back": "//evil.example.com/"})
    assert away.headers["Location"].startswith(f"/customers/{ben.customer.public_id}/")


def test_dispatchers_may_look_and_invite_and_not_revoke(csr: Client, staff: Any) -> None:
    page = read(staff(StaffRole.DISPATCHER).get(USERS))
    acts = {form.action.rsplit("/", 2)[1] for form in page.forms if "/customers/" in form.action and "-" in form.action}
    assert acts == {"invite"}
    assert "Invite many at once" not in page.text


@pytest.mark.parametrize("count", (1, 30))
def test_statements_do_not_grow(csr: Client, inside: Any, count: int) -> None:
    with inside():
        make.make_customer("Many", *[f"p{n}@example.com" for n in range(count)])
        refresh_search()
    with statements(3):
        assert len(read(csr.get(USERS)).rows("user")) == count + 2
    with statements(4):
        csr.get(USERS, {"text": "many"})


def test_further_users_are_a_page_away(csr: Client, inside: Any) -> None:
    with inside():
        make.make_customer("Many", *[f"p{n}@example.com" for n in range(60)])
    first = read(csr.get(USERS))
    (older,) = [link.get("href") for link in first.all("a") if link.get("rel") == "next"]
    second = read(csr.get(older))
    assert len({*first.rows("user"), *second.rows("user")}) == 62
    assert (len(first.rows("user")), len(second.rows("user"))) == (50, 12)

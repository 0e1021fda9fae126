"""Where a customer cannot go on, the page still says whose it is and whom to call."""

from contextlib import ExitStack

import pytest
from django.db import OperationalError, connection
from django.test import RequestFactory

from portico.faces.ui import error_pages
from portico.foundation.people.entry import Door
from portico.foundation.people.enums import Side
from tests.factories import people, read

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ("get", "post"))
def test_address_that_does_not_exist_shows_whose_portal_it_is(method: str) -> None:
    people.make_company()
    page = read(getattr(people.portal(), method)("/nonsense/"))
    assert (page.status, page.title) == (404, "We cannot find that page – Brightwater Home")
    assert "tel:+15125550100" in page.links.values()


def test_address_that_does_not_exist_on_no_portal_names_nobody() -> None:
    people.make_company()
    page = read(people.portal("nobody").get("/nonsense/"))
    assert (page.status, page.title) == (404, "We cannot find that page")


def test_address_that_does_not_exist_is_answered_without_a_database(rf: RequestFactory) -> None:
    request = rf.get("/nonsense/")
    request.door, request.entry = Door("demo", Side.CUSTOMER), None

    def unreachable(*_statement: object) -> None:
        raise OperationalError

    with ExitStack() as request.transaction_of_get, connection.execute_wrapper(unreachable):
        page = read(error_pages.not_found(request, Exception()))
    assert (page.status, page.title) == (404, "We cannot find that page")


@pytest.mark.parametrize(
    ("sent_from", "back"),
    (("http://demo.localhost/account/?tab=name", "/account/?tab=name"), ("http://evil.example/account/", ""), ("", "")),
)
def test_form_sent_after_the_session_ended_says_so_and_leads_back(sent_from: str, back: str) -> None:
    people.make_company()
    browser = people.portal()
    answer = browser.post("/account/", {"act": "name", "name": "Ana"}, headers={"referer": sent_from})
    page = read(browser.get(answer["Location"]))
    assert (page.h1, "what you sent was not saved" in page.text) == ("Sign in", True)
    assert page.form("/sign-in/").fields["next"] == back

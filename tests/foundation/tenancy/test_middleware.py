"""A GET is one read-only transaction that keeps nothing; a POST opens none; the scope ends with the request."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portico.config import portal_urls
from portico.faces.ui.guards import open_to_all
from portico.foundation.people import middleware
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import noting
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_id_or_none, current_company_id
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)
seen: list[Any] = []


@open_to_all
def writing(request: HttpRequest) -> HttpResponse:
    """What no GET may do: planted here to see it fail."""
    with transaction.atomic():
        Branch.objects.update(name="Written")
    return HttpResponse("done")


@open_to_all
def looking(request: HttpRequest) -> HttpResponse:
    is_inside = connection.in_atomic_block
    with transaction.atomic():
        seen.append((current_company_id(), is_inside, Branch.objects.get().name))
    return HttpResponse("done")


@open_to_all
def breaking(request: HttpRequest) -> HttpResponse:
    raise KeyError("a bug")


@open_to_all
def guarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Branch.objects.count()))


@open_to_all
@noting
def opening(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        Branch.objects.update(name="Noted")
    return HttpResponse("done")


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = ModuleType("planted_urls")
    views = (writing, looking, breaking, opening, guarded)
    urls.urlpatterns = [  # type: ignore[attr-defined]
        *(path(f"{view.__name__}/", view) for view in views),
        *portal_urls.urlpatterns,
    ]
    for name in ("handler404", "handler500", "handler403", "handler400"):
        setattr(urls, name, getattr(portal_urls, name))
    monkeypatch.setitem(middleware.URLCONF, Side.CUSTOMER, urls)  # type: ignore[arg-type]
    seen.clear()


@pytest.fixture
def company() -> int:
    return people.make_company("alder").id


@pytest.fixture
def browser(company: int) -> Client:
    return people.portal("alder")


def name_of_branch(company: int) -> str:
    with people.company_scope(company), transaction.atomic():
        return Branch.objects.get().name


def test_get_that_writes_fails_and_changes_nothing(browser: Client, company: int) -> None:
    with pytest.raises(InternalError, match="read-only"):
        browser.get("/writing/")
    assert (name_of_branch(company), company_id_or_none()) == ("Brightwater Home", None)


def test_head_that_writes_fails_too(browser: Client) -> None:
    with pytest.raises(InternalError, match="read-only"):
        browser.head("/writing/")


def test_post_that_writes_is_kept(browser: Client, company: int) -> None:
    assert browser.post("/writing/").status_code == 200
    assert name_of_branch(company) == "Written"


def test_get_that_notes_something_down_runs_like_a_post(browser: Client, company: int) -> None:
    assert browser.get("/opening/").status_code == 200
    assert name_of_branch(company) == "Noted"


def test_get_runs_in_the_open_transaction_and_a_post_in_none(browser: Client, company: int) -> None:
    browser.get("/looking/")
    browser.post("/looking/")
    assert seen == [(company, True, "Brightwater Home"), (company, False, "Brightwater Home")]


def test_post_that_reads_without_a_transaction_is_a_bug(browser: Client) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        browser.post("/guarded/")


@pytest.mark.parametrize("method", ("get", "post"))
def test_request_that_breaks_leaves_no_scope_and_no_transaction(method: str, browser: Client, company: int) -> None:
    browser.raise_request_exception = False
    assert getattr(browser, method)("/breaking/").status_code == 500
    assert (company_id_or_none(), connection.in_atomic_block) == (None, False)
    assert name_of_branch(company) == "Brightwater Home"


def test_one_connection_serves_two_companies_in_turn(browser: Client, company: int) -> None:
    other = people.make_company("birch").id
    for client in (browser, people.portal("birch"), browser):
        client.get("/looking/")
    assert [found for found, _, _ in seen] == [company, other, company]


def test_unknown_host_is_told_nothing(browser: Client) -> None:
    assert people.portal("nobody").get("/looking/").status_code == 404
    assert seen == []

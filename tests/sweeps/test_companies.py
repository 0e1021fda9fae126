"""The two-company sweep: with the ids, cookies and secrets of one company nothing of the other can be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from portico.foundation.people.browser import COOKIE
from portico.foundation.people.enums import Side
from tests.factories import people, read
from tests.factories.world import World
from tests.sweeps import probes, urls, walls
from tests.sweeps.browsing import Journey, ask, travel
from tests.sweeps.probes import Finding

STANDING = {
    "all": {},
    "no managers": {"managers": True},
    "no row security": {"row_security": True},
}


# No bills: who may see the history, or owns the account, finds them.
HISTORY = {
    "appointment",
    "hold",
    "waiting",
    "job_type",
    "document",
    "estimate",
    "household_member",
    "job",
    "location",
    "membership",
    "membership_visit",
    "question",
    "unit",
    "visit_offer",
}
# Kinds of visits are offered to every customer of a company.
COMMON = {"job_type", "question", "limit", "holiday"}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What somebody else sees when everything is as it should be."""

    office: Journey
    portal: Journey
    neighbours: tuple[Journey, ...]
    household: Journey


@pytest.fixture(scope="module")
def elsewhere(world: World, django_db_blocker: DjangoDbBlocker) -> Elsewhere:
    with django_db_blocker.unblock():
        return Elsewhere(
            office=travel(world.b.office("admin")),
            portal=travel(world.b.visitor("alma")),
            neighbours=(travel(world.a.visitor("carl")), travel(world.a.visitor("dora"))),
            household=travel(world.a.visitor("alma")),
        )


@pytest.fixture
def database_open(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """No transaction around the test: switching row-level security waits for every lock."""
    with django_db_blocker.unblock():
        yield


def swept(world: World, elsewhere: Elsewhere) -> Iterator[Finding]:
    a, b = world.a, world.b
    foreign = b.ids
    office = [
        *probes.by_parameter(urls.OFFICE, own=a, ids=foreign),
        *probes.by_query(urls.OFFICE, ids=foreign),
        *probes.by_secret(urls.OFFICE, b),
        *probes.by_journey(elsewhere.office),
    ]
    portal = [
        *probes.by_parameter(urls.PORTAL, own=a, ids=foreign),
        *probes.by_query(urls.PORTAL, ids=foreign),
        *probes.by_secret(urls.PORTAL, b),
        *probes.by_journey(elsewhere.portal),
    ]
    yield from probes.findings(a.office("admin"), office)
    yield from probes.findings(a.visitor("alma"), portal)
    yield from probes.findings(people.portal(a.host), probes.by_secret(urls.PORTAL, b))
    yield from probes.findings(people.office(a.host), probes.by_secret(urls.OFFICE, b))


@pytest.mark.parametrize("standing", STANDING)
def test_nothing_of_the_other_company_is_found(
    standing: str, world: World, elsewhere: Elsewhere, database_open: None
) -> None:
    with walls.without(**STANDING[standing]):
        assert list(swept(world, elsewhere)) == []


def test_sweep_finds_something_when_both_walls_are_down(
    world: World, elsewhere: Elsewhere, database_open: None
) -> None:
    with walls.without(managers=True, row_security=True):
        assert any((found.status, found.usual) == (200, 404) for found in swept(world, elsewhere))


def test_other_customers_of_the_same_company_are_not_found(
    world: World, elsewhere: Elsewhere, database_open: None
) -> None:
    a = world.a
    theirs = {kind: [] if kind in COMMON else a.ids_of(kind, "carl", "dora") for kind in urls.PARAMETERS.values()}
    asked = [
        *probes.by_parameter(urls.PORTAL, own=a, ids=theirs.__getitem__),
        *probes.by_query(urls.PORTAL, ids=lambda kind: a.ids_of(kind, "carl", "dora")),
        *(probe for journey in elsewhere.neighbours for probe in probes.by_journey(journey)),
    ]
    for who in ("alma", "ben", "stranger"):
        assert list(probes.findings(a.visitor(who), asked)) == []


@pytest.mark.parametrize("who", ("house", "revoked", "gone"))
def test_bills_are_not_found_without_billing_access(
    who: str, world: World, elsewhere: Elsewhere, database_open: None
) -> None:
    a = world.a
    bills = [
        *probes.by_parameter(urls.PORTAL, own=a, ids=lambda kind: [] if kind in HISTORY else a.ids(kind)),
        *probes.by_query(urls.PORTAL, ids=lambda kind: a.ids(kind) if kind in {"invoice", "payment"} else []),
        *probes.by_journey(elsewhere.household, only=lambda address: "invoice" in address or "payment" in address),
    ]
    of_estimates = probes.by_parameter(urls.PORTAL, own=a, ids=lambda kind: a.ids(kind) if kind == "estimate" else [])
    bills += [probe for probe in of_estimates if probe.address.endswith("/deposit/")]
    bills = [probe for probe in bills if "customer=" not in probe.address]
    assert len(bills) > 20
    assert list(probes.findings(a.visitor(who), bills)) == []


def test_location_contact_finds_the_bills_of_jobs_there_and_no_other(
    world: World, elsewhere: Elsewhere, database_open: None
) -> None:
    a = world.a
    theirs = {str(a.invoices["cottage"].public_id), str(a.payments["cottage"].public_id)}
    bills = {
        probe
        for probe in probes.by_parameter(urls.PORTAL, own=a, ids=a.ids)
        if not any(one in probe.address for one in theirs)
    }
    assert list(probes.findings(a.visitor("tenant"), bills)) == []
    assert ask(a.visitor("tenant"), "get", f"/invoices/{a.invoices['cottage'].public_id}/").status == 200


@pytest.mark.parametrize("standing", STANDING)
def test_no_page_shows_an_id_or_a_name_of_the_other_company(standing: str, world: World, database_open: None) -> None:
    with walls.without(**STANDING[standing]):
        journeys = [travel(world.a.office("admin")), travel(world.a.visitor("alma"))]
        searched = [
            ask(world.a.office("admin"), "get", f"/customers/?q={words}")
            for words in ("Birch", "alma@example.com", "Alma")
        ]
    foreign = {str(one) for kind in ("customer", "invoice", "payment", "portal_contact") for one in world.b.ids(kind)}
    pages = [answer for journey in journeys for answer in journey.pages] + searched
    assert len(pages) > 20
    for page in pages:
        assert foreign.isdisjoint(re.findall(probes.UUID, page.text)), page.address
        shown = page.read.text.replace("“Birch”", "")
        assert "Birch" not in shown, page.address


def test_every_parameter_is_known() -> None:
    """A URL with a new parameter says in tests/sweeps/urls.py what that names, on the day it is born."""
    known = urls.PARAMETERS.keys() | urls.TOKENS | urls.DIGESTS | urls.FREE
    unknown = {
        (pattern.name, name)
        for face in (urls.PORTAL, urls.OFFICE)
        for pattern in urls.patterns(face)
        for name in urls.parameters(pattern)
        if name not in known
    }
    assert unknown == set()


@pytest.mark.parametrize(("side", "path"), ((Side.CUSTOMER, "/invoices/"), (Side.STAFF, "/customers/")))
def test_session_of_one_company_is_nobody_in_the_other(
    side: Side, path: str, world: World, database_open: None
) -> None:
    browser = {Side.CUSTOMER: people.portal, Side.STAFF: people.office}[side]
    ours = world.a.visitor("alma") if side == Side.CUSTOMER else world.a.office("admin")
    theirs = browser(world.b.host)
    theirs.cookies[COOKIE[side]] = ours.cookies[COOKIE[side]].value
    assert (ask(ours, "get", path).status, ask(theirs, "get", path).leads_to.split("?")[0]) == (200, "/sign-in/")


@pytest.mark.parametrize("path", ("/", "/invoices/", "/customers/"))
def test_customers_session_is_nobody_in_the_office(path: str, world: World, database_open: None) -> None:
    office = people.office(world.a.host)
    secret = world.a.visitor("alma").cookies[COOKIE[Side.CUSTOMER]].value
    office.cookies[COOKIE[Side.CUSTOMER]] = office.cookies[COOKIE[Side.STAFF]] = secret
    answer = ask(office, "get", path)
    assert answer.status == 404 or answer.leads_to.startswith("/sign-in/")


def test_form_token_of_one_company_is_refused_in_the_other(world: World, database_open: None) -> None:
    def opened(host: str) -> tuple[Client, str]:
        client = Client(enforce_csrf_checks=True, headers={"host": f"{host}.localhost"})
        form = next(form for form in read(client.get("/sign-in/")).forms if form.method == "post")
        return client, form.fields["csrfmiddlewaretoken"]

    (_, token), (theirs, other) = opened(world.a.host), opened(world.b.host)
    sent = {"email": "alma@example.com", "password": people.PASSWORD}
    assert theirs.post("/sign-in/", sent | {"csrfmiddlewaretoken": token}).status_code == 403
    assert theirs.post("/sign-in/", sent | {"csrfmiddlewaretoken": other}).status_code != 403


@pytest.mark.parametrize(
    "host",
    ("nobody.localhost", "office.nobody.localhost", "localhost", "127.0.0.1", "alder.example.com", "x.alder.localhost"),
)
@pytest.mark.parametrize("path", ("/", "/sign-in/", "/invoices/", "/customers/"))
def test_unknown_host_is_told_nothing_and_given_no_cookie(
    host: str, path: str, world: World, database_open: None
) -> None:
    secret = world.a.visitor("alma").cookies[COOKIE[Side.CUSTOMER]].value
    client = Client(headers={"host": host})
    client.cookies[COOKIE[Side.CUSTOMER]] = secret
    for response in (client.get(path), client.post(path)):
        assert (response.status_code, list(response.cookies)) == (404, [])

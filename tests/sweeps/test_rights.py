"""Household pages, and the matrix: every right by every page and act of the portal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from portico.config import env
from portico.domain.customers import operations
from portico.domain.customers.enums import Right
from portico.domain.customers.household_rules import Given, complete
from portico.domain.customers.models import HouseholdMember, Location
from portico.domain.documents.models import Document
from portico.domain.estimates.models import Estimate
from portico.faces.customer.rights import RIGHTS_NEEDED
from portico.faces.ui.guards import guard_of
from portico.foundation.people import operations as people_operations
from tests.factories import people, read
from tests.factories.world import Firm, World
from tests.sweeps import urls
from tests.sweeps.browsing import ask

pytestmark = pytest.mark.django_db
PORTAL = urls.PORTAL
RIGHTS = {
    "nothing else": frozenset({Right.BOOK}),
    **{right.value: complete(frozenset({right})) for right in Right},
    "everything": frozenset(Right),
}
# What no right opens: it is the account holder's, the owner's, or the invited person's own.
OWNERS_ONLY = {name for name in RIGHTS_NEEDED if name.startswith(("payment_method", "household_"))}
DOCUMENT = env.PROJECT / "docs" / "permissions.md"


@pytest.fixture
def firm(world: World) -> Firm:
    return world.a


def guarded_names() -> set[str]:
    found = {pattern.name: guard_of(pattern.callback) for pattern in urls.patterns(PORTAL)}
    return {name for name, guard in found.items() if str(guard).startswith("visitor")}


def test_every_page_of_the_portal_says_which_right_it_needs() -> None:
    assert set(RIGHTS_NEEDED) == guarded_names()


def test_documented_table_is_the_one_in_code() -> None:
    written = re.findall(r"^\| `(\w+)` \| (\w*) ?\|$", DOCUMENT.read_text(), re.M)
    assert dict(written) == {name: right.value if right else "" for name, right in RIGHTS_NEEDED.items()}


def let_in(firm: Firm, rights: frozenset[Right], *, place: str = "") -> Client:
    """The browser of somebody whom Alma has let in with these rights."""
    with firm.inside():
        at = Location.objects.filter(name__startswith=place).get() if place else None
        login = people.make_login("new@example.com", name="Nora New")
        member = operations.invite_member(
            customer=firm.customers["alma"].public_id,
            location=at.public_id if at else None,
            email=login.email,
            given=Given(rights, approve_up_to_minor=500_00),
            message="",
            owner="alma@example.com",
            by=people.OFFICE,
        )
        by = people_operations.actor_of(login, "")
        operations.accept_household(member=member, email=login.email, name=login.name, by=by)
    return people.sign_in(people.portal(firm.host), login)


def addresses(firm: Firm) -> Iterator[tuple[str, str]]:
    """Each page and act with the ids of Alma's things; the open invoice where one is paid."""
    for pattern in urls.patterns(PORTAL):
        if pattern.name not in RIGHTS_NEEDED:
            continue
        ids = [_one(firm, urls.PARAMETERS[name], pattern.name) for name in urls.parameters(pattern)]
        query = f"?invoice={firm.invoices['open'].public_id}" if pattern.name == "pay" else ""
        yield pattern.name, reverse(pattern.name, args=ids, urlconf=PORTAL) + query


def _one(firm: Firm, kind: str, page: str) -> UUID:
    if kind == "invoice":
        return firm.invoices["open"].public_id
    if page == "form_pdf":
        with firm.inside():
            return Document.objects.filter(customer=firm.customers["alma"], kind="form", is_shared=True)[0].public_id
    signed = {"estimate_deposit": "Boiler", "estimate_proof": "Signed pump"}
    if page in signed:
        with firm.inside():
            return Estimate.objects.get(name=signed[page]).public_id
    return firm.ids_of(kind, "alma")[0]


def is_there(client: Client, address: str) -> bool:
    """Whether the page or act answers at all; what is only posted is posted."""
    answer = ask(client, "get", address)
    return (ask(client, "post", address) if answer.status == 405 else answer).status != 404


@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
def test_pages_and_acts_are_there_for_their_right_only(firm: Firm, rights: frozenset[Right]) -> None:
    """Every right by every page and act: what it opens answers, everything else is 404 as if it were not there."""
    client = let_in(firm, rights)
    found = {name for name, address in addresses(firm) if is_there(client, address)}
    assert found == {name for name, right in RIGHTS_NEEDED.items() if right is None or right in rights} - OWNERS_ONLY


def test_an_owner_finds_everything(firm: Firm) -> None:
    alma = firm.visitor("alma")
    found = {name for name, address in addresses(firm) if is_there(alma, address)}
    assert set(RIGHTS_NEEDED) - found == {"household_accept", "household_leave"}


@pytest.mark.parametrize("rights", RIGHTS.values(), ids=RIGHTS)
def test_navigation_shows_what_is_there(firm: Firm, rights: frozenset[Right]) -> None:
    client = let_in(firm, rights)
    page = read(client.get("/"))
    links = {link.get("href") for link in page.all("a") if link.get("href", "").startswith("/")}
    dead = sorted(href for href in links if client.get(href).status_code == 404)
    assert dead == []


def test_saved_methods_stay_with_the_account_holder(firm: Firm) -> None:
    client = let_in(firm, frozenset(Right))
    assert [client.get("/payment-methods/").status_code, firm.visitor("alma").get("/payment-methods/").status_code] == [
        404, 200,
    ]  # fmt: skip
    page = client.get(f"/invoices/pay/?invoice={firm.invoices['open'].public_id}").content.decode()
    saved = str(firm.ids_of("payment_method", "alma")[0])
    assert (saved in page, "save it for next time" in page) == (False, False)


def test_place_of_a_member_is_the_only_one(firm: Firm) -> None:
    client = let_in(firm, frozenset(Right), place="Cottage")
    with firm.inside():
        done = firm.customers["alma"].jobs.select_related("location")
        jobs = {job.location.name.split()[0]: job.public_id for job in done}
    statuses = {name: client.get(f"/jobs/{job}/").status_code for name, job in jobs.items()}
    assert statuses == {"Alma": 404, "Cottage": 200}
    named = {name: f"/invoices/{firm.invoices[name].public_id}/" for name in ("open", "cottage")}
    bills = {name: client.get(address).status_code for name, address in named.items()}
    assert bills == {"open": 404, "cottage": 200}


def test_owner_invites_and_sees_who_is_there(firm: Firm) -> None:
    alma = firm.visitor("alma")
    customer = firm.customers["alma"].public_id
    posted = {"customer": customer, "email": "zoe@example.com", "history": "on", "message": "Hi"}
    response = alma.post("/account/household/invite/", posted)
    assert (response.status_code, response.headers["Location"]) == (302, "/account/household/")
    assert "zoe@example.com" in read(alma.get("/account/household/")).text


def test_inviting_asks_for_the_password_and_keeps_what_was_typed(firm: Firm) -> None:
    alma = firm.visitor("alma")
    people.make_stale(firm.people["alma"])
    posted = {"customer": firm.customers["alma"].public_id, "email": "zoe@example.com", "history": "on"}
    response = alma.post("/account/household/invite/", posted)
    assert (response.status_code, "zoe@example.com" in response.content.decode()) == (403, True)
    with firm.inside():
        assert HouseholdMember.objects.filter(email="zoe@example.com").count() == 0


def test_refused_form_keeps_what_was_typed(firm: Firm) -> None:
    response = firm.visitor("alma").post(
        "/account/household/invite/",
        {"customer": firm.customers["alma"].public_id, "email": "zoe@example.com", "approve": "on"},
    )
    page = response.content.decode()
    assert (response.status_code, "Say up to which amount" in page, "zoe@example.com" in page) == (422, True, True)


@pytest.mark.parametrize("act", ("", "resend/", "revoke/", "accept/", "leave/"))
@pytest.mark.parametrize("who", ("carl", "house", "guest"))
def test_members_of_others_do_not_exist(firm: Firm, who: str, act: str) -> None:
    """Carl is a stranger; house is an owner, who may not accept or leave for others; a guest owns nothing."""
    with firm.inside():
        friend = HouseholdMember.objects.get(email="friend@example.com").public_id
    status = firm.visitor(who).post(f"/account/household/{friend}/{act}").status_code
    is_owner_act = who == "house" and act in ("", "resend/", "revoke/")
    assert (status == 404) == (not is_owner_act)


def test_existing_login_accepts_and_leaves(firm: Firm) -> None:
    ben = firm.visitor("ben")
    with firm.inside():
        member = HouseholdMember.objects.get(email="ben@example.com").public_id
        job = firm.customers["alma"].jobs.order_by("pk")[0].public_id
    seen = [ben.get(f"/jobs/{job}/").status_code]
    ben.post(f"/account/household/{member}/accept/")
    seen.append(ben.get(f"/jobs/{job}/").status_code)
    ben.post(f"/account/household/{member}/leave/")
    seen.append(ben.get(f"/jobs/{job}/").status_code)
    assert seen == [404, 200, 404]


def test_revoked_at_the_next_request(firm: Firm) -> None:
    guest = firm.visitor("guest")
    with firm.inside():
        member = HouseholdMember.objects.get(email="guest@example.com").public_id
    before = guest.get("/jobs/").status_code
    firm.visitor("alma").post(f"/account/household/{member}/revoke/")
    assert (before, guest.get("/jobs/").status_code, guest.get("/").status_code) == (200, 404, 200)


def test_office_overrules(firm: Firm) -> None:
    office, customer = firm.office("csr"), firm.customers["alma"].public_id
    with firm.inside():
        member = HouseholdMember.objects.get(email="guest@example.com").public_id
    address = f"/customers/{customer}/household/{member}/"
    office.post(address, {"book": "on", "memo": "asked by phone"})
    statuses = [firm.visitor("guest").get("/jobs/").status_code]
    record = read(office.get(f"/customers/{customer}/")).text
    office.post(f"{address}revoke/")
    with firm.inside():
        row = HouseholdMember.objects.get(public_id=member)
        assert (row.memo, row.may_book, row.may_see_history, row.revoked_by_name) == (
            "asked by phone", True, False, "Olga Office",
        )  # fmt: skip
    assert (statuses, "asked by phone" in record) == ([404], True)
    assert firm.office("dispatcher").post(address, {}).status_code == 403

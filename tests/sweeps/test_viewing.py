"""Staff who look at the portal as a contact: they see what the contact sees, and can change nothing at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.utils import InternalError
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portico.domain.customers import operations
from portico.domain.customers.models import PortalContact
from portico.faces.customer.rights import RIGHTS_NEEDED
from portico.faces.customer.viewing import guard
from portico.foundation.people.browser import COOKIE, VIEWING_COOKIE
from portico.foundation.people.enums import Side
from portico.foundation.people.models import Login, LoginSession, PortalViewing
from portico.foundation.people.permissions import ALLOWED, Action
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Company
from tests.counting import FREE
from tests.factories import people, read
from tests.factories.world import Firm, World
from tests.sweeps import urls
from tests.sweeps.browsing import ask, travel
from tests.sweeps.looking import ENDINGS, OFFICE_ENDINGS, too_long, viewer, way_over

pytestmark = pytest.mark.django_db
PORTAL = urls.PORTAL


@pytest.fixture
def firm(world: World) -> Firm:
    return world.a


def addresses(firm: Firm) -> Iterator[tuple[str, str]]:
    """Every URL of the portal, with ids of Alma's things and secrets of this company."""
    for pattern in urls.patterns(PORTAL):
        names = urls.parameters(pattern)
        if set(names) & urls.FREE or pattern.name == "viewing_end":
            continue
        for token in firm.tokens.values() if "token" in names else [""]:
            fixed = {"token": token, "digest": firm.logo}
            given = {name: fixed.get(name) or firm.ids_of(urls.PARAMETERS[name], "alma")[0] for name in names}
            yield pattern.name or "", reverse(pattern.name or "", PORTAL, kwargs=given)


def everything() -> dict[str, Any]:
    """Each row of each table, as this test's transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = sorted(name for (name,) in cursor.fetchall())
        found = {}
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            found[table] = cursor.fetchone()[0]
    return found


def dump(firm: Firm) -> dict[str, Any]:
    with firm.inside():
        return everything()


def test_viewer_sees_the_pages_of_the_contact(firm: Firm) -> None:
    """The same text, but for the banner, the way out, and acts on what is saved."""
    seen, own = viewer(firm, "alma@example.com"), firm.visitor("alma")
    for page in ("/", "/invoices/", "/jobs/", "/equipment/", "/memberships/", "/documents/", "/payments/"):
        texts = [read(client.get(page)).one("main").text for client in (seen, own)]
        assert texts[0] == texts[1], page


@pytest.mark.parametrize("email", ("house@example.com", "tenant@example.com"))
def test_viewer_gets_what_the_contact_gets_and_nothing_else(firm: Firm, email: str) -> None:
    """Every page with Alma's ids is there for the viewer exactly where the contact finds it."""
    seen, own = viewer(firm, email), firm.visitor(email.partition("@")[0])
    looked = {}
    for name, address in addresses(firm):
        if name in RIGHTS_NEEDED and ask(own, "get", address).status in (200, 404):
            looked[name] = (ask(seen, "get", address).status, ask(own, "get", address).status)
    allowed = {name for name, (mine, theirs) in looked.items() if mine != theirs}
    assert allowed <= {"payment_return", "payment_method_return", "payment_method_remove", "confirm"}, looked


def test_nobody_enrolled_is_seen_too(firm: Firm) -> None:
    page = read(viewer(firm, "invited@example.com").get("/"))
    assert "Olga Office views the portal as invited@example.com" in page.text
    with firm.inside():
        assert Login.objects.filter(email="invited@example.com").count() == 0


@pytest.mark.parametrize(("email", "customer"), (("revoked@example.com", "alma"), ("noemail@example.com", "carl")))
def test_who_reaches_nothing_sees_nothing(firm: Firm, email: str, customer: str) -> None:
    seen = viewer(firm, email, customer=customer)
    assert (seen.get("/").status_code, seen.get("/invoices/").status_code, seen.get("/jobs/").status_code) == (
        200,
        404,
        404,
    )


def test_posting_anywhere_changes_no_row(firm: Firm) -> None:
    seen = viewer(firm, "alma@example.com")
    before, answers = dump(firm), {}
    for name, address in addresses(firm):
        if name in ("viewing_start", "healthz", "readyz", "brand-css", "csp-reports"):
            continue
        for method in ("post", "put", "delete", "patch"):
            answers[name, method] = getattr(seen, method)(address).status_code
    assert (set(answers.values()), dump(firm)) == ({403}, before)


def test_looking_anywhere_changes_no_row(firm: Firm) -> None:
    """Also the pages that note something: links from mails, the returns from the gateway, last seen."""
    seen = viewer(firm, "alma@example.com")
    with firm.inside():
        LoginSession.objects.update(seen_at="2020-01-01T00:00:00Z", idle_minutes=None)
    before = dump(firm)
    for _name, address in addresses(firm):
        b"".join(seen.get(address))
    assert dump(firm) == before


def test_transaction_refuses_without_the_guard(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall behind the guard: PostgreSQL itself writes nothing in a viewed request."""
    monkeypatch.setattr(guard, "_only_shows", lambda request, view: True)
    seen = viewer(firm, "alma@example.com")
    seen.raise_request_exception = True
    before = dump(firm)
    with pytest.raises(InternalError, match="read-only transaction"):
        seen.post("/account/", {"act": "name", "name": "Mallory"})
    seen.raise_request_exception = False
    for _name, address in addresses(firm):
        if not address.startswith(("/hooks/", "/csp-reports")):
            seen.post(
                address, {"act": "name", "name": "Mallory", "email": "eve@example.com", "password": "long and fresh"}
            )
    assert dump(firm) == before


def test_refusal_says_why_and_keeps_the_banner(firm: Firm) -> None:
    answer = viewer(firm, "alma@example.com").post("/account/", {"act": "name", "name": "Mallory"})
    page = read(answer)
    assert (answer.status_code, "You can only look" in page.text, "End viewing" in page.text) == (403, True, True)


def test_whole_journey_answers_and_wears_the_banner(firm: Firm) -> None:
    journey = travel(viewer(firm, "alma@example.com"))
    assert journey.by_status(500) == []
    bare = [page.address for page in journey.pages if "views the portal as" not in page.text]
    assert bare == []
    assert len(journey.pages) > 20


@pytest.mark.parametrize("role", StaffRole)
def test_only_some_roles_look_as_contacts(firm: Firm, role: StaffRole) -> None:
    with firm.inside():
        row = PortalContact.objects.get(customer=firm.customers["alma"], email="alma@example.com").public_id
    address = f"/customers/{firm.customers['alma'].public_id}/addresses/{row}/view-as/"
    status = firm.office(role.value).post(address).status_code
    assert status == (302 if role in ALLOWED[Action.VIEW_AS_CONTACT] else 403)


def test_addresses_of_others_lead_nowhere(firm: Firm) -> None:
    with firm.inside():
        foreign = PortalContact.objects.get(customer=firm.customers["carl"], email="carl@example.com").public_id
        gone = PortalContact.objects.get(email="gone@example.com")
    office, alma, dora = firm.office("admin"), firm.customers["alma"].public_id, firm.customers["dora"].public_id
    found = [
        office.post(f"/customers/{a}/addresses/{b}/view-as/").status_code
        for a, b in ((alma, foreign), (dora, gone.public_id))
    ]
    assert found == [404, 404]


def test_way_over_of_another_company_is_nothing(world: World) -> None:
    _office, path = way_over(world.a, "alma@example.com")
    other = people.portal(world.b.host)
    assert (other.get(path).status_code, VIEWING_COOKIE in other.cookies) == (404, False)
    assert people.portal(world.a.host).get(path).status_code == 302


def test_cookie_of_another_company_is_nothing(world: World) -> None:
    secret = viewer(world.a, "alma@example.com").cookies[VIEWING_COOKIE].value
    other = people.portal(world.b.host)
    other.cookies[VIEWING_COOKIE] = secret
    answer = other.get("/")
    assert (answer.status_code, "Viewing has ended" in read(answer).text) == (403, True)


def test_way_over_works_once(firm: Firm) -> None:
    _office, path = way_over(firm, "alma@example.com")
    assert [people.portal(firm.host).get(path).status_code for _ in range(2)] == [302, 410]


def test_second_way_over_ends_the_first_look(firm: Firm) -> None:
    seen = viewer(firm, "alma@example.com")
    first = seen.cookies[VIEWING_COOKIE].value
    _office, path = way_over(firm, "house@example.com")
    assert seen.get(path).status_code == 302
    texts = [read(seen.get("/")).text]
    seen.cookies[VIEWING_COOKIE] = first
    texts.append(read(seen.get("/")).text)
    assert ("as house@example.com" in texts[0], "Viewing has ended" in texts[1]) == (True, True)


def test_way_over_is_too_old_after_a_minute(firm: Firm) -> None:
    _office, path = way_over(firm, "alma@example.com")
    with firm.inside():
        row = PortalViewing.objects.get()
        assert (row.link_expires_at - row.made_at).total_seconds() == 60
        PortalViewing.objects.update(link_expires_at="2026-01-01T00:00:00Z")
    assert people.portal(firm.host).get(path).status_code == 410


@pytest.mark.parametrize("change", ENDINGS)
def test_viewing_ends_at_the_next_request(firm: Firm, change: Any) -> None:
    seen = viewer(firm, "alma@example.com")
    before = seen.get("/").status_code
    with firm.inside():
        change(firm)
    answer = seen.get("/jobs/")
    assert (before, answer.status_code, "Viewing has ended" in read(answer).text) == (200, 403, True)
    live = seen.get("/", headers={"HX-Request": "true"})
    assert (live.status_code, live.headers["HX-Refresh"]) == (403, "true")
    left = seen.post("/viewing/end/")
    assert left.cookies[VIEWING_COOKIE]["max-age"] == 0
    assert seen.get("/").headers["Location"] == "/sign-in/"


@pytest.mark.parametrize("change", OFFICE_ENDINGS)
def test_way_over_ends_with_the_session_in_the_office(firm: Firm, change: Any) -> None:
    _office, path = way_over(firm, "alma@example.com")
    with firm.inside():
        change(firm)
    assert people.portal(firm.host).get(path).status_code == 410


def test_contact_revoked_meanwhile_is_seen_with_nothing(firm: Firm) -> None:
    seen = viewer(firm, "tenant@example.com")
    before = seen.get("/jobs/").status_code
    with firm.inside():
        row = PortalContact.objects.get(email="tenant@example.com").public_id
        operations.revoke_access(portal_contact=row, by=people.OFFICE)
    assert (before, seen.get("/jobs/").status_code, seen.get("/").status_code) == (200, 404, 200)
    assert "Access was revoked." in read(seen.get("/viewing/")).text


def test_own_session_of_the_browser_is_as_it_was(firm: Firm) -> None:
    _office, path = way_over(firm, "alma@example.com")
    client = firm.visitor("carl")
    kept = client.cookies[COOKIE[Side.CUSTOMER]].value
    client.get(path)
    assert "as alma@example.com" in read(client.get("/")).text
    client.post("/viewing/end/")
    page = read(client.get("/")).text
    assert ("Carl" in page, "views the portal" in page, client.cookies[COOKIE[Side.CUSTOMER]].value) == (
        True,
        False,
        kept,
    )


def test_viewing_never_falls_back_to_the_own_session(firm: Firm) -> None:
    """Staff whose viewing is over in mid-form must not act as the customer that this browser is signed in as.

    Not even when the browser sends the form again: the cookie stays until they leave.
    """
    _office, path = way_over(firm, "alma@example.com")
    client = firm.visitor("carl")
    client.get(path)
    with firm.inside():
        too_long(firm)
    posted = [client.post("/account/", {"act": "name", "name": "Mallory"}).status_code for _ in range(2)]
    assert posted == [403, 403]
    with firm.inside():
        assert Login.objects.filter(name="Mallory").count() == 0


def asked(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return sum(not query["sql"].upper().startswith(FREE) for query in captured.captured_queries)


@pytest.mark.parametrize("page", ("/", "/invoices/", "/jobs/"))
def test_viewed_page_costs_one_statement_more(firm: Firm, page: str) -> None:
    seen, own = viewer(firm, "alma@example.com"), firm.visitor("alma")
    seen.get(page), own.get(page)
    assert asked(seen, page) == asked(own, page) + 1


@pytest.mark.parametrize("state", ("off", "test"))
def test_staff_see_the_portal_before_customers_do(firm: Firm, state: str) -> None:
    with firm.inside():
        Company.objects.filter(pk=firm.company.id).update(portal_state=state)
    assert viewer(firm, "alma@example.com").get("/").status_code == 200
    assert firm.visitor("alma").get("/").status_code == 503

"""Off shows the phone, test lets in only who was named, on everybody: at sign-in, with links, on every page."""

import pytest

from portico.domain.customers import operations
from portico.domain.customers.enums import Right
from portico.domain.customers.errors import NotInvitable
from portico.domain.customers.household_rules import Given
from portico.domain.customers.models import PortalContact
from portico.domain.invitations import operations as lists
from portico.domain.invitations.errors import ListRefused
from portico.faces.ui.brand_css import brand_css_url
from portico.foundation.people import feeds
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.models import Company, PortalTester
from tests.factories import customers as make
from tests.factories import drain, people, read

CLOSED = "We are not online yet"
PAGES = ("/", "/invoices/", "/jobs/", "/account/", "/booking/", "/payments/", "/estimates/")


@pytest.fixture
def company(db):
    return people.make_company()


@pytest.fixture
def persons(company):
    """Ana is named, Ben is not."""
    with people.inside(company):
        PortalTester.objects.create(email="ana@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
        for name in ("ana", "ben"):
            make.make_customer(name.title(), f"{name}@example.com", f"new-{name}@example.com")
        PortalTester.objects.create(email="new-ana@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
        return {name: people.make_login(f"{name}@example.com", name=name.title()) for name in ("ana", "ben")}


def put(state):
    Company.objects.update(portal_state=state)


def is_closed(answer):
    page = read(answer)
    return (answer.status_code, page.h1, "(512) 555-0100" in page.text) == (503, CLOSED, True)


@pytest.mark.parametrize("path", PAGES)
def test_pages(persons, path):
    ana, ben = (people.sign_in(people.portal(), persons[name]) for name in ("ana", "ben"))
    put("test")
    assert (ana.get(path).status_code, is_closed(ben.get(path))) == (200, True)
    put("off")
    assert (is_closed(ana.get(path)), is_closed(ben.get(path))) == (True, True)
    put("on")
    assert (ana.get(path).status_code, ben.get(path).status_code) == (200, 200)


def test_acts_are_closed_like_pages(persons):
    ben = people.sign_in(people.portal(), persons["ben"])
    put("test")
    assert is_closed(ben.post("/account/", {"act": "name", "name": "Bob"}))
    with people.inside_id(persons["ben"].company_id):
        assert Login.objects.get(email="ben@example.com").name == "Ben"


def test_name_that_was_taken_off_the_list_is_out_at_the_next_page(persons, company):
    ana = people.sign_in(people.portal(), persons["ana"])
    put("test")
    assert ana.get("/").status_code == 200
    with people.inside(company):
        PortalTester.objects.all().delete()
    assert is_closed(ana.get("/"))


def test_sign_in_in_a_test_leads_nowhere_but_out_for_who_is_not_named(persons):
    put("test")
    client = people.portal()
    assert client.get("/sign-in/").status_code == 200
    typed = {"email": "ben@example.com", "password": people.PASSWORD}
    answer = client.post("/sign-in/", typed, follow=True)
    assert is_closed(answer)
    assert "/sign-out/" in [form.action for form in read(answer).forms]
    client.post("/sign-out/")
    assert client.post("/sign-in/", typed | {"email": "ana@example.com"}, follow=True).status_code == 200


@pytest.mark.parametrize(
    ("state", "mailed"), (("off", []), ("test", ["ana@example.com"]), ("on", ["ana@example.com", "ben@example.com"]))
)
def test_codes_are_mailed_to_who_is_let_in(persons, company, state, mailed):
    put("on")
    clients = [people.portal(), people.portal()]
    for client, name in zip(clients, ("ana", "ben"), strict=True):
        client.post("/sign-in/code/", {"email": f"{name}@example.com"})
    put(state)
    drain()
    assert [mail["To"] for mail in people.mailbox()] == mailed


def invite(company, email):
    with people.inside(company):
        row = PortalContact.objects.get(email=email)
        operations.invite(portal_contact=row.public_id, by=people.OFFICE)


def test_in_a_test_only_who_is_named_is_invited(persons, company):
    put("test")
    invite(company, "new-ana@example.com")
    with pytest.raises(NotInvitable, match="Let this address in first"):
        invite(company, "new-ben@example.com")


def test_in_a_test_a_household_lets_in_only_who_is_named(persons, company):
    put("test")

    def let_in(email):
        with people.inside(company):
            operations.invite_member(
                customer=PortalContact.objects.get(email="ana@example.com").customer.public_id,
                location=None,
                email=email,
                given=Given(frozenset({Right.HISTORY})),
                message="",
                owner="ana@example.com",
                by=people.OFFICE,
            )

    with pytest.raises(NotInvitable):
        let_in("friend@example.com")
    with people.inside(company):
        PortalTester.objects.create(email="friend@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
    let_in("friend@example.com")


@pytest.mark.parametrize(("state", "told"), (("off", "The portal is off."), ("test", "The portal is in test.")))
def test_list_is_not_sent_while_the_portal_is_not_on(persons, company, state, told):
    with people.inside(company):
        added = lists.add_list(name="a.csv", content=b"new-ana@example.com", by=people.OFFICE)
        lists.finish(invite_list=added)
    put(state)
    with pytest.raises(ListRefused, match=told), people.inside(company):
        lists.confirm_list(invite_list=added, include_invited=False, by=people.OFFICE)


def test_invitation_of_before_waits_until_the_portal_is_on(persons, company):
    for name in ("new-ana", "new-ben"):
        invite(company, f"{name}@example.com")
    drain()
    ana, ben = (people.path_in(mail, "/invitations/") for mail in people.mailbox())
    put("test")
    visitor = people.portal()
    typed = {"name": "Ben", "password": people.PASSWORD}
    assert visitor.get(ana).status_code == 200
    assert (is_closed(visitor.get(ben)), is_closed(visitor.post(ben, typed))) == (True, True)
    with people.inside(company):
        assert not Login.objects.filter(email="new-ben@example.com").exists()
        assert OneTimeLink.objects.get(email="new-ben@example.com").used_at is None
    put("on")
    assert visitor.post(ben, typed).status_code == 302


def test_calendar_feed_of_who_is_not_named_is_not_there(persons, company):
    tokens = {}
    with people.inside(company):
        for name, login in persons.items():
            feeds.make(login=login.public_id, by=people.OFFICE)
            tokens[name] = feeds.address_of(login=login.public_id).rpartition("/")[2].removesuffix(".ics")
    put("test")
    found = [people.portal().get(f"/calendar/{tokens[name]}.ics").status_code for name in ("ana", "ben")]
    assert found == [200, 404]
    put("off")
    assert people.portal().get(f"/calendar/{tokens['ana']}.ics").status_code == 503


@pytest.mark.parametrize("state", ("off", "test"))
def test_brand_and_logo_are_there_for_the_closed_page(company, state):
    put(state)
    assert people.portal().get(brand_css_url("#1f6f54")).status_code == 200
    assert people.portal().get("/logo/0123456789abcdef.png").status_code == 404

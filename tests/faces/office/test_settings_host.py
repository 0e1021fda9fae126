"""Changing the portal's name: what is refused, what is said, and what becomes of the old one."""

import pytest

from portico.domain.customers import operations as customers
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging import links
from portico.foundation.people.models import Login
from portico.foundation.people.roles import StaffRole
from portico.foundation.portals.hosts import values
from portico.foundation.portals.operations import hosts as operations
from portico.foundation.portals.stand import stand_of
from portico.foundation.tenancy.companies import RESERVED
from portico.foundation.tenancy.models import HostName
from tests.factories import customers as make
from tests.factories import drain, people, read, statements

PATH = "/settings/host/"
RULE = "A host is 2 to 63 small letters, digits and inner hyphens."


def seen(client):
    return next(form.fields for form in read(client.get(PATH)).forms if "host" in form.fields)["seen"]


def names(company):
    return dict(HostName.objects.filter(company_id=company.id).values_list("host", "is_primary"))


def change(client, host):
    return client.post(PATH, {"act": "change", "host": host, "seen": seen(client)})


def test_consequences_are_said_and_nothing_is_changed_before_it_is_confirmed(company, olga):
    answer = olga.post(PATH, {"host": " Bright-Water ", "seen": seen(olga)})
    page = read(answer)
    assert page.h1 == "Change the name to “bright-water”?"
    assert "Your portal moves from http://demo.localhost:8000/ to http://bright-water.localhost:8000/." in page.text
    assert "Everybody signs in again" in page.text
    assert names(company) == {"demo": True}
    assert "form-action 'self' http://office.bright-water.localhost:8000;" in answer["Content-Security-Policy"]


def test_confirmed_the_office_goes_on_under_the_new_name_and_it_is_audited(company, olga):
    page = read(olga.post(PATH, {"host": "bright", "seen": seen(olga)}))
    confirm = next(form.fields for form in page.forms if form.fields.get("act") == "change")
    answer = olga.post(PATH, confirm)
    assert (answer.status_code, answer["Location"]) == (302, "http://office.bright.localhost:8000/")
    assert names(company) == {"demo": False, "bright": True}
    with people.inside(company):
        entry = AuditEntry.objects.get(verb="company.host_changed")
        assert links.portal_url("/") == "http://bright.localhost:8000/"
    assert (entry.facts, entry.actor_name) == ({"before": "demo", "after": "bright"}, "Olga Office")


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ("", "Enter a name such as brightwater."),
        ("a", RULE),
        ("a" * 64, RULE),
        ("-bright", RULE),
        ("bright-", RULE),
        ("bright water", RULE),
        ("bright.water", RULE),
        ("bright_water", RULE),
        ("xn--brght-5va", RULE),
        ("brïght", RULE),
        ("admin", "“admin” is reserved."),
        ("OFFICE", "“office” is reserved."),
        ("demo", "The portal goes by this name already."),
        ("other", "“other” is not free. Choose another name."),
        ("once-other", "“once-other” is not free. Choose another name."),
    ),
)
@pytest.mark.parametrize("act", ("", "change"))
def test_name_that_cannot_be_had_is_refused(company, olga, typed, told, act):
    other = people.make_company("other", name="Somebody Else Inc")
    HostName.objects.create(company_id=other.id, host="once-other", is_primary=False)
    answer = olga.post(PATH, {"act": act, "host": typed, "seen": seen(olga)})
    page = read(answer)
    assert (answer.status_code, told in page.text, names(company)) == (422, True, {"demo": True})
    assert "Somebody Else" not in answer.content.decode()
    assert next(form.fields for form in page.forms if "host" in form.fields)["host"] == typed


def test_every_reserved_name_is_refused(company, olga):
    with people.inside(company):
        for name in RESERVED:
            with pytest.raises(operations.BadEntry):
                operations.checked_host(name)


def test_two_at_once_the_second_is_told(company, olga):
    before = seen(olga)
    with people.inside(company):
        operations.change_host(host="first", seen=before, by=people.OFFICE)
    answer = olga.post(PATH, {"act": "change", "host": "second", "seen": before})
    assert (answer.status_code, "The portal goes by “first” now." in read(answer).text) == (409, True)
    assert names(company) == {"demo": False, "first": True}


def test_old_name_is_taken_up_again(company, olga):
    change(olga, "bright")
    olga.defaults["HTTP_HOST"] = "office.bright.localhost"
    assert change(olga, "demo")["Location"] == "http://office.demo.localhost:8000/"
    assert names(company) == {"demo": True, "bright": False}
    assert people.portal("demo").get("/sign-in/").status_code == 200
    assert people.portal("bright").get("/sign-in/")["Location"] == "http://demo.localhost:8000/sign-in/"


def test_ten_names_are_as_many_as_are_kept(company, olga):
    HostName.objects.bulk_create(HostName(company_id=company.id, host=f"name-{n}", is_primary=False) for n in range(9))
    answer = olga.post(PATH, {"host": "one-more", "seen": seen(olga)})
    assert "Take one of those that it had." in read(answer).text
    assert olga.post(PATH, {"host": "name-3", "seen": seen(olga)}).status_code == 200


def moved(company, host="bright"):
    with people.inside(company):
        operations.change_host(host=host, seen=stand_of(values("demo")), by=people.OFFICE)


@pytest.mark.parametrize("path", ("/", "/sign-in/?next=%2Finvoices%2F", "/invoices/?show=paid", "/logo/0123.png"))
@pytest.mark.parametrize("method", ("get", "head"))
def test_what_is_asked_for_under_the_old_name_is_under_the_new_one(company, path, method):
    moved(company)
    answer = getattr(people.portal("demo"), method)(path)
    assert (answer.status_code, answer["Location"]) == (301, f"http://bright.localhost:8000{path}")
    assert answer["Cache-Control"] == "no-store, private"
    assert people.portal("bright").get(path).status_code != 301


def test_office_follows(company, olga):
    moved(company)
    assert olga.get("/customers/?q=ana")["Location"] == "http://office.bright.localhost:8000/customers/?q=ana"
    live = olga.get("/customers/?q=ana", headers={"HX-Request": "true"})
    assert (live.status_code, live["HX-Refresh"]) == (200, "true")
    assert people.office("bright").get("/sign-in/").status_code == 200


def test_what_is_sent_under_the_old_name_is_still_taken(company, olga):
    with people.inside(company):
        ana = people.make_login("ana@example.com", name="Ana")
    client = people.sign_in(people.portal(), ana)
    moved(company)
    assert client.post("/account/", {"act": "name", "name": "Anna"}).status_code == 302
    with people.inside(company):
        assert Login.objects.get(pk=ana.pk).name == "Anna"


def test_links_in_mails_that_were_sent_go_on_working(company):
    with people.inside(company):
        ana = make.make_customer("Ana", "ana@example.com")
        customers.invite(portal_contact=make.row_of(ana, "ana@example.com").public_id, by=people.OFFICE)
    drain()
    path = people.path_in(people.mailbox()[0], "/invitations/")
    moved(company)
    there = people.portal("demo").get(path)["Location"]
    assert there == f"http://bright.localhost:8000{path}"
    typed = {"name": "Ana", "password": people.PASSWORD}
    visitor = people.portal("bright")
    assert (visitor.get(path).status_code, visitor.post(path, typed).status_code) == (200, 302)


def test_new_mails_carry_the_new_name(company):
    moved(company)
    with people.inside(company):
        ana = make.make_customer("Ana", "ana@example.com")
        customers.invite(portal_contact=make.row_of(ana, "ana@example.com").public_id, by=people.OFFICE)
    drain()
    assert "http://bright.localhost:8000/invitations/" in people.body_of(people.mailbox()[0])


def test_name_that_nobody_has_is_nowhere(company):
    moved(company)
    assert people.portal("nobody").get("/").status_code == 404


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT, StaffRole.MANAGER))
def test_other_roles_get_403(company, staff, role):
    other = staff(role)
    answers = other.get(PATH), other.post(PATH, {"act": "change", "host": "bright", "seen": "x"})
    assert ([answer.status_code for answer in answers], names(company)) == ([403, 403], {"demo": True})


@pytest.mark.parametrize("count", (1, 9))
def test_page_costs_the_same(company, olga, count):
    HostName.objects.bulk_create(
        HostName(company_id=company.id, host=f"name-{n}", is_primary=False) for n in range(count)
    )
    with statements(2):
        olga.get(PATH)

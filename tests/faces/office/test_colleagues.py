"""Who works in the office: invited, joined, given roles, let go; and the table of who may do what."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.models import Login, LoginSession, SecondFactor
from portico.foundation.people.permissions import ALLOWED, may
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.counting import statements
from tests.factories import drain, people, read

pytestmark = pytest.mark.django_db
STAFF, INVITE = "/settings/staff/", "/settings/staff/invite/"
NEW = {"email": "  Carl@Example.com ", "name": "Carl  Clerk", "role": "accountant"}


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def ada(company):
    with people.inside(company):
        return people.make_staff("ada@example.com", role=StaffRole.ADMIN)


@pytest.fixture
def office(ada):
    return people.sign_in(people.office(), ada)


@pytest.fixture
def olga(company):
    with people.inside(company):
        return people.make_staff("olga@example.com", role=StaffRole.CSR)


def one(login):
    return f"{STAFF}{login.public_id}/"


def act(client, login, what, **more):
    return client.post(one(login), {"act": what, **more})


def invited(company, client):
    assert client.post(INVITE, NEW)["Location"] == STAFF
    drain()
    with people.inside(company):
        return Login.objects.get(email="carl@example.com"), people.path_in(people.mailbox()[-1], "/sign-in/welcome/")


def entries(company, verb):
    with people.inside(company):
        return [(entry.note, entry.facts) for entry in AuditEntry.objects.filter(verb=verb)]


def test_invited_colleague_joins_and_signs_in(company, office):
    carl, path = invited(company, office)
    assert (
        "http://office.demo.localhost:8000/sign-in/welcome/" in people.body_of(people.mailbox()[-1]),
        carl.name,
    ) == (
        True,
        "Carl Clerk",
    )
    page = read(office.get(STAFF))
    assert "Invited" in page.row("colleague", "carl@example.com").text
    guest = people.office()
    assert "carl@example.com" in read(guest.get(path)).text
    assert read(guest.post(path, {"name": "Carl C.", "password": "a wholly new phrase"})).h1 == "Your password is saved"
    begun = guest.post("/sign-in/", {"email": "carl@example.com", "password": "a wholly new phrase"})
    assert begun["Location"] == "/sign-in/second/"
    key = read(guest.get("/sign-in/second/set-up/")).root.one("code").text
    guest.post("/sign-in/second/set-up/", {"code": people.code_of(key)})
    assert guest.get("/payments/").status_code == 200
    assert guest.get(STAFF).status_code == 403
    assert "Active" in read(office.get(STAFF)).row("colleague", "carl@example.com").text
    assert entries(company, "staff.invited") == [("carl@example.com", {"role": "accountant"})]
    assert len(entries(company, "staff.joined")) == 1


def test_invitation_works_once_and_seven_days(company, office):
    carl, path = invited(company, office)
    with time_machine.travel(clock.real_now() + timedelta(days=7, minutes=1)):
        assert people.office().get(path).status_code == 410
    people.office().post(path, {"name": "", "password": "a wholly new phrase"})
    late = people.office()
    assert [late.get(path).status_code, late.post(path, {"password": "another phrase"}).status_code] == [410, 410]
    with people.inside(company):
        assert Login.objects.get(pk=carl.pk).name == "Carl Clerk"


def test_invitation_of_the_office_is_nothing_on_the_portal(company, office):
    _carl, path = invited(company, office)
    assert people.portal().get(path).status_code == 404


def test_weak_password_is_refused_and_the_link_stays_good(company, office):
    _carl, path = invited(company, office)
    answer = people.office().post(path, {"name": "Carl", "password": "short"})
    assert (answer.status_code, read(answer).title.startswith("Error: ")) == (422, True)
    assert people.office().get(path).status_code == 200


def test_new_invitation_ends_the_earlier_link(company, office):
    carl, path = invited(company, office)
    assert act(office, carl, "resend").status_code == 302
    drain()
    newer = people.path_in(people.mailbox()[-1], "/sign-in/welcome/")
    assert [people.office().get(path).status_code, people.office().get(newer).status_code] == [410, 200]


def test_letting_an_invited_one_go_ends_the_link(company, office):
    carl, path = invited(company, office)
    act(office, carl, "deactivate")
    assert people.office().get(path).status_code == 410
    act(office, carl, "reactivate")
    drain()
    assert people.office().get(people.path_in(people.mailbox()[-1], "/sign-in/welcome/")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ({"email": ""}, "Enter an email address."),
        ({"email": "carl"}, "This does not look like an email address"),
        ({"email": "ADA@example.com "}, "ada@example.com is in the list already."),
        ({"role": "owner"}, "Select a valid choice"),
    ),
)
def test_wrong_invitation_is_named_and_nothing_typed_is_lost(company, office, typed, said):
    answer = office.post(INVITE, NEW | typed)
    page = read(answer)
    assert (answer.status_code, said in page.text, page.form("").fields["name"]) == (422, True, "Carl  Clerk")
    with people.inside(company):
        assert Login.objects.filter(side="staff").count() == 1
    assert people.mailbox() == []


def test_role_counts_from_the_next_click(company, office, olga):
    client = people.sign_in(people.office(), olga)
    assert client.get("/audit/").status_code == 403
    assert act(office, olga, "role", role="accountant").status_code == 302
    assert client.get("/audit/").status_code == 200
    assert entries(company, "staff.role_changed") == [("olga@example.com", {"before": "csr", "after": "accountant"})]


def test_let_go_is_out_at_once_and_can_come_back(company, office, olga):
    client = people.sign_in(people.office(), olga)
    act(office, olga, "deactivate")
    assert client.get("/customers/").status_code == 302
    assert people.office().post("/sign-in/", {"email": olga.email, "password": people.PASSWORD}).status_code == 422
    act(office, olga, "reactivate")
    assert people.office().post("/sign-in/", {"email": olga.email, "password": people.PASSWORD}).status_code == 302


def test_second_step_is_reset_and_sessions_end(company, office, olga):
    with people.inside(company):
        people.make_second(olga)
    client = people.sign_in(people.office(), olga)
    act(office, olga, "reset_second")
    with people.inside(company):
        assert (SecondFactor.objects.count(), LoginSession.objects.filter(ended_at=None, login=olga).count()) == (0, 0)
    assert client.get("/customers/").status_code == 302


def test_colleague_is_signed_out_everywhere(company, office, olga):
    browsers = [people.sign_in(people.office(), olga) for _browser in range(2)]
    assert "Browsers signed in2" in read(office.get(one(olga))).text.replace(" 2", "2")
    act(office, olga, "sign_out")
    assert [client.get("/customers/").status_code for client in browsers] == [302, 302]


@pytest.mark.parametrize("what", ("deactivate", "role", "reset_second", "sign_out", "reactivate"))
def test_nobody_changes_this_about_themselves(company, office, ada, what):
    answer = act(office, ada, what, role="csr")
    assert (answer.status_code, "Ask another admin" in read(answer).text) == (409, True)
    with people.inside(company):
        assert (Login.objects.get().role, Login.objects.get().is_active) == ("admin", True)


def test_last_admin_who_has_been_in_stays(company, office, ada):
    with people.inside(company):
        eve = people.make_staff("eve@example.com", role=StaffRole.ADMIN)
    carl, _path = invited(company, office)
    act(office, carl, "role", role="admin")  # invited only: does not count
    other = people.sign_in(people.office(), eve)
    assert act(office, eve, "role", role="csr").status_code == 302
    assert other.get(STAFF).status_code == 403
    with people.inside(company):
        Login.objects.filter(pk=eve.pk).update(role="admin")
        Login.objects.filter(pk=eve.pk).update(password="", last_signed_in_at=None)
    refused = act(other, ada, "deactivate")
    assert (refused.status_code, "the only admin who can sign in" in read(refused).text) == (409, True)


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT, StaffRole.MANAGER))
def test_only_admins_look_after_staff(company, olga, role):
    with people.inside(company):
        login = people.make_staff("carl@example.com", role=role)
    client = people.sign_in(people.office(), login)
    paths = (STAFF, INVITE, one(olga), f"{STAFF}roles/")
    assert {client.get(path).status_code for path in paths} | {act(client, olga, "deactivate").status_code} == {403}


def test_people_of_other_companies_and_customers_are_not_there(company, office):
    other = people.make_company("birch")
    with people.inside(other):
        stranger = people.make_staff("zoe@example.com")
    with people.inside(company):
        customer = people.make_login("ana@example.com")
    for login in (stranger, customer):
        assert (office.get(one(login)).status_code, act(office, login, "deactivate").status_code) == (404, 404)


def test_table_of_roles_is_the_one_that_guards_read(office):
    page = read(office.get(f"{STAFF}roles/"))
    shown = {
        row.get("data-key"): [cell.text for cell in row.all("td")] for row in page.root.all("tr", data_row="action")
    }
    assert shown == {action.value: ["Yes" if may(role, action) else "No" for role in StaffRole] for action in ALLOWED}


@pytest.mark.parametrize("count", (1, 30))
def test_statements_of_the_list_do_not_grow(company, office, count):
    with people.inside(company):
        for _number in range(count):
            people.sign_in(people.office(), people.make_staff())
    office.get(STAFF)
    with statements(2):
        office.get(STAFF)

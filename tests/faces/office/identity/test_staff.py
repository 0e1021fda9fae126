import pytest

from portico.foundation.people import budgets
from portico.foundation.people.models import LoginSession
from portico.foundation.people.roles import StaffRole
from tests.factories import drain, people, read
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def olga(company):
    with people.inside(company):
        return people.make_staff("olga@example.com", role=StaffRole.CSR)


def sign_in(client, email="olga@example.com", password=people.PASSWORD, **more):
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def test_staff_sign_in_on_the_office_host(company, olga):
    client = people.office()
    with people.inside(company):
        key = people.make_second(olga)
    first = sign_in(client, next="/account/", remember="on")
    assert (first.status_code, first["Location"]) == (302, "/sign-in/second/?next=%2Faccount%2F")
    response = client.post("/sign-in/second/", {"code": people.code_of(key), "next": "/account/"})
    assert (response.status_code, response["Location"], client.cookies["office"]["max-age"]) == (302, "/account/", "")
    with people.inside(company):
        assert LoginSession.objects.get().idle_minutes == 30


def test_staff_cannot_sign_in_on_the_portal_nor_customers_in_the_office(company, olga):
    with people.inside(company):
        people.make_login("ana@example.com")
    assert sign_in(people.portal()).status_code == 422
    assert sign_in(people.office(), email="ana@example.com").status_code == 422


def test_same_address_has_two_logins_and_two_passwords(company, olga):
    with people.inside(company):
        people.make_login("olga@example.com", password="her private phrase")
    assert sign_in(people.office(), password="her private phrase").status_code == 422
    assert sign_in(people.portal(), password="her private phrase").status_code == 302


def test_office_sign_in_is_throttled(olga):
    in_one_window(budgets.HERE)
    client = people.office()
    assert [sign_in(client, password="wrong password").status_code for _ in range(6)] == [422] * 5 + [429]


def test_office_account_changes_name_and_password(olga):
    client = people.sign_in(people.office(), olga)
    assert read(client.get("/account/")).h1 == "Your account"
    assert client.post("/account/", {"act": "name", "name": "Olga O."}).status_code == 302
    assert "Your name was saved." in read(client.get("/account/")).text
    changed = client.post("/account/", {"act": "password", "old": people.PASSWORD, "new": "a wholly new phrase"})
    assert (changed.status_code, sign_in(people.office(), password="a wholly new phrase").status_code) == (302, 302)


def test_office_password_is_reset_on_the_office_host_only(olga):
    people.office().post("/sign-in/forgotten/", {"email": "olga@example.com"})
    drain()
    (mail,) = people.mailbox()
    path = people.path_in(mail, "/sign-in/reset/")
    assert "http://office.demo.localhost:8000/sign-in/reset/" in people.body_of(mail)
    assert people.portal().get(path).status_code == 410
    assert people.portal().post(path, {"password": "a wholly new phrase"}).status_code == 410
    assert read(people.office().post(path, {"password": "a wholly new phrase"})).h1 == "Your password is saved"


def test_office_sign_out_ends_the_session(company, olga):
    client = people.sign_in(people.office(), olga)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/account/").status_code == 302

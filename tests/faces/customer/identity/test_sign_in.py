import pytest
from django.test import Client

from portico.foundation.people import budgets
from portico.foundation.people.models import LoginSession
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import drain, people, read
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def ana(company):
    with people.inside(company):
        make.make_customer("Alvarez", "ana@example.com")
        return people.make_login("ana@example.com")


def post(client, email="ana@example.com", password=people.PASSWORD, **more):
    return client.post("/sign-in/", {"email": email, "password": password, **more})


def test_sign_in_page_shows_form(company):
    page = read(people.portal().get("/sign-in/"))
    assert (page.status, page.h1, page.form("/sign-in/").fields["email"]) == (200, "Sign in", "")


def test_right_password_leads_home_with_a_session_cookie(ana):
    client = people.portal()
    response = post(client, email=" ANA@example.com ")
    cookie = client.cookies["portal"]
    assert (response.status_code, response["Location"]) == (302, "/")
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
    assert client.get("/account/").status_code == 200


def test_remember_me_keeps_the_cookie_thirty_days(company, ana):
    client = people.portal()
    post(client, remember="on")
    assert client.cookies["portal"]["max-age"] == 2592000
    with people.inside(company):
        (session,) = LoginSession.objects.all()
    assert (session.is_remembered, session.idle_minutes, (session.expires_at - session.started_at).days) == (
        True,
        None,
        30,
    )


@pytest.mark.parametrize(
    ("email", "password"), (("ana@example.com", "wrong password"), ("nobody@example.com", "x" * 12))
)
def test_wrong_password_and_unknown_person_get_the_same_answer(ana, email, password):
    page = read(post(people.portal(), email=email, password=password))
    assert (page.status, page.form("/sign-in/").fields["email"]) == (422, email)
    assert "That email address and password do not match." in page.text
    assert page.form("/sign-in/").fields["password"] == ""


def test_sixth_bad_try_waits_even_with_the_right_password(ana):
    in_one_window(budgets.HERE)
    client = people.portal()
    assert [post(client, password="wrong password").status_code for _ in range(5)] == [422] * 5
    response = post(client)
    assert (response.status_code, 0 < int(response["Retry-After"]) <= 900) == (429, True)
    elsewhere = client.post(
        "/sign-in/", {"email": "ana@example.com", "password": people.PASSWORD}, REMOTE_ADDR="203.0.113.9"
    )
    assert elsewhere.status_code == 302


def test_next_leads_back_on_this_host_only(ana):
    places = [
        "/account/",
        "//evil.example.com/",
        "https://evil.example.com/",
        "javascript:alert(1)",
        "/\\evil.example.com",
    ]
    assert [post(people.portal(), next=place)["Location"] for place in places] == ["/account/", "/", "/", "/", "/"]


def test_signing_in_again_replaces_the_session(company, ana):
    client = people.portal()
    post(client)
    first = client.cookies["portal"].value
    post(client)
    with people.inside(company):
        assert LoginSession.objects.filter(ended_at=None).count() == 1
    assert client.cookies["portal"].value != first


def test_sign_out_ends_the_session(company, ana):
    client = people.sign_in(people.portal(), ana)
    response = client.post("/sign-out/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    with people.inside(company):
        assert LoginSession.objects.filter(ended_at=None).count() == 0
    assert client.get("/account/").status_code == 302


def test_sign_out_by_get_is_refused(ana):
    assert people.sign_in(people.portal(), ana).get("/sign-out/").status_code == 405


def test_cookie_of_one_company_is_nothing_in_another(ana):
    people.make_company("other", name="Other")
    client = people.sign_in(people.portal("other"), ana)
    assert client.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_customer_cookie_is_nothing_in_the_office(ana):
    client = people.office()
    people.sign_in(client, ana)
    client.cookies["office"] = client.cookies["portal"].value
    assert client.get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_portal_that_is_off_shows_the_phone(company, ana):
    Company.objects.update(portal_state="off")
    for path in ("/", "/sign-in/", "/account/", "/invitations/"):
        page = read(people.sign_in(people.portal(), ana).get(path))
        assert (page.status, page.h1, "(512) 555-0100" in page.text) == (503, "We are not online yet", True)


def test_unknown_host_sets_no_cookie(ana):
    response = people.portal("nobody").get("/sign-in/")
    assert (response.status_code, response.cookies.output()) == (404, "")


def test_forgotten_password_answers_the_same_and_mails_only_who_is_known(ana):
    texts = []
    for email in ("ana@example.com", "eve@example.com"):
        page = read(people.portal().post("/sign-in/forgotten/", {"email": email}))
        texts.append(page.text.replace(email, "…"))
    drain()
    assert texts[0] == texts[1]
    assert [mail["To"] for mail in people.mailbox()] == ["ana@example.com"]


def test_reset_sets_the_password_and_ends_every_session(company, ana):
    signed_in = people.sign_in(people.portal(), ana)
    browser = people.portal()
    browser.post("/sign-in/forgotten/", {"email": "ana@example.com"})
    drain()
    path = people.path_in(people.mailbox()[0], "/sign-in/reset/")
    shown = browser.get(path)
    assert (shown.status_code, shown["Referrer-Policy"]) == (200, "no-referrer")
    assert browser.post(path, {"password": "short"}).status_code == 422
    done = browser.post(path, {"password": "a wholly new phrase"})
    assert (read(done).h1, browser.get(path).status_code) == ("Your password is saved", 410)
    assert signed_in.get("/account/").status_code == 302
    assert post(people.portal(), password="a wholly new phrase").status_code == 302


def test_form_without_its_token_is_refused(ana):
    client = Client(enforce_csrf_checks=True, headers={"host": "demo.localhost"})
    assert post(client).status_code == 403
    token = read(client.get("/sign-in/")).form("/sign-in/").fields["csrfmiddlewaretoken"]
    assert post(client, csrfmiddlewaretoken=token).status_code == 302


def test_signed_in_person_has_no_need_of_the_sign_in_page(ana):
    client = people.sign_in(people.portal(), ana)
    assert client.get("/sign-in/?next=/account/")["Location"] == "/account/"
    assert client.head("/sign-in/").status_code == 302

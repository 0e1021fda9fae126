import pytest

from portico.domain.customers import queries
from portico.domain.customers.enums import BillingLevel
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people import budgets
from portico.foundation.people.models import Login, LoginSession
from tests.factories import customers as make
from tests.factories import drain, people, read
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def smith(company):
    with people.inside(company):
        return make.make_customer("Smith", "ana@example.com")


@pytest.fixture
def ana(company, smith):
    with people.inside(company):
        return people.make_login("ana@example.com", name="Ana")


@pytest.fixture
def client(ana):
    return people.sign_in(people.portal(), ana)


def reached(company, email):
    with people.inside(company):
        return [reach.name for reach in queries.reach_of(email)]


def ask_for_change(client, email="new@example.com", **more):
    return client.post("/account/", {"act": "email", "email": email, **more})


def confirm_path():
    drain()
    return people.path_in(people.mailbox()[-1], "/account/email/")


def test_account_page_shows_name_address_and_what_is_reached(client):
    page = read(client.get("/account/"))
    assert (page.status, page.h1) == (200, "Your account")
    assert ("ana@example.com" in page.text, "Smith" in page.text) == (True, True)
    assert page.one("input", id="name_name")["value"] == "Ana"


def test_account_sends_who_is_not_signed_in_away(company):
    assert people.portal().get("/account/")["Location"] == "/sign-in/?next=%2Faccount%2F"


def test_name_is_saved_and_said_once(client):
    assert client.post("/account/", {"act": "name", "name": "  Ana   Alvarez "}).status_code == 302
    page = read(client.get("/account/"))
    assert ("Your name was saved." in page.text, page.one("input", id="name_name")["value"]) == (True, "Ana Alvarez")
    assert "Your name was saved." not in read(client.get("/account/")).text


def test_changing_the_password_takes_the_old_one_and_signs_others_out(company, client, ana):
    elsewhere = people.sign_in(people.portal(), ana)
    refused = read(client.post("/account/", {"act": "password", "old": "wrong password", "new": "a wholly new phrase"}))
    assert (refused.status, "This is not your password." in refused.text) == (422, True)
    done = client.post("/account/", {"act": "password", "old": people.PASSWORD, "new": "a wholly new phrase"})
    assert (done.status_code, client.get("/account/").status_code, elsewhere.get("/account/").status_code) == (
        302,
        200,
        302,
    )
    drain()
    assert people.mailbox()[-1]["Subject"] == "Your password for Brightwater Home was changed"


def test_guessing_the_old_password_is_throttled(client):
    in_one_window(budgets.HERE)
    wrong = {"act": "password", "old": "wrong password", "new": "a wholly new phrase"}
    assert [client.post("/account/", wrong).status_code for _ in range(6)] == [422] * 5 + [429]


def test_signing_out_everywhere_ends_every_session(company, client, ana):
    people.sign_in(people.portal(), ana)
    assert client.post("/account/", {"act": "sign_out_everywhere"})["Location"] == "/sign-in/"
    with people.inside(company):
        assert LoginSession.objects.filter(ended_at=None).count() == 0


def test_email_changes_on_every_record_after_confirming_at_the_new_address(company, client, smith):
    with people.inside(company):
        row = make.row_of(smith, "ana@example.com")
        row.billing, row.memo = BillingLevel.NONE, "likes mail"
        row.save()
        make.make_location(smith, "ana@example.com")
        make.make_customer("Jones", "ana@example.com")
    assert ask_for_change(client).status_code == 302
    path = confirm_path()
    assert people.mailbox()[-1]["To"] == "new@example.com"
    assert reached(company, "ana@example.com") == ["Jones", "Smith"]
    browser = people.portal()
    shown = browser.get(path)
    assert (shown.status_code, shown["Referrer-Policy"]) == (200, "no-referrer")
    assert browser.post(path, {"password": "wrong password"}).status_code == 422
    assert read(browser.post(path, {"password": people.PASSWORD})).h1 == "Your address is changed"
    assert (reached(company, "ana@example.com"), reached(company, "new@example.com")) == ([], ["Jones", "Smith"])
    with people.inside(company):
        moved = make.row_of(smith, "new@example.com")
        assert (moved.billing, moved.memo) == ("none", "likes mail")
        assert AuditEntry.objects.filter(verb="contact.address_replaced").count() == 2
    assert client.get("/account/").status_code == 302
    signed_in = people.portal().post("/sign-in/", {"email": "new@example.com", "password": people.PASSWORD})
    assert signed_in.status_code == 302


def test_old_address_undoes_the_change(company, client, smith):
    ask_for_change(client)
    path = confirm_path()
    people.portal().post(path, {"password": people.PASSWORD})
    drain()
    notice = people.mailbox()[-1]
    undo = people.path_in(notice, "/account/email/undo/")
    assert (notice["To"], people.portal().get(undo).status_code) == ("ana@example.com", 200)
    assert people.portal().post(undo, {}).status_code == 422
    assert read(people.portal().post(undo, {"is_sure": "on"})).h1 == "Your address is back"
    assert (reached(company, "ana@example.com"), reached(company, "new@example.com")) == (["Smith"], [])
    with people.inside(company):
        assert Login.objects.get().email == "ana@example.com"
    assert people.portal().post(undo, {"is_sure": "on"}).status_code == 410


def test_change_needs_the_password_again_after_ten_minutes(client, ana):
    people.make_stale(ana)
    asked = read(ask_for_change(client))
    refused = read(ask_for_change(client, confirm_password="wrong password"))
    drain()
    assert (asked.status, refused.status, people.mailbox()) == (403, 422, [])
    assert refused.form("/account/").fields["email"] == "new@example.com"
    assert ask_for_change(client, confirm_password=people.PASSWORD).status_code == 302
    assert confirm_path() != ""


def test_address_of_somebody_else_answers_the_same_and_is_refused_at_the_end(company, client):
    with people.inside(company):
        people.make_login("eve@example.com", password="another good phrase")
    assert ask_for_change(client, email="eve@example.com").status_code == 302
    path = confirm_path()
    page = read(people.portal().post(path, {"password": people.PASSWORD}))
    assert (page.status, reached(company, "ana@example.com")) == (422, ["Smith"])


def test_revoked_record_keeps_the_old_address(company, client, smith):
    with people.inside(company):
        jones = make.make_customer("Jones", "ana@example.com")
        row = make.row_of(jones, "ana@example.com")
        row.revoked_at = "2026-01-01T00:00:00Z"
        row.save()
    ask_for_change(client)
    people.portal().post(confirm_path(), {"password": people.PASSWORD})
    with people.inside(company):
        assert (make.emails_of(jones), make.emails_of(smith)) == (["ana@example.com"], ["new@example.com"])


def test_link_of_a_change_dies_with_the_next_request(client):
    ask_for_change(client)
    first = confirm_path()
    ask_for_change(client, email="newer@example.com")
    assert people.portal().get(first).status_code == 410


@pytest.fixture
def bo(company):
    with people.inside(company):
        make.make_customer("Jones", "bo@example.com")
        return people.make_login("bo@example.com", password=None)


def test_account_without_a_password_offers_a_link(bo):
    page = read(people.sign_in(people.portal(), bo).get("/account/"))
    assert ("You have no password yet." in page.text, "Change address" in page.text) == (True, True)


def test_change_without_a_password_is_confirmed_by_who_is_signed_in(company, bo):
    client = people.sign_in(people.portal(), bo)
    ask_for_change(client)
    path = confirm_path()
    stranger = people.portal()
    shown = read(stranger.get(path))
    assert ("Sign in with your old address first" in shown.text, len(shown.forms)) == (True, 0)
    assert stranger.post(path).status_code == 422
    assert read(client.post(path)).h1 == "Your address is changed"
    assert reached(company, "new@example.com") == ["Jones"]


def test_change_is_not_confirmed_by_somebody_else_who_is_signed_in(company, bo, ana):
    ask_for_change(people.sign_in(people.portal(), bo))
    assert people.sign_in(people.portal(), ana).post(confirm_path()).status_code == 422
    assert reached(company, "bo@example.com") == ["Jones"]

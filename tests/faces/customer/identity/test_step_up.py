"""Confirming that it is you: nothing typed is lost, nothing is stored, nobody is sent elsewhere."""

import pytest

from portico.foundation.audit.models import AuditEntry
from portico.foundation.people import budgets
from portico.foundation.people.models import LoginSession
from tests.factories import customers as make
from tests.factories import drain, people, read, statements
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db
NEW = {"act": "email", "email": "new@example.com"}


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def ana(company):
    with people.inside(company):
        make.make_customer("Alvarez", "ana@example.com")
        return people.make_login("ana@example.com")


@pytest.fixture
def bo(company):
    with people.inside(company):
        make.make_customer("Bo", "bo@example.com")
        return people.make_login("bo@example.com", password=None)


def stale(login):
    client = people.sign_in(people.portal(), login)
    people.make_stale(login)
    return client


def test_fresh_sign_in_is_not_asked(company, ana):
    client = people.portal()
    client.post("/sign-in/", {"email": "ana@example.com", "password": people.PASSWORD})
    assert client.post("/account/", NEW).status_code == 302


def test_interrupted_post_goes_on_with_all_that_was_typed(company, ana):
    client = stale(ana)
    page = read(client.post("/account/", NEW | {"more": ["1", "2"], "mark": '<b>"&'}))
    assert (page.status, page.h1) == (403, "Confirm that it is you")
    kept = [
        (field["name"], field["value"]) for field in page.one("form", action="/account/").all("input", type="hidden")
    ]
    kept = [pair for pair in kept if pair[0] != "csrfmiddlewaretoken"]
    assert kept == [*NEW.items(), ("more", "1"), ("more", "2"), ("mark", '<b>"&')]
    assert client.post("/account/", {**dict(kept), "confirm_password": people.PASSWORD})["Location"] == "/account/"
    drain()
    assert people.mailbox()[-1]["To"] == "new@example.com"


def test_confirming_lasts_for_the_next_act(company, ana):
    client = stale(ana)
    assert client.post("/account/", NEW | {"confirm_password": people.PASSWORD}).status_code == 302
    assert client.post("/account/", NEW | {"email": "newer@example.com"}).status_code == 302


def test_confirming_exchanges_the_secret_of_the_session(company, ana):
    client = stale(ana)
    before = client.cookies["portal"].value
    client.post("/confirm/", {"next": "/account/", "confirm_password": people.PASSWORD})
    assert client.cookies["portal"].value != before
    assert client.get("/account/").status_code == 200
    old = people.portal()
    old.cookies["portal"] = before
    assert old.get("/account/").status_code == 302
    with people.inside(company):
        assert LoginSession.objects.count() == 1
        assert AuditEntry.objects.get(verb="person.confirmed").facts == {"how": "password"}


def test_wrong_password_says_so_and_keeps_what_was_typed(company, ana):
    client = stale(ana)
    page = read(client.post("/account/", NEW | {"confirm_password": "wrong password"}))
    assert (page.status, "This is not your password." in page.text) == (422, True)
    fields = page.form("/account/").fields
    assert (fields["email"], fields["confirm_password"]) == ("new@example.com", "")
    drain()
    assert people.mailbox() == []


def test_guessing_is_throttled_and_told_in_the_trail(company, ana):
    in_one_window(budgets.HERE)
    client = stale(ana)
    wrong = NEW | {"confirm_password": "wrong password"}
    assert [client.post("/account/", wrong).status_code for _ in range(6)] == [422] * 5 + [429]
    assert client.post("/account/", NEW | {"confirm_password": people.PASSWORD}).status_code == 429
    with people.inside(company):
        assert AuditEntry.objects.filter(verb="person.confirmation_refused").count() == 1


def test_what_looks_like_a_card_is_not_repeated(company, ana):
    answer = stale(ana).post("/account/", NEW | {"note": "4242 4242 4242 4242", "n": "10482"})
    assert ("4242 4242" in answer.content.decode(), read(answer).form("/account/").fields["n"]) == (False, "10482")


def test_too_much_to_carry_is_sent_to_the_page(company, ana):
    answer = stale(ana).post("/account/", NEW | {"note": "x" * 70_000})
    assert (answer.status_code, answer["Location"]) == (302, "/confirm/?next=%2Faccount%2F")


def test_page_leads_back_to_a_path_of_ours_only(company, ana):
    for place, lands in (
        ("/account/?a=1&b=2", "/account/?a=1&b=2"),
        ("https://evil.example.com/", "/account/"),
        ("//evil.example.com/", "/account/"),
        ("/\\evil.example.com", "/account/"),
        ("", "/account/"),
    ):
        client = stale(ana)
        page = read(client.get("/confirm/", {"next": place}))
        assert (page.status, page.form("/confirm/").fields["next"]) == (200, lands)
        answer = client.post("/confirm/", {"next": place, "confirm_password": people.PASSWORD})
        assert answer["Location"] == lands


def test_page_needs_a_visitor(company):
    assert people.portal().get("/confirm/")["Location"] == "/sign-in/?next=%2Fconfirm%2F"


def test_who_has_no_password_confirms_by_a_mailed_code(company, bo):
    client = stale(bo)
    page = read(client.post("/account/", NEW))
    assert (page.status, "We mail a code to bo@example.com" in page.text) == (403, True)
    sent = read(client.post("/account/", page.form("/account/").fields))
    field = sent.one("input", name="confirm_code")
    assert (sent.status, field["autocomplete"], field["inputmode"]) == (200, "one-time-code", "numeric")
    drain()
    mail = people.mailbox()[-1]
    code = people.code_in(mail)
    assert (mail["To"], code in str(mail["Subject"])) == ("bo@example.com", False)
    wrong = "111111" if code != "111111" else "222222"
    assert client.post("/account/", NEW | {"confirm_code": wrong}).status_code == 422
    assert client.post("/account/", NEW | {"confirm_code": code}).status_code == 302
    drain()
    assert people.mailbox()[-1]["To"] == "new@example.com"


def test_code_of_one_session_is_nothing_in_another(company, bo):
    here, there = people.sign_in(people.portal(), bo), people.sign_in(people.portal(), bo)
    people.make_stale(bo)
    here.post("/account/", NEW | {"confirm_act": "send_code"})
    drain()
    code = people.code_in(people.mailbox()[-1])
    assert there.post("/account/", NEW | {"confirm_code": code}).status_code == 422
    assert here.post("/account/", NEW | {"confirm_code": code}).status_code == 302


def test_asking_for_codes_is_throttled(company, bo):
    in_one_window(budgets.MAILED)
    client = stale(bo)
    ask = NEW | {"confirm_act": "send_code"}
    assert [client.post("/account/", ask).status_code for _ in range(5)] == [200] * 4 + [429]


def test_who_has_a_password_cannot_confirm_by_code(company, ana):
    client = stale(ana)
    page = read(client.post("/account/", NEW | {"confirm_act": "send_code"}))
    drain()
    assert (page.status, people.mailbox()) == (422, [])


def test_asking_reads_nothing_more(company, ana):
    """Whether a visitor has confirmed comes with the way in."""
    client = stale(ana)
    client.get("/confirm/")
    with statements(1):
        client.get("/confirm/")

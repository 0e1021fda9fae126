"""Signing in by a mailed code, as a browser without scripts does it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.foundation.people import budgets
from portico.foundation.people.models import LoginSession
from portico.foundation.tenancy.models import Branch, Company, PortalState
from tests.counting import FREE
from tests.factories import customers as make
from tests.factories import drain, people, read, statements
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db
CODE = "/sign-in/code/"


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def ana(company):
    with people.inside(company):
        make.make_customer("Alvarez", "ana@example.com")
        return people.make_login("ana@example.com", password=None)


def ask(client, email="ana@example.com", **more):
    return client.post(CODE, {"email": email, **more})


def mailed():
    drain()
    return people.code_in(people.mailbox()[-1])


def enter(client, code, **more):
    return client.post(CODE, {"act": "try", "code": code, **more})


def other(code):
    return "111111" if code != "111111" else "222222"


def test_sign_in_page_offers_a_code_and_takes_the_address_along(company):
    page = read(people.portal().get("/sign-in/"))
    button = page.one("button", formaction=CODE)
    assert button.text == "Email me a code instead"
    refused = read(ask(people.portal(), email=""))
    assert (refused.status, refused.h1) == (422, "Sign in by code")


def test_code_signs_in_without_a_password(company, ana):
    client = people.portal()
    answer = ask(client, email=" ANA@example.com ")
    cookie = client.cookies["portal-code"]
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    page = read(client.get(CODE))
    field = page.one("input", name="code")
    assert (page.h1, field["autocomplete"], field["inputmode"]) == ("Enter the code", "one-time-code", "numeric")
    done = enter(client, mailed())
    assert (done.status_code, done["Location"], client.cookies["portal-code"].value) == (302, "/", "")
    assert client.get("/account/").status_code == 200


def test_mail_speaks_for_the_branch_and_keeps_the_code_out_of_the_subject(company):
    with people.inside(company):
        branch = Branch.objects.create(
            name="North", display_name="Brightwater North", time_zone="America/Phoenix", phone="602-555-0199"
        )
        make.make_customer("Alvarez", "ana@example.com", branch=branch)
        people.make_login("ana@example.com")
    ask(people.portal())
    code = mailed()
    (mail,) = people.mailbox()
    html = mail.get_body(("html",)).get_content()
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", "Your code to sign in to Brightwater North")
    assert (code in html, "(602) 555-0199" in html, f"Your code is {code}" in people.body_of(mail)) == (
        True,
        True,
        True,
    )


def test_next_and_remember_me_are_kept_along_the_way(company, ana):
    client = people.portal()
    there = ask(client, next="/account/", remember="on")["Location"]
    assert there == "/sign-in/code/?next=%2Faccount%2F&remember=1"
    page = read(client.get(there))
    fields = page.forms[0].fields
    assert (fields["next"], "checked" in page.one("input", name="remember").attributes) == ("/account/", True)
    assert enter(client, mailed(), next="/account/", remember="on")["Location"] == "/account/"
    assert client.cookies["portal"]["max-age"] == 2592000


@pytest.mark.parametrize("place", ("https://evil.example.com/", "//evil.example.com/", "javascript:alert(1)"))
def test_next_leads_nowhere_else(company, ana, place):
    client = people.portal()
    ask(client, next=place)
    assert enter(client, mailed(), next=place)["Location"] == "/"


def asked_with_counts(email):
    """What is answered to this address, and how many statements each step takes."""
    client, counts, answers = people.portal(), [], []
    for step in (
        lambda: ask(client, email=email),
        lambda: client.get(CODE),
        lambda: enter(client, "000000"),
        *[lambda: enter(client, "000001")] * 4,
        lambda: enter(client, "000002"),
    ):
        with CaptureQueriesContext(connection) as captured:
            answer = step()
        counts.append(len([one for one in captured.captured_queries if not one["sql"].upper().startswith(FREE)]))
        answers.append((answer.status_code, answer.content.decode().replace(email, "…").count("…")))
        drain()
    return counts, answers


def test_known_and_unknown_addresses_get_the_same_answers_for_the_same_work(company, ana):
    in_one_window(budgets.CODES)
    known, unknown = asked_with_counts("ana@example.com"), asked_with_counts("nobody@example.com")
    assert known == unknown
    assert [mail["To"] for mail in people.mailbox()] == ["ana@example.com"]


def test_asking_and_looking_take_a_fixed_number_of_statements(company, ana):
    client = people.portal()
    client.get(CODE)
    with statements(1):
        client.get(CODE)
    ask(client)
    with statements(2):
        client.get(CODE)


def test_code_works_only_in_the_browser_that_asked(company, ana):
    client, elsewhere = people.portal(), people.portal()
    ask(client)
    code = mailed()
    refused = read(enter(elsewhere, code))
    assert (refused.status, refused.h1) == (422, "Sign in by code")
    assert enter(client, code).status_code == 302


def test_wrong_code_says_so_at_its_field_and_offers_a_new_one(company, ana):
    client = people.portal()
    ask(client, next="/account/")
    code = mailed()
    page = read(enter(client, other(code), next="/account/"))
    assert (page.status, page.h1) == (422, "Enter the code")
    assert page.one("input", name="code")["aria-describedby"] == "id_code_error"
    again = page.forms[1].fields
    assert (again["email"], again["next"]) == ("ana@example.com", "/account/")
    client.post(CODE, again)
    fresh = mailed()
    assert (enter(client, code).status_code, enter(client, fresh).status_code) == (422, 302) or code == fresh


def test_old_code_leads_back_to_asking(company, ana):
    client = people.portal()
    ask(client)
    code = mailed()
    with people.inside(company):
        from_before = "2026-01-01T00:00:00Z"
        ana.codes.update(expires_at=from_before)
    page = read(enter(client, code))
    assert (page.status, page.h1, "not right or too old" in page.text) == (422, "Sign in by code", True)


def test_asking_is_throttled_by_network(company):
    in_one_window(budgets.ASKING)
    client = people.portal()
    statuses = [ask(client, email=f"p{n}@example.com").status_code for n in range(budgets.ASKING.most + 1)]
    assert statuses == [302] * budgets.ASKING.most + [429]


def test_closed_portal_neither_shows_nor_mails(company, ana):
    client = people.portal()
    ask(client)
    with people.inside(company):
        Company.objects.filter(pk=company.id).update(portal_state=PortalState.OFF)
    drain()
    assert (client.get(CODE).status_code, ask(client).status_code, people.mailbox()) == (503, 503, [])


def test_revoked_person_sees_nothing_as_with_a_password(company, ana):
    with people.inside(company):
        row = make.row_of(make.make_customer("Jones", "ana@example.com"), "ana@example.com")
        type(row).objects.update(revoked_at="2026-01-01T00:00:00Z")
    client = people.portal()
    ask(client)
    assert enter(client, mailed()).status_code == 302
    page = read(client.get("/account/"))
    assert ("Nothing stands under your address" in page.text, "Jones" in page.text) == (True, False)


def test_code_is_nothing_on_the_host_of_another_company(company, ana):
    people.make_company("other", name="Other")
    client, elsewhere = people.portal(), people.portal("other")
    ask(client)
    elsewhere.cookies["portal-code"] = client.cookies["portal-code"].value
    assert enter(elsewhere, mailed()).status_code == 422
    with people.inside(company):
        assert LoginSession.objects.count() == 0


def test_signed_in_visitor_is_sent_on(company, ana):
    client = people.sign_in(people.portal(), ana)
    assert client.get(CODE + "?next=/account/")["Location"] == "/account/"


def test_signing_in_by_code_confirms_and_ends_the_session_before(company, ana):
    client = people.sign_in(people.portal(), ana)
    before = client.cookies["portal"].value
    ask(client)
    enter(client, mailed())
    assert client.cookies["portal"].value != before
    with people.inside(company):
        assert LoginSession.objects.filter(ended_at=None).count() == 1
    assert client.get("/confirm/?next=/account/")["Location"] == "/account/"

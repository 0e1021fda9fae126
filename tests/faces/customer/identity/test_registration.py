import pytest

from portico.domain.customers import operations
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make
from tests.factories import drain, people, read

pytestmark = pytest.mark.django_db
NEW = {"password": "ample green tomatoes", "name": "Ana Alvarez"}


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def row(company):
    with people.inside(company):
        branch = Branch.objects.create(
            name="Phoenix", display_name="Brightwater Phoenix", time_zone="America/Phoenix", phone="602-555-0199"
        )
        customer = make.make_customer("Alvarez", "ana@example.com", branch=branch)
        return make.row_of(customer, "ana@example.com")


def invited(company, row):
    with people.inside(company):
        operations.invite(portal_contact=row.public_id, by=people.OFFICE)
    drain()
    return people.path_in(people.mailbox()[-1], "/invitations/")


def copied(company, row):
    with people.inside(company):
        return operations.copy_link(portal_contact=row.public_id, by=people.OFFICE).split(":8000")[1]


def test_invitation_mail_speaks_for_the_branch(company, row):
    invited(company, row)
    (mail,) = people.mailbox()
    assert (mail["To"], mail["Subject"]) == (
        "ana@example.com",
        "Brightwater Phoenix invites you to your customer portal",
    )
    assert "(602) 555-0199" in people.body_of(mail)


def test_invitation_page_shows_who_invites_and_changes_nothing(company, row):
    path = invited(company, row)
    response = people.portal().get(path)
    page = read(response)
    assert (page.status, page.h1) == (200, "Brightwater Phoenix invited you")
    assert (response["Referrer-Policy"], response["Cache-Control"]) == ("no-referrer", "no-store, private")
    assert page.one("input", id="id_email")["value"] == "ana@example.com"
    with people.inside(company):
        link = OneTimeLink.objects.get()
        assert (link.used_at, link.opened_at is not None, Login.objects.count()) == (None, True, 0)


def test_registering_signs_in_and_shows_the_home(company, row):
    path = invited(company, row)
    client = people.portal()
    response = client.post(path, NEW)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "Ana Alvarez" in read(client.get("/account/")).one("input", id="name_name")["value"]
    with people.inside(company):
        login = Login.objects.get()
        assert (login.email, login.name, login.side) == ("ana@example.com", "Ana Alvarez", "customer")


def test_link_works_once_and_leads_to_sign_in_afterwards(company, row):
    path = invited(company, row)
    people.portal().post(path, NEW)
    page = read(people.portal().get(path))
    assert (page.status, page.h1) == (200, "You already have an account")
    again = read(people.portal().post(path, NEW | {"password": "somebody else's words"}))
    assert again.h1 == "You already have an account"
    signed_in = people.portal().post("/sign-in/", {"email": "ana@example.com", "password": NEW["password"]})
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    ("password", "said"),
    (
        ("short", "Use at least 10 characters."),
        ("x" * 129, "Use at most 128 characters."),
        ("1234567890", "Many people use this password. Choose another one."),
        ("brightwaterhome1", "Choose a password without our name in it, or make it longer than that."),
        ("", "Choose a password."),
    ),
)
def test_unfit_password_is_refused_and_the_name_kept(company, row, password, said):
    path = invited(company, row)
    page = read(people.portal().post(path, {"password": password, "name": "Ana"}))
    assert (page.status, said in page.text) == (422, True)
    assert page.one("input", id="id_name")["value"] == "Ana"
    assert page.one("input", id="id_password")["aria-describedby"].endswith("id_password_error")


@pytest.mark.parametrize("length", (10, 128))
def test_password_of_the_limits_is_taken(company, row, length):
    path = invited(company, row)
    assert people.portal().post(path, {"password": ("aé日 z$" * 30)[:length], "name": ""}).status_code == 302


def test_resending_replaces_the_earlier_link(company, row):
    first = invited(company, row)
    with people.inside(company):
        operations.resend_invitation(portal_contact=row.public_id, by=people.OFFICE)
    drain()
    second = people.path_in(people.mailbox()[-1], "/invitations/")
    assert [people.portal().get(path).status_code for path in (first, second)] == [410, 200]


def test_expired_link_offers_a_new_one_to_the_same_address(company, row):
    path = invited(company, row)
    with people.inside(company):
        OneTimeLink.objects.update(expires_at="2026-01-01T00:00:00Z")
    page = read(people.portal().get(path))
    assert (page.status, page.h1) == (410, "This link no longer works")
    assert people.portal().post(path, NEW).status_code == 410
    sent = read(people.portal().post(path, {"act": "new_link"}))
    drain()
    mail = people.mailbox()[-1]
    assert (sent.h1, mail["To"]) == ("Check your mail", "ana@example.com")
    assert people.portal().get(people.path_in(mail, "/invitations/")).status_code == 200


def test_correcting_the_address_ends_the_link(company, row):
    path = invited(company, row)
    with people.inside(company):
        operations.correct_address(portal_contact=row.public_id, email="anna@example.com", by=people.OFFICE)
    assert people.portal().get(path).status_code == 410
    assert people.portal().post(path, NEW).status_code == 410
    sent = people.portal().post(path, {"act": "new_link"})
    drain()
    assert (sent.status_code, len(people.mailbox())) == (200, 1)


def test_copied_link_registers_only_with_the_mailed_code(company, row):
    path = copied(company, row)
    client = people.portal()
    page = read(client.get(path))
    assert page.forms[0].fields["act"] == "send_code"
    client.post(path, {"act": "send_code"})
    assert client.post(path, NEW | {"code": ""}).status_code == 422
    assert client.post(path, NEW | {"code": "000000"}).status_code == 422
    drain()
    code = people.code_in(people.mailbox()[-1])
    response = client.post(path, NEW | {"code": f" {code[:3]} {code[3:]}"})
    assert (response.status_code, people.mailbox()[-1]["To"]) == (302, "ana@example.com")


def test_code_is_dead_after_five_tries(company, row):
    path = copied(company, row)
    client = people.portal()
    client.post(path, {"act": "send_code"})
    drain()
    code = people.code_in(people.mailbox()[-1])
    wrong = "111111" if code != "111111" else "222222"
    assert [client.post(path, NEW | {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert client.post(path, NEW | {"code": code}).status_code == 422
    client.post(path, {"act": "send_code"})
    drain()
    fresh = people.code_in(people.mailbox()[-1])
    assert client.post(path, NEW | {"code": fresh}).status_code == 302


def test_unknown_token_is_no_link(company):
    assert people.portal().get("/invitations/nothing-like-that/").status_code == 410


def test_link_of_one_company_is_nothing_in_another(company, row):
    path = invited(company, row)
    people.make_company("other", name="Other")
    assert people.portal("other").get(path).status_code == 410
    assert people.portal("other").post(path, NEW).status_code == 410


def test_asking_for_an_invitation_answers_the_same_for_everybody(company, row):
    texts = []
    for email in ("ana@example.com", "eve@example.com"):
        page = read(people.portal().post("/invitations/", {"email": email}))
        texts.append(page.text.replace(email, "…"))
    drain()
    assert texts[0] == texts[1]
    assert [mail["To"] for mail in people.mailbox()] == ["ana@example.com"]


def test_asking_again_and_again_mails_four_times_an_hour(company, row):
    for _ in range(8):
        people.portal().post("/invitations/", {"email": "ana@example.com"})
    drain()
    assert len(people.mailbox()) == 4


def test_asking_with_an_account_gets_a_hint_to_sign_in(company, row):
    with people.inside(company):
        people.make_login("ana@example.com")
    people.portal().post("/invitations/", {"email": "ana@example.com"})
    drain()
    assert [mail["Subject"] for mail in people.mailbox()] == ["You already have an account with Brightwater Phoenix"]

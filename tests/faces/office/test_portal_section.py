import pytest

from portico.domain.customers.enums import BillingLevel
from portico.foundation.people.roles import StaffRole
from tests.factories import customers as make
from tests.factories import people, read


@pytest.fixture
def maria(company):
    with people.inside(company):
        return make.make_customer("Maria Ortega", "maria@example.com")


def record(customer):
    return f"/customers/{customer.public_id}/"


@pytest.fixture
def act(company, maria):
    """The path of an act on Maria's address."""

    def path(name: str) -> str:
        with people.inside(company):
            row = make.row_of(maria, "maria@example.com")
        return f"{record(maria)}addresses/{row.public_id}/{name}/"

    return path


def table(client, customer, email="maria@example.com"):
    return read(client.get(record(customer))).row("portal", email)


def menu(row):
    return [entry.text for entry in row.one("div", class_="menu__list").all() if entry.tag in {"a", "button"}]


def test_status_is_empty_before_an_invitation(olga, maria):
    row = table(olga, maria)
    assert "not invited" in row.text
    assert [button.text for button in row.all("button") if "Invite" in button.text] == ["Invite maria@example.com"]
    assert "Actions" not in row.one("details").text.split(" – ")[0]


def test_invite_says_so_and_shows_the_date(olga, maria, act):
    answer = olga.post(act("invite"))
    assert answer.headers["Location"] == f"{record(maria)}#portal"
    page = read(olga.get(record(maria)))
    assert "Invitation on its way to maria@example.com." in page.text
    row = page.row("portal", "maria@example.com")
    assert "Invited" in row.text
    assert menu(row)[:6] == [
        "View portal as",
        "Resend invite",
        "Copy link",
        "Edit memo",
        "Change billing access",
        "Revoke access",
    ]
    assert "Invite" not in [button.text for button in row.all("button")]


def test_invite_by_get_does_nothing(olga, maria, act):
    assert olga.get(act("invite")).status_code == 405
    assert "not invited" in table(olga, maria).text


def test_active_row_shows_its_last_sign_in(olga, company, maria):
    with people.inside(company):
        people.make_login("maria@example.com")
    assert "Active" in table(olga, maria).text


def test_copied_link_is_shown_once_on_its_own_page(olga, maria, act):
    olga.post(act("invite"))
    answer = olga.post(act("copy-link"))
    page = read(answer)
    assert page.h1 == "Invitation link"
    assert "/invitations/" in page.one("input", id="link")["value"]
    assert "no-store" in answer.headers["Cache-Control"]
    again = olga.get(act("copy-link"))
    assert again.headers["Location"] == f"{record(maria)}#portal"
    assert "/invitations/" not in read(olga.get(record(maria))).text


def test_memo_is_kept(olga, maria, act):
    olga.post(act("memo"), {"memo": "Spouse, pays bills"})
    assert "Spouse, pays bills" in table(olga, maria).text
    olga.post(act("memo"), {"memo": ""})
    assert "Spouse" not in table(olga, maria).text


def test_billing_access_is_changed(olga, maria, act):
    assert read(olga.get(act("billing"))).form("").fields["billing"] == BillingLevel.BILLING
    olga.post(act("billing"), {"billing": "none"})
    assert "No billing access" in table(olga, maria).text


def test_unknown_billing_level_is_refused(olga, act):
    assert olga.post(act("billing"), {"billing": "all"}).status_code == 422


def test_revoked_access_can_be_restored(olga, maria, act):
    olga.post(act("invite"))
    olga.post(act("revoke"))
    assert "Revoked" in table(olga, maria).text
    olga.post(act("restore"))
    assert "Revoked" not in table(olga, maria).text


def test_address_is_added(olga, maria):
    answer = olga.post(f"{record(maria)}addresses/add/", {"email": " Sam@Example.com ", "location": ""})
    assert answer.status_code == 302
    assert "not invited" in table(olga, maria, "sam@example.com").text


def test_wrong_address_is_kept_in_the_form(olga, maria):
    answer = olga.post(f"{record(maria)}addresses/add/", {"email": "sam at home", "location": ""})
    page = read(answer)
    assert (answer.status_code, page.title[:6]) == (422, "Error:")
    assert page.form("").fields["email"] == "sam at home"


def test_address_is_added_to_a_location(olga, company, maria):
    with people.inside(company):
        place = make.make_location(maria)
    olga.post(f"{record(maria)}addresses/add/", {"email": "tenant@example.com", "location": str(place.public_id)})
    assert place.street in table(olga, maria, "tenant@example.com").text


def test_address_is_corrected(olga, maria, act):
    olga.post(act("invite"))
    assert olga.post(act("correct"), {"email": "marya@example.com"}).status_code == 302
    assert "marya@example.com" in read(olga.get(record(maria))).rows("portal")
    assert "maria@example.com" not in read(olga.get(record(maria))).rows("contact")


def test_active_address_asks_before_it_is_corrected(olga, company, maria, act):
    with people.inside(company):
        people.make_login("maria@example.com")
    asked = olga.post(act("correct"), {"email": "marya@example.com"})
    form = read(asked).form("")
    assert (asked.status_code, form.fields["email"], form.fields["confirm"]) == (422, "marya@example.com", "on")
    assert olga.post(act("correct"), form.fields).status_code == 302
    assert "marya@example.com" in read(olga.get(record(maria))).rows("contact")


def test_address_is_removed(olga, maria, act):
    assert olga.post(act("remove")).status_code == 302
    page = read(olga.get(record(maria)))
    assert page.rows("portal") == []
    assert "No email on record" in page.text


def test_active_address_asks_before_it_is_removed(olga, company, maria, act):
    with people.inside(company):
        people.make_login("maria@example.com")
    asked = olga.post(act("remove"))
    assert asked.status_code == 422
    assert olga.post(act("remove"), read(asked).form("").fields).status_code == 302
    assert read(olga.get(record(maria))).rows("contact") == []


def test_shared_placeholder_says_why_it_is_not_invited(olga, company):
    with people.inside(company):
        customer = make.make_customer("Nobody", "noemail@example.com")
    row = table(olga, customer, "noemail@example.com")
    assert "This looks like a stand-in for a missing address. It is never invited." in row.text
    assert [button.text for button in row.all("button") if "Invite" in button.text] == []


def test_row_of_another_customer_is_not_found(olga, company, maria, act):
    with people.inside(company):
        sam = make.make_customer("Sam", "sam@example.com")
    for name in ("invite", "resend", "revoke", "restore", "memo", "correct", "remove", "billing", "copy-link"):
        foreign = act(name).replace(str(maria.public_id), str(sam.public_id))
        assert olga.post(foreign, {"email": "x@example.com", "memo": "x", "billing": "none"}).status_code == 404


ACTS = ("invite", "resend", "copy-link", "memo", "billing", "revoke", "restore", "correct", "remove", "confirm-shared")
MAY = {
    StaffRole.CSR: {"invite", "resend", "copy-link", "memo", "revoke", "restore", "correct", "remove"},
    StaffRole.DISPATCHER: {"invite", "resend"},
    StaffRole.ACCOUNTANT: {"invite", "resend", "memo", "billing", "revoke", "restore", "correct", "remove"},
    StaffRole.MANAGER: set(ACTS),
    StaffRole.ADMIN: set(ACTS),
}


@pytest.mark.parametrize("role", MAY)
def test_role_may_do_its_acts_only(staff, act, role):
    client = staff(role)
    paths = {name: act(name) for name in ACTS}
    may = {name for name in ACTS if client.post(paths[name], {}).status_code != 403}
    assert may == MAY[role]


def test_acts_of_other_roles_are_not_shown(staff, maria, act):
    staff(StaffRole.ADMIN).post(act("invite"))
    assert menu(table(staff(StaffRole.DISPATCHER), maria)) == ["Resend invite"]
    assert "Add an address" not in read(staff(StaffRole.DISPATCHER).get(record(maria))).text


def test_form_without_its_token_is_refused(company, maria, act):
    with people.inside(company):
        login = people.make_staff()
    client = people.office()
    client.handler.enforce_csrf_checks = True
    people.sign_in(client, login)
    assert client.post(act("invite")).status_code == 403
    assert "not invited" in table(client, maria).text


def test_trail_says_which_address_and_what_became_of_it(olga, maria, act):
    olga.post(act("invite"))
    olga.post(act("billing"), {"billing": BillingLevel.NONE})
    correct = act("correct")
    olga.post(correct, {"email": "right@example.com"})
    trail = read(olga.get(record(maria))).one("ol", class_="timeline").text
    assert "Invitedmaria@example.com" in trail
    assert "Billing access changedmaria@example.com: No billing access" in trail
    assert "Address correctedmaria@example.com → right@example.com" in trail


def test_placeholder_that_is_added_is_not_offered_for_inviting(olga, maria):
    olga.post(f"{record(maria)}addresses/add/", {"email": "noemail@example.com"})
    page = read(olga.get(record(maria)))
    assert "noemail@example.com is on the record." in page.text
    assert "Invite it when you are ready" not in page.text

"""The settings page of estimates, and what customers see of it."""

import pytest

from portico.domain.estimates.models import EstimatePolicy, EstimateTerms
from portico.foundation.people.roles import StaffRole
from tests.domain.estimates import deciding
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.estimates import make_estimate

PATH = "/settings/estimates/"
RULES = {
    "act": "rules",
    "undo_hours": "48",
    "expires_after_days": "14",
    "decline_reasons": "Too expensive\r\n\r\nLater",
}


def typed(page, act):
    return next(form.fields for form in page.forms if form.fields.get("act") == act)


def kept(company):
    with people.inside(company):
        rules = EstimatePolicy.objects.values_list("undo_hours", "expires_after_days", "decline_reasons").first()
        return rules, list(EstimateTerms.objects.order_by("n").values_list("n", "text"))


@pytest.fixture
def estimate(company):
    with people.inside(company):
        return make_estimate(make.make_customer("Ana Alvarez", "ana@example.com"))


@pytest.fixture
def ana(company, estimate):
    with people.inside(company):
        login = people.make_login("ana@example.com", name="Ana Alvarez")
    return people.sign_in(people.portal(), login)


def test_rules_are_saved_and_shown(company, olga):
    page = read(olga.post(PATH, RULES, follow=True))
    assert ("The rules of estimates were saved." in page.text, kept(company)[0]) == (
        True,
        (48, 14, ["Too expensive", "Later"]),
    )
    shown = typed(page, "rules")
    assert (shown["undo_hours"], shown["expires_after_days"], shown["decline_reasons"].split("\n")) == (
        "48",
        "14",
        ["Too expensive", "Later"],
    )


@pytest.mark.parametrize(
    ("field", "given", "told"),
    (
        ("undo_hours", "soon", "Enter a whole number of hours."),
        ("undo_hours", "-1", "Enter between 0 and 720 hours."),
        ("undo_hours", "9" * 30, "Enter between 0 and 720 hours."),
        ("expires_after_days", "", "Enter a whole number of days."),
        ("expires_after_days", "0", "Enter between 1 and 730 days."),
        ("decline_reasons", "\n".join(f"Reason {n}" for n in range(21)), "Offer at most 20 reasons."),
        ("decline_reasons", "x" * 121, "A reason has at most 120 letters."),
    ),
)
def test_rule_that_cannot_be_is_told_and_what_was_typed_stays(company, olga, field, given, told):
    answer = olga.post(PATH, RULES | {field: given})
    page = read(answer)
    shown = typed(page, "rules")
    same = {name: shown[name].replace("\r", "") for name in RULES}
    assert (answer.status_code, told in page.text, kept(company)[0]) == (422, True, None)
    assert same == {name: value.replace("\r", "") for name, value in (RULES | {field: given}).items()}


def test_terms_become_a_version_once_and_the_former_can_be_read(company, olga):
    page = read(olga.post(PATH, {"act": "terms", "text": "Half in advance."}, follow=True))
    assert "The new terms hold for approvals from now on." in page.text
    again = read(olga.post(PATH, {"act": "terms", "text": "Half in advance.\r\n"}, follow=True))
    assert "so nothing was changed" in again.text
    olga.post(PATH, {"act": "terms", "text": "All in advance."})
    assert kept(company)[1] == [(1, "Half in advance."), (2, "All in advance.")]
    page = read(olga.get(PATH, {"version": "1"}))
    assert [one.attributes["data-key"] for one in page.all("li", data_row="terms")] == ["1", "0"]
    assert ("Half in advance." in page.text, typed(page, "terms")["text"].strip()) == (True, "All in advance.")


@pytest.mark.parametrize(
    ("text", "told"),
    (("  ", "Write the terms that customers agree to."), ("x" * 20_001, "Write at most 20000 letters.")),
)
def test_terms_that_cannot_be_are_told_and_stay_as_typed(company, olga, text, told):
    answer = olga.post(PATH, {"act": "terms", "text": text})
    page = read(answer)
    assert (answer.status_code, told in page.text, kept(company)[1]) == (422, True, [])
    assert typed(page, "terms")["text"].strip() == text.strip()


@pytest.mark.parametrize("version", ("1", "-1", "x", "1" * 40, "²"))
def test_version_that_is_not_there_is_not_found(olga, version):
    assert olga.get(PATH, {"version": version}).status_code == 404


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(company, staff, role):
    client = staff(role)
    assert (client.get(PATH).status_code, client.post(PATH, RULES).status_code) == (403, 403)
    assert kept(company) == (None, [])


def test_managers_get_in_by_the_list_of_the_settings(staff):
    client = staff(StaffRole.MANAGER)
    page = read(client.get("/settings/"))
    assert (page.links["Estimates"], client.get(PATH).status_code) == (PATH, 200)


def test_reasons_of_the_office_are_offered_when_declining(company, olga, ana, estimate):
    olga.post(PATH, RULES)
    page = read(ana.get(f"/estimates/{estimate.public_id}/decline/"))
    assert ("Too expensive" in page.text, "Later" in page.text) == (True, True)


def test_who_has_an_estimate_open_is_told_of_new_terms(company, olga, ana, estimate):
    with people.inside(company):
        shown = deciding.shown(estimate)
    olga.post(PATH, {"act": "terms", "text": "Half in advance."})
    given = {"shown": shown, "signer_name": "Ana Alvarez", "kind": "typed", "agree": "on", "step": "confirm"}
    page = read(ana.post(f"/estimates/{estimate.public_id}/approve/", given))
    assert (page.status, "The terms have changed" in page.text) == (409, True)


@pytest.mark.parametrize("count", (1, 30))
def test_page_asks_the_same_at_one_and_many_versions(company, olga, count):
    for n in range(count):
        olga.post(PATH, {"act": "terms", "text": f"Text {n}."})
    olga.get(PATH)  # tells the notices
    with statements(4):
        olga.get(PATH)

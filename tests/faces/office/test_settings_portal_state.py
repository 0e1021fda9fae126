"""Switching the portal off, to test and on in the office."""

import pytest
from django.db import DatabaseError, connection, transaction

from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.portals import terms
from portico.foundation.tenancy.models import Company, OperatorTermsAcceptance, PortalState, PortalTester
from tests.factories import people, read, statements

PATH = "/settings/portal-state/"


@pytest.fixture
def company(db):
    return people.make_company(state=PortalState.OFF)


def form_of(client):
    return next(form.fields for form in read(client.get(PATH)).forms if "testers" in form.fields)


def send(client, follow=True, **changed):
    return client.post(PATH, form_of(client) | changed, follow=follow)


def state_of(company):
    return Company.objects.get(pk=company.id).portal_state


def trail(company, verb):
    with people.inside(company):
        entries = AuditEntry.objects.filter(verb=verb).order_by("pk")
        return [(entry.actor_name, entry.note, entry.facts) for entry in entries]


def test_portal_is_switched_on_after_the_terms_were_accepted(company, olga):
    page = read(send(olga, state="on", accepts="on"))
    assert ("The portal is on." in page.text, state_of(company)) == (True, "on")
    version = terms.terms().version
    with people.inside(company):
        row = OperatorTermsAcceptance.objects.get()
    assert (row.version, row.text, row.accepted_by_name) == (version, terms.terms().text, "Olga Office")
    assert [one.attributes["data-key"] for one in page.all("li", data_row="acceptance")] == [version]
    assert trail(company, "portal.switched") == [("Olga Office", "", {"before": "off", "after": "on"})]
    assert trail(company, "portal.terms_accepted") == [("Olga Office", version, {})]


def test_portal_is_not_switched_on_without_the_terms(company, olga):
    answer = send(olga, follow=False, state="on", testers="ana@example.com")
    page = read(answer)
    assert (answer.status_code, state_of(company)) == (422, "off")
    assert "Read the operator’s terms and tick that you accept them." in page.text
    assert next(form.fields for form in page.forms if "testers" in form.fields)["testers"].strip() == "ana@example.com"
    assert trail(company, "portal.testers_changed") == []


def test_terms_that_changed_must_be_accepted_again(company, olga, settings, tmp_path):
    send(olga, state="on", accepts="on")
    send(olga, state="off")
    old = form_of(olga)
    settings.OPERATOR_TERMS = str(tmp_path / "terms.txt")
    (tmp_path / "terms.txt").write_text("Be kind.")
    terms.terms.cache_clear()
    try:
        answer = olga.post(PATH, old | {"state": "on", "accepts": "on"})
        assert "The operator’s terms have changed meanwhile." in read(answer).text
        assert state_of(company) == "off"
        assert "Be kind." in read(olga.get(PATH)).text
        send(olga, state="on")
        assert state_of(company) == "off"
        send(olga, state="on", accepts="on")
        assert state_of(company) == "on"
    finally:
        terms.terms.cache_clear()
    with people.inside(company):
        assert OperatorTermsAcceptance.objects.count() == 2


def test_acceptance_cannot_be_changed_or_removed(company, olga):
    send(olga, state="on", accepts="on")
    for statement in (
        "UPDATE tenancy_operatortermsacceptance SET text = ''",
        "DELETE FROM tenancy_operatortermsacceptance",
    ):
        with pytest.raises(DatabaseError), people.inside(company), connection.cursor() as cursor:
            cursor.execute(statement)


def test_testers_are_named_and_audited_with_before_and_after(company, olga):
    page = read(send(olga, state="test", testers="Ana@Example.com, ben@example.com\r\n\r\nana@example.com"))
    assert ("Only the named addresses are let in." in page.text, state_of(company)) == (True, "test")
    send(olga, testers="ben@example.com")
    with people.inside(company):
        assert list(PortalTester.objects.values_list("email", flat=True)) == ["ben@example.com"]
    assert [facts for _who, _note, facts in trail(company, "portal.testers_changed")] == [
        {"before": [], "after": ["ana@example.com", "ben@example.com"]},
        {"before": ["ana@example.com", "ben@example.com"], "after": ["ben@example.com"]},
    ]


@pytest.mark.parametrize(
    ("changed", "told"),
    (
        ({"state": "open"}, "Choose off, test or on."),
        ({"state": ""}, "Choose off, test or on."),
        ({"state": "test", "testers": ""}, "Name at least one address that is let in."),
        ({"state": "test", "testers": "ana@example.com nobody"}, "“nobody” is not an email address."),
        ({"testers": " ".join(f"a{n}@example.com" for n in range(51))}, "Name at most 50 addresses."),
    ),
)
def test_what_cannot_be_is_told_and_nothing_is_changed(company, olga, changed, told):
    answer = send(olga, follow=False, **changed)
    assert (answer.status_code, told in read(answer).text, state_of(company)) == (422, True, "off")
    with people.inside(company):
        assert not PortalTester.objects.exists()


def test_two_at_once_the_second_is_told(company, olga):
    typed = form_of(olga) | {"state": "test", "testers": "ben@example.com"}
    send(olga, state="test", testers="ana@example.com")
    answer = olga.post(PATH, typed)
    page = read(answer)
    assert answer.status_code == 409
    assert "The portal is now: in test. Let in during a test: ana@example.com." in page.text
    again = next(form.fields for form in page.forms if "testers" in form.fields)
    assert again["testers"].strip() == "ben@example.com"
    olga.post(PATH, again)
    with people.inside(company):
        assert PortalTester.objects.get().email == "ben@example.com"


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_get_403(company, staff, role):
    other = staff(role)
    assert (other.get(PATH).status_code, other.post(PATH, {"state": "on"}).status_code) == (403, 403)
    assert state_of(company) == "off"


@pytest.mark.parametrize("count", (1, 30))
def test_page_costs_the_same(company, olga, count):
    with people.inside(company):
        for n in range(count):
            PortalTester.objects.create(email=f"a{n}@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
    with statements(5):
        olga.get(PATH)


def test_testers_of_another_company_stay(company, olga):
    other = people.make_company("other")
    with people.inside(other), transaction.atomic():
        PortalTester.objects.create(email="eve@example.com", added_by_name="", added_at="2026-01-01T00:00:00Z")
    send(olga, state="test", testers="ana@example.com")
    with people.inside(other):
        assert PortalTester.objects.count() == 1

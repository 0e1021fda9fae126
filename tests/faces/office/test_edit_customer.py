"""A customer is changed by hand: audited, found by the new name, and never over what somebody else wrote unseen."""

from __future__ import annotations

import pytest

from portico.domain.customers.models import Customer
from portico.domain.customers.search import refresh_search
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import read
from tests.factories.town import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(inside) -> Customer:
    with inside():
        maria = make.make_customer("Maria Ortega", "maria@example.com", postal_code="78701", country="USA")
        refresh_search([maria.pk])
        return maria


def _form(client, maria):
    found = read(client.get(f"/customers/{maria.public_id}/edit/"))
    return next(one for one in found.forms if "edition" in one.fields).fields


def test_change_is_written_audited_and_found(olga, inside, maria):
    typed = _form(olga, maria) | {
        "name": "Maria Lopez",
        "type": "Commercial",
        "do_not_service": "on",
        "street": "1 B St",
    }
    answer = olga.post(f"/customers/{maria.public_id}/edit/", typed)

    assert answer["Location"] == f"/customers/{maria.public_id}/"
    with inside():
        now = Customer.objects.get()
        assert (now.name, now.sort_key, now.type, now.do_not_service, now.street, now.country) == (
            "Maria Lopez", "maria lopez", "Commercial", True, "1 B St", "USA",
        )  # fmt: skip
        entry = AuditEntry.objects.get(verb="customer.changed")
        assert entry.customer_id == maria.public_id
        assert entry.facts == {
            "before": {"name": "Maria Ortega", "type": "Residential", "street": maria.street, "do_not_service": False},
            "after": {"name": "Maria Lopez", "type": "Commercial", "street": "1 B St", "do_not_service": True},
        }
    assert read(olga.get("/customers/", {"q": "lopez"})).rows("customer") == [maria.number]
    assert read(olga.get("/customers/", {"q": "ortega"})).rows("customer") == []


def test_two_tabs_do_not_write_over_each_other_unseen(olga, csr, inside, maria):
    first, second = _form(olga, maria), _form(csr, maria)
    olga.post(f"/customers/{maria.public_id}/edit/", first | {"memo": "Pays by check"})
    answer = csr.post(f"/customers/{maria.public_id}/edit/", second | {"memo": "Call first", "name": "Maria Lopez"})

    found = read(answer)
    assert answer.status_code == 409
    assert "Pays by check" in found.one(id="now").text
    form = next(one for one in found.forms if "edition" in one.fields)
    assert (form.fields["memo"], form.fields["name"]) == ("Call first", "Maria Lopez"), "nothing typed is lost"
    with inside():
        assert Customer.objects.get().memo == "Pays by check"

    assert csr.post(f"/customers/{maria.public_id}/edit/", form.fields).status_code == 303
    with inside():
        assert (Customer.objects.get().memo, Customer.objects.get().name) == ("Call first", "Maria Lopez")


def test_same_form_sent_twice_is_no_conflict(olga, inside, maria):
    typed = _form(olga, maria) | {"memo": "Call first"}
    answers = [olga.post(f"/customers/{maria.public_id}/edit/", typed).status_code for _ in range(2)]
    assert answers == [303, 303]
    with inside():
        assert AuditEntry.objects.filter(verb="customer.changed").count() == 1


def test_customer_with_jobs_to_come_is_not_made_inactive_silently(olga, inside, town: Town):
    town.book()
    with inside():
        owner = Customer.objects.get(pk=town.home.customer_id)
    typed = _form(olga, owner)
    typed.pop("is_active")
    answer = olga.post(f"/customers/{owner.public_id}/edit/", typed)
    assert answer.status_code == 422
    assert "still to be done" in read(answer).one(id="question").text
    assert olga.post(f"/customers/{owner.public_id}/edit/", typed | {"confirm": "on"}).status_code == 303
    with inside():
        assert not Customer.objects.get(pk=owner.pk).is_active


def test_branch_is_fixed_and_let_go(olga, inside, maria):
    with inside():
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Chicago")
    olga.post(f"/customers/{maria.public_id}/edit/", _form(olga, maria) | {"branch": str(north.public_id)})
    with inside():
        assert (Customer.objects.get().branch_id, Customer.objects.get().is_branch_fixed) == (north.pk, True)
    olga.post(f"/customers/{maria.public_id}/edit/", _form(olga, maria) | {"branch": ""})
    with inside():
        assert (Customer.objects.get().branch.is_main, Customer.objects.get().is_branch_fixed) == (True, False)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    (
        ("name", "", "Enter a name."),
        ("name", "x" * 301, "Write at most 300 letters."),
        ("type", "", "This field is required."),
        ("postal_code", "none", "Enter a ZIP code such as 78701."),
        ("memo", "x" * 2001, "Write at most 2000 letters."),
    ),
)
def test_wrong_input_changes_nothing(olga, inside, maria, field, value, said):
    answer = olga.post(f"/customers/{maria.public_id}/edit/", _form(olga, maria) | {"city": "Dallas", field: value})
    assert answer.status_code == 422
    assert any(said in error for error in read(answer).errors)
    with inside():
        assert Customer.objects.get().city == "Austin"


def test_merged_away_record_leads_to_its_survivor(olga, inside, maria):
    with inside():
        gone = make.make_customer("Maria O", merged_into=maria, is_active=False)
    answer = olga.get(f"/customers/{gone.public_id}/edit/")
    assert answer["Location"] == f"/customers/{maria.public_id}/edit/"


def test_dispatchers_do_not_edit_customers(staff, maria):
    client = staff(StaffRole.DISPATCHER)
    assert client.get(f"/customers/{maria.public_id}/edit/").status_code == 403
    assert "Edit the customer" not in read(client.get(f"/customers/{maria.public_id}/")).links


def test_form_costs_a_fixed_number_of_statements(olga, maria):
    with statements(4):
        olga.get(f"/customers/{maria.public_id}/edit/")

"""Somebody new is put on the books by hand: found at once, likely duplicates said first, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portico.domain.customers.models import Contact, Customer, Location, PortalContact
from portico.domain.customers.search import refresh_search
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people, read

pytestmark = pytest.mark.django_db
NEW = "/customers/new/"
MARIA = {
    "name": "  Maria   Ortega ",
    "type": "Residential",
    "email": "Maria@Example.com",
    "phone": "(512) 555-0142",
    "phone_type": "MobilePhone",
    "street": "412 Oak Street",
    "city": "Austin",
    "region": "TX",
    "postal_code": "78701",
    "home": "same",
    "home_name": "",
    "memo": "Dog in the yard",
}


def _typed(client: Client, **other: str) -> dict[str, str]:
    """The form as the page gives it, with Maria in it."""
    form = next(one for one in read(client.get(NEW)).forms if "phone_type" in one.fields)
    return {**form.fields, **MARIA, **other}


def _known(inside: Callable[[], Any], **columns: Any) -> Customer:
    """Maria stands on the books already."""
    with inside():
        maria = make.make_customer("Maria Ortega", "maria@example.com", **columns)
        refresh_search([maria.pk])
        return maria


def test_customer_is_entered_with_contacts_and_a_first_home(olga, inside):
    typed = _typed(olga)
    answer = olga.post(NEW, typed)

    assert answer.status_code == 303
    with inside():
        maria = Customer.objects.get()
        assert answer["Location"] == f"/customers/{maria.public_id}/"
        assert (maria.name, maria.sort_key, maria.number, maria.source_id) == (
            "Maria Ortega", "maria ortega", "C-1", None,
        )  # fmt: skip
        assert (maria.one_line(), maria.memo) == ("412 Oak Street, Austin, TX 78701", "Dog in the yard")
        home = Location.objects.get()
        assert (home.name, home.one_line(), home.customer_id) == ("412 Oak Street", maria.one_line(), maria.pk)
        told = Contact.objects.order_by("type").values_list("type", "value", "email", "phone_digits")
        assert list(told) == [
            ("Email", "Maria@Example.com", "maria@example.com", ""),
            ("MobilePhone", "(512) 555-0142", "", "5125550142"),
        ]
        assert PortalContact.objects.get().email == "maria@example.com"
        entry = AuditEntry.objects.get(verb="customer.created")
        assert entry.customer_id == maria.public_id
        assert entry.facts["after"]["name"] == "Maria Ortega"


@pytest.mark.parametrize("asked", ("ortega", "(512) 555 0142", "maria@example.com", "412 oak", "C-1", "otrega"))
def test_new_customer_is_found_at_once(olga, asked):
    olga.post(NEW, _typed(olga))
    assert read(olga.get("/customers/", {"q": asked})).rows("customer") == ["C-1"]


def test_same_form_sent_twice_makes_one(olga, inside):
    typed = _typed(olga)
    first, second = olga.post(NEW, typed), olga.post(NEW, typed)

    assert first["Location"] == second["Location"]
    with inside():
        assert (Customer.objects.count(), Location.objects.count(), Contact.objects.count()) == (1, 1, 2)
        assert AuditEntry.objects.filter(verb="customer.created").count() == 1


def test_form_that_came_back_with_somebody_else_in_it_makes_somebody_else(olga, inside):
    typed = _typed(olga)
    olga.post(NEW, typed)
    other = {"name": "Bo Lindqvist", "email": "bo@example.com", "phone": "512-555-0177", "street": "9 Elm Avenue"}
    assert olga.post(NEW, typed | other).status_code == 303
    with inside():
        assert set(Customer.objects.values_list("number", "name")) == {("C-1", "Maria Ortega"), ("C-2", "Bo Lindqvist")}


@pytest.mark.parametrize(
    ("like", "reason"),
    (
        ({"name": "Someone Else", "phone": "1 512 555 9999", "street": "1 A Road"}, "Same email"),
        ({"name": "Someone Else", "email": "x@example.org", "phone": "+1 512.555.0142"}, "Same phone"),
        ({"name": "Someone Else", "email": "", "phone": "", "street": "412 Oak St"}, "Same address"),
        ({"name": "Mario Ortega", "email": "", "phone": "", "street": "1 A Road"}, "Similar name"),
    ),
)
def test_likely_duplicate_is_shown_before_anything_is_saved(olga, inside, like, reason):
    olga.post(NEW, _typed(olga))
    asked = olga.post(NEW, _typed(olga, **like))

    found = read(asked)
    assert (asked.status_code, found.rows("duplicate")) == (422, ["C-1"])
    assert reason in found.row("duplicate", "C-1").text
    form = next(one for one in found.forms if "phone_type" in one.fields)
    assert form.fields["name"] == like["name"]
    assert form.fields["postal_code"] == "78701"
    with inside():
        assert Customer.objects.count() == 1

    again = olga.post(NEW, form.fields)
    assert again.status_code == 422, "not without the tick"
    assert olga.post(NEW, form.fields | {"is_meant": "on"}).status_code == 303
    with inside():
        assert Customer.objects.count() == 2
        told = AuditEntry.objects.filter(verb="customer.created").latest("pk").facts
        assert len(told["likely_duplicates"]) == 1


def test_tick_counts_for_those_who_were_shown_only(olga, inside):
    olga.post(NEW, _typed(olga))
    form = next(one for one in read(olga.post(NEW, _typed(olga))).forms if "phone_type" in one.fields)
    _known(inside)
    asked = olga.post(NEW, form.fields | {"is_meant": "on"})
    assert asked.status_code == 422
    assert len(read(asked).rows("duplicate")) == 2


def test_placeholder_address_is_nobodys(olga, inside):
    olga.post(NEW, _typed(olga, email="noemail@example.com"))
    other = {"name": "Bo Lindqvist", "email": "noemail@example.com", "phone": "512-555-0177", "street": "9 Elm Avenue"}
    assert olga.post(NEW, _typed(olga, **other)).status_code == 303


WRONG = [
    ("name", "", "Enter a name."),
    ("name", "x" * 301, "Write at most 300 letters."),
    ("type", "Alien", "Select a valid choice"),
    ("email", "maria@", "Enter an email address such as"),
    ("phone", "555", "Enter a phone number with its area code"),
    ("phone", "no phone", "Enter a phone number with its area code"),
    ("phone_type", "Email", "Select a valid choice"),
    ("street", "", "Enter the street and number."),
    ("city", "", "Enter the city."),
    ("postal_code", "", "Enter the ZIP code."),
    ("postal_code", "none", "Enter a ZIP code such as 78701."),
    ("postal_code", "9" * 21, "Write at most 20 letters."),
    ("unit", "x" * 81, "Write at most 80 letters."),
    ("memo", "x" * 2001, "Write at most 2000 letters."),
    ("name", "a\0b", "Null characters are not allowed"),
    ("branch", "00000000-0000-0000-0000-000000000000", "Select a valid choice"),
]


@pytest.mark.parametrize(("field", "value", "said"), WRONG)
def test_wrong_input_is_named_at_its_field_and_kept(olga, inside, field, value, said):
    answer = olga.post(NEW, _typed(olga, **{field: value}))
    found = read(answer)
    assert answer.status_code == 422
    assert any(said in error for error in found.errors)
    form = next(one for one in found.forms if "phone_type" in one.fields)
    kept = {"name": "  Maria   Ortega ", "memo": "Dog in the yard", "street": "412 Oak Street"}
    assert all(form.fields[name] == kept[name] for name in kept if name != field)
    with inside():
        assert not Customer.objects.exists()


def test_home_somewhere_else_wants_its_own_address(olga, inside):
    answer = olga.post(NEW, _typed(olga, home="other"))
    assert answer.status_code == 422
    assert [error for error in read(answer).errors if "Enter the street" in error]

    elsewhere = {"home_street": "7 Lake Road", "home_city": "Marble Falls", "home_postal_code": "78654"}
    olga.post(NEW, _typed(olga, home="other", home_name="Lake house", **elsewhere))
    with inside():
        home = Location.objects.get()
        assert (home.name, home.one_line()) == ("Lake house", "7 Lake Road, Marble Falls, 78654")


def test_number_that_is_taken_is_left_out(olga, inside):
    with inside():
        taken = make.make_customer("Somebody Old")
        taken.number = "C-1"
        taken.save(update_fields=["number"])
    olga.post(NEW, _typed(olga))
    with inside():
        assert Customer.objects.get(name="Maria Ortega").number == "C-2"


def test_branch_is_fixed_where_one_is_chosen(olga, inside):
    with inside():
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Chicago")
    olga.post(NEW, _typed(olga, branch=str(north.public_id)))
    with inside():
        maria = Customer.objects.get()
        assert (maria.branch_id, maria.is_branch_fixed) == (north.pk, True)


@pytest.mark.parametrize(
    ("role", "status"), ((StaffRole.CSR, 200), (StaffRole.ACCOUNTANT, 200), (StaffRole.DISPATCHER, 403))
)
def test_front_office_and_accountants_enter_customers(staff, role, status):
    client = staff(role)
    assert client.get(NEW).status_code == status
    assert ("Add a customer" in read(client.get("/customers/")).links) is (status == 200)


@pytest.mark.parametrize("count", (1, 30))
def test_likely_duplicates_cost_the_same_however_many_there_are(olga, inside, count):
    with inside():
        for number in range(count):
            make.make_customer("Maria Ortega", f"maria{number}@example.com")
        refresh_search()
    typed = _typed(olga, email="maria0@example.com")
    with statements(9):
        answer = olga.post(NEW, typed)
    assert len(read(answer).rows("duplicate")) == min(count, 5)


def test_account_that_exists_is_told_that_it_can_also_see_this(olga, inside):
    with inside():
        make.make_customer("Maria at work", "maria@example.com")
        people.make_login("maria@example.com")
    olga.post(NEW, _typed(olga))
    with inside():
        assert Message.objects.filter(kind="also_see", to_email="maria@example.com").count() == 1

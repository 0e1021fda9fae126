"""Phones are added, corrected and removed on a customer and its locations; addresses stay the portal table's."""

from __future__ import annotations

import pytest

from portico.domain.customers.models import Contact, Customer, PortalContact
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def maria(inside) -> Customer:
    with inside():
        return make.make_customer("Maria Ortega", "maria@example.com")


def _form(client, address):
    found = read(client.get(address))
    return next(one for one in found.forms if "value" in one.fields).fields


def _add(client, maria, **typed):
    address = f"/customers/{maria.public_id}/contacts/add/"
    return client.post(address, _form(client, address) | {"value": "(512) 555-0142"} | typed)


def test_phone_is_added_and_found_at_once(olga, inside, maria):
    answer = _add(olga, maria, memo="After 5 pm")
    assert answer["Location"] == f"/customers/{maria.public_id}/#contacts"
    with inside():
        phone = Contact.objects.get(type="MobilePhone")
        assert (phone.value, phone.phone_digits, phone.memo, phone.location, phone.source_id) == (
            "(512) 555-0142", "5125550142", "After 5 pm", None, None,
        )  # fmt: skip
        entry = AuditEntry.objects.get(verb="contact.added")
        assert (entry.customer_id, entry.facts["after"]["value"]) == (maria.public_id, "(512) 555-0142")
    assert read(olga.get("/customers/", {"q": "512 555 0142"})).rows("customer") == [maria.number]
    assert "(512) 555-0142" in read(olga.get(f"/customers/{maria.public_id}/")).rows("contact")


def test_phone_of_a_location(olga, inside, maria):
    with inside():
        home = make.make_location(maria, name="Lake house")
        other = make.make_location(make.make_customer("Bo"), name="Elsewhere")
    _add(olga, maria, location=str(home.public_id))
    with inside():
        assert Contact.objects.get(type="MobilePhone").location_id == home.pk
    assert _add(olga, maria, value="512 555 0199", location=str(other.public_id)).status_code == 422


def test_same_form_sent_twice_adds_one(olga, inside, maria):
    address = f"/customers/{maria.public_id}/contacts/add/"
    typed = _form(olga, address) | {"value": "(512) 555-0142"}
    assert [olga.post(address, typed).status_code for _ in range(2)] == [303, 303]
    with inside():
        assert Contact.objects.filter(type="MobilePhone").count() == 1


def test_number_that_stands_there_is_refused(olga, maria):
    _add(olga, maria)
    answer = _add(olga, maria, value="512.555.0142")
    assert answer.status_code == 422
    assert any("stands there already" in error for error in read(answer).errors)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    (
        ("value", "", "Enter a phone number."),
        ("value", "five five five", "This is not a phone number."),
        ("value", "5" * 501, "Write at most 500 letters."),
        ("type", "Email", "Select a valid choice"),
        ("memo", "x" * 501, "Write at most 500 letters."),
        ("location", "no id", "Select a valid choice"),
    ),
)
def test_wrong_input_is_named_and_kept(olga, inside, maria, field, value, said):
    answer = _add(olga, maria, **{"memo": "After 5 pm", field: value})
    found = read(answer)
    assert answer.status_code == 422
    assert any(said in error for error in found.errors)
    kept = next(one for one in found.forms if "value" in one.fields).fields
    assert kept["value"] == (value if field == "value" else "(512) 555-0142")
    with inside():
        assert Contact.objects.count() == 1


def test_phone_is_corrected_and_removed(olga, inside, maria):
    _add(olga, maria)
    with inside():
        phone = Contact.objects.get(type="MobilePhone").public_id
    address = f"/customers/{maria.public_id}/contacts/{phone}/"
    typed = _form(olga, address)
    assert olga.post(address, typed | {"value": "512-555-0177", "type": "Phone"}).status_code == 303
    with inside():
        assert Contact.objects.get(public_id=phone).phone_digits == "5125550177"
        assert AuditEntry.objects.get(verb="contact.corrected").facts == {
            "before": {"type": "MobilePhone", "value": "(512) 555-0142"},
            "after": {"type": "Phone", "value": "512-555-0177"},
        }
    assert read(olga.get("/customers/", {"q": "5125550142"})).rows("customer") == []
    assert read(olga.get("/customers/", {"q": "5125550177"})).rows("customer") == [maria.number]

    stale = olga.post(address, typed | {"memo": "Work"})
    assert (stale.status_code, "512-555-0177" in read(stale).one(id="now").text) == (409, True)

    assert olga.post(f"{address}remove/").status_code == 303
    assert olga.post(f"{address}remove/").status_code == 404
    with inside():
        assert not Contact.objects.filter(public_id=phone).exists()
        assert AuditEntry.objects.get(verb="contact.removed").facts["before"]["value"] == "512-555-0177"
    assert read(olga.get("/customers/", {"q": "5125550177"})).rows("customer") == []


def test_addresses_of_the_portal_table_are_not_touched_here(olga, inside, maria):
    with inside():
        email = Contact.objects.get().public_id
    assert olga.get(f"/customers/{maria.public_id}/contacts/{email}/").status_code == 404
    assert olga.post(f"/customers/{maria.public_id}/contacts/{email}/remove/").status_code == 404
    with inside():
        assert Contact.objects.count() == 1


def test_address_that_came_in_wrong_becomes_a_right_one(olga, inside, maria):
    with inside():
        wrong = Contact.objects.create(customer=maria, type="Email", value="maria at work").public_id
    address = f"/customers/{maria.public_id}/contacts/{wrong}/"
    refused = olga.post(address, _form(olga, address) | {"value": "maria at home"})
    assert refused.status_code == 422
    assert olga.post(address, _form(olga, address) | {"value": "work@example.com"}).status_code == 303
    with inside():
        assert PortalContact.objects.filter(email="work@example.com", is_present=True).exists()


def test_dispatchers_do_not_edit_contacts(staff, maria):
    client = staff(StaffRole.DISPATCHER)
    assert client.get(f"/customers/{maria.public_id}/contacts/add/").status_code == 403
    assert "Add a phone" not in read(client.get(f"/customers/{maria.public_id}/")).links


@pytest.mark.parametrize("count", (1, 30))
def test_form_costs_a_fixed_number_of_statements(olga, inside, maria, count):
    with inside():
        for _ in range(count):
            make.make_location(maria)
    with statements(3):
        olga.get(f"/customers/{maria.public_id}/contacts/add/")

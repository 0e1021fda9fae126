"""Locations are entered and changed; one with jobs to come is not taken out of use silently."""

from __future__ import annotations

import pytest

from portico.domain.booking.models import BranchDay
from portico.domain.capacity.models import Zone, ZoneUnit
from portico.domain.customers.models import Customer, Location
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import read, scheduling
from tests.factories.town import Town

pytestmark = pytest.mark.django_db
LAKE = {"name": "Lake house", "street": "7 Lake Road", "city": "Marble Falls", "region": "TX", "postal_code": "78654"}


@pytest.fixture
def maria(inside) -> Customer:
    with inside():
        return make.make_customer("Maria Ortega")


def _form(client, address):
    return next(one for one in read(client.get(address)).forms if "edition" in one.fields).fields


def _add(client, maria, **typed):
    address = f"/customers/{maria.public_id}/locations/add/"
    return client.post(address, _form(client, address) | LAKE | typed)


def test_location_is_entered_and_found(olga, inside, maria):
    answer = _add(olga, maria)
    assert answer["Location"] == f"/customers/{maria.public_id}/#locations"
    with inside():
        lake = Location.objects.get()
        assert (lake.name, lake.one_line(), lake.is_active, lake.source_id) == (
            "Lake house", "7 Lake Road, Marble Falls, TX 78654", True, None,
        )  # fmt: skip
        assert AuditEntry.objects.get(verb="location.added").customer_id == maria.public_id
    assert read(olga.get("/customers/", {"q": "7 lake rd"})).rows("customer") == [maria.number]


def test_same_form_sent_twice_adds_one(olga, inside, maria):
    address = f"/customers/{maria.public_id}/locations/add/"
    typed = _form(olga, address) | LAKE
    assert [olga.post(address, typed).status_code for _ in range(2)] == [303, 303]
    with inside():
        assert Location.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    (
        ("street", "", "Enter the street and number."),
        ("city", "", "Enter the city."),
        ("postal_code", "", "Enter the ZIP code."),
        ("postal_code", "none", "Enter a ZIP code such as 78701."),
        ("name", "x" * 301, "Write at most 300 letters."),
        ("region", "x" * 81, "Write at most 80 letters."),
    ),
)
def test_wrong_input_is_named_and_kept(olga, inside, maria, field, value, said):
    answer = _add(olga, maria, **{field: value})
    assert answer.status_code == 422
    assert any(said in error for error in read(answer).errors)
    kept = next(one for one in read(answer).forms if "edition" in one.fields).fields
    assert {name: kept[name] for name in LAKE if name != field} == {
        name: value for name, value in LAKE.items() if name != field
    }
    with inside():
        assert not Location.objects.exists()


def test_change_is_audited_and_two_tabs_hear_of_each_other(olga, csr, inside, maria):
    _add(olga, maria)
    with inside():
        lake = Location.objects.get().public_id
    address = f"/customers/{maria.public_id}/locations/{lake}/"
    first, second = _form(olga, address), _form(csr, address)
    assert olga.post(address, first | {"street": "9 Lake Road"}).status_code == 303
    with inside():
        told = AuditEntry.objects.get(verb="location.changed").facts
        assert told == {"before": {"street": "7 Lake Road"}, "after": {"street": "9 Lake Road"}}

    late = csr.post(address, second | {"unit": "B"})
    assert late.status_code == 409
    assert "9 Lake Road" in read(late).one(id="now").text
    again = _form_of(late)
    assert again["unit"] == "B"
    assert csr.post(address, again | {"street": "9 Lake Road"}).status_code == 303
    with inside():
        assert (Location.objects.get().street, Location.objects.get().unit) == ("9 Lake Road", "B")


def _form_of(answer):
    return next(one for one in read(answer).forms if "edition" in one.fields).fields


def test_location_with_jobs_to_come_is_not_taken_out_of_use_silently(olga, inside, town: Town):
    town.book()
    with inside():
        home = Location.objects.select_related("customer").get(pk=town.home.pk)
    address = f"/customers/{home.customer.public_id}/locations/{home.public_id}/"
    typed = _form(olga, address)
    typed.pop("is_active")
    asked = olga.post(address, typed)
    assert asked.status_code == 422
    assert "1 job is still to be done here." in read(asked).one(id="question").text
    with inside():
        assert Location.objects.get(pk=home.pk).is_active
    assert olga.post(address, typed | {"confirm": "on"}).status_code == 303
    with inside():
        assert not Location.objects.get(pk=home.pk).is_active


def test_zone_is_found_by_the_postal_code(olga, inside, maria):
    with inside():
        zone = Zone.objects.create(name="Hill country", zips=["78654"], cities=[])
    _add(olga, maria, postal_code="78654-1234")
    _add(olga, maria, postal_code="78701", name="Town")
    with inside():
        lake, town = Location.objects.order_by("pk")
    root = f"/customers/{maria.public_id}/locations"
    assert f"Zone: {zone.name}" in read(olga.get(f"{root}/{lake.public_id}/")).text
    assert "No zone holds this ZIP code" in read(olga.get(f"{root}/{town.public_id}/")).text


def test_customer_gets_the_branch_of_the_zone_of_its_home(olga, inside, maria):
    with inside():
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Chicago")
        unit = scheduling.make_unit(branch=north)
        zone = Zone.objects.create(name="Hill country", zips=["78654"], cities=[])
        ZoneUnit.objects.create(zone=zone, business_unit=unit)
    _add(olga, maria)
    with inside():
        assert Customer.objects.get().branch_id == north.pk


def test_days_are_planned_anew_where_somebody_comes_to_another_area(olga, inside, town: Town):
    town.book()
    town.rebuild()
    with inside():
        home = Location.objects.select_related("customer").get(pk=town.home.pk)
        assert not BranchDay.objects.get(day=town.day).is_stale
    address = f"/customers/{home.customer.public_id}/locations/{home.public_id}/"
    typed = _form(olga, address) | {"street": "1 A St", "city": "Austin", "postal_code": "99999"}
    assert olga.post(address, typed).status_code == 303
    with inside():
        assert BranchDay.objects.get(day=town.day).is_stale


def test_dispatchers_do_not_edit_locations(staff, maria):
    client = staff(StaffRole.DISPATCHER)
    assert client.get(f"/customers/{maria.public_id}/locations/add/").status_code == 403


@pytest.mark.parametrize("count", (1, 30))
def test_page_costs_a_fixed_number_of_statements(olga, inside, maria, count):
    with inside():
        for number in range(count):
            Zone.objects.create(name=f"Zone {number}", zips=["78654"], cities=[])
    _add(olga, maria)
    with inside():
        lake = Location.objects.get().public_id
    olga.get("/customers/")  # where it is said that the location was saved
    with statements(4):
        olga.get(f"/customers/{maria.public_id}/locations/{lake}/")

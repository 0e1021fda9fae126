"""What the office entered and changed by hand, and what a later import makes of it (docs/imports.md, Who wins)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portico.domain.customers import record_queries as queries
from portico.domain.customers.models import Contact, Customer, Location
from portico.domain.customers.operations import phones, places, records
from tests.factories.people import OFFICE
from tests.importer import folders

pytestmark = pytest.mark.django_db

AT_HOME = {"street": "412 Oak Street", "unit": "", "city": "Austin", "region": "TX", "postal_code": "78701"}
NEW = records.NewCustomer(
    name="Maria by Hand",
    type="Residential",
    billing=AT_HOME,
    home=AT_HOME,
    email="hand@example.com",
    phone="512 555 0142",
)


def _rows(model: Any, **chosen: Any) -> list[dict[str, Any]]:
    return list(model.objects.filter(**chosen).order_by("pk").values())


def _by_hand() -> list[list[dict[str, Any]]]:
    maria = Customer.objects.get(source_id=None)
    return [
        _rows(Customer, pk=maria.pk),
        _rows(Location, customer=maria),
        _rows(Contact, customer=maria),
    ]


def test_import_never_touches_what_was_entered_by_hand(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        made = records.create_customer(wanted=NEW, key="form 1", by=OFFICE)
        places.add_location(customer=made, wanted={**AT_HOME, "name": "Shed", "is_active": True}, key="2", by=OFFICE)
        before = _by_hand()
    for record in list(folders.newest(small, "crm/customers").values())[:5]:
        folders.change(small, "crm/customers", record, memo="Said at the source")
    folders.take(small)
    with folders.inside(small):
        assert _by_hand() == before


def test_changes_by_hand_stay_until_the_source_says_something_new(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        home = Location.objects.filter(source_id__isnull=False, merged_into=None, is_active=True).order_by("pk")[0]
        owner = home.customer
        _rename(owner, "Renamed by Hand")
        _move(owner, home, "1 Hand Street")
    folders.take(small)
    with folders.inside(small):
        owner.refresh_from_db()
        home.refresh_from_db()
        assert (owner.name, owner.sort_key, home.street) == ("Renamed by Hand", "renamed by hand", "1 Hand Street")

    said = folders.newest(small, "crm/customers")[int(owner.source_id or 0)]
    folders.change(small, "crm/customers", said, name="Renamed at the Source")
    report = folders.take(small)
    with folders.inside(small):
        owner.refresh_from_db()
        home.refresh_from_db()
        assert (owner.name, home.street) == ("Renamed at the Source", "1 Hand Street")
    assert {"entity": "crm/customers", "id": owner.source_id, "field": "name"} in report.as_json()["overruled"]


def test_phone_removed_by_hand_stays_away(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        phone = Contact.objects.filter(source="customer", email="", customer__merged_into=None).order_by("pk")[0]
        source_id = phone.source_id
        phones.remove_contact(customer=phone.customer.public_id, contact=phone.public_id, by=OFFICE)
    folders.take(small)
    with folders.inside(small):
        assert not Contact.objects.filter(source="customer", source_id=source_id).exists()


def _rename(owner: Customer, name: str) -> None:
    found = queries.customer_to_edit(owner.public_id)
    assert found is not None
    wanted = {key: value for key, value in found.columns.items() if key not in ("branch", "country")} | {"name": name}
    records.change_customer(customer=owner.public_id, wanted=wanted, branch=None, edition=found.edition, by=OFFICE)


def _move(owner: Customer, home: Location, street: str) -> None:
    found = queries.location_to_edit(owner.public_id, home.public_id)
    assert found is not None
    wanted = {key: value for key, value in found.columns.items() if key != "country"} | {"street": street}
    places.change_location(
        customer=owner.public_id, location=home.public_id, wanted=wanted, edition=found.edition, by=OFFICE
    )

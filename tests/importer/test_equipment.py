"""Equipment: what the portal shows of every customer is what the files say, and it follows its location."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from portico.domain.customers.models import Customer, Location
from portico.domain.customers.queries import Scope
from portico.domain.equipment import invariants
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.equipment.queries import units
from portico.kernel import clock
from tests.importer import folders

pytestmark = pytest.mark.django_db

ENTITY = "equipmentsystems/installed-equipment"
EVERY = 100_000
DATES = {
    "installed_on": "installedOn",
    "manufacturer_warranty_start": "manufacturerWarrantyStart",
    "manufacturer_warranty_end": "manufacturerWarrantyEnd",
    "service_provider_warranty_start": "serviceProviderWarrantyStart",
    "service_provider_warranty_end": "serviceProviderWarrantyEnd",
}
Facts = tuple[Any, ...]


def accepted(export: Path, entity: str, refused: set[tuple[str, int | None]]) -> list[dict[str, Any]]:
    return [row for row in folders.newest(export, entity).values() if (f"{entity}.jsonl", row["id"]) not in refused]


def ends(rows: list[dict[str, Any]]) -> dict[int, int]:
    """Where each record ends, merges followed."""
    leads = {row["id"]: row["mergedToId"] for row in rows if row.get("mergedToId") and not row.get("active", True)}
    found = {row["id"]: row["id"] for row in rows}
    for one in found:
        while found[one] in leads:
            found[one] = leads[found[one]]
    return found


def said(row: dict[str, Any]) -> Facts:
    days = [date.fromisoformat(row[name][:10]) if row.get(name) else None for name in DATES.values()]
    return (row["name"], row["type"]["name"], row["manufacturer"], row["model"], row.get("serialNumber", ""), *days)


def shown(unit: units.Unit) -> Facts:
    maker, ours = unit.maker_warranty, unit.our_warranty
    days = (unit.installed_on, maker.starts_on, maker.ends_on, ours.starts_on, ours.ends_on)
    return (unit.name, unit.type, unit.manufacturer, unit.model, unit.serial_number, *days)


def test_portal_shows_every_customers_equipment_as_the_files_say(export: Path) -> None:
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    customers, places = (accepted(export, f"crm/{name}", refused) for name in ("customers", "locations"))
    customer_ends, place_ends = ends(customers), ends(places)
    owner = {row["id"]: customer_ends[row["customerId"]] for row in places}
    expected: dict[int, list[Facts]] = {end: [] for end in customer_ends.values()}
    for row in accepted(export, ENTITY, refused):
        if row.get("active", True):
            expected[owner[place_ends[row["locationId"]]]].append(said(row))

    found: dict[int | None, list[Facts]] = {}
    with folders.inside(export):
        for customer in Customer.objects.filter(merged_into=None):
            rows = units.units(scope=Scope([customer.pk], [None]), now=clock.now(), limit=EVERY)
            found[customer.source_id] = sorted((shown(row) for row in rows), key=repr)
        assert [fault for fault in invariants.check() if fault.count] == []

    assert found == {customer: sorted(rows, key=repr) for customer, rows in expected.items()}
    assert sum(map(len, found.values())) > 10


def unit_in(folder: Path) -> dict[str, Any]:
    """A unit of the export at a location that was not merged."""
    refused = {(row["file"], row["id"]) for row in folders.take(folder).refused}
    merged = {row["id"] for row in accepted(folder, "crm/locations", refused) if row.get("mergedToId")}
    return next(row for row in accepted(folder, ENTITY, refused) if row["locationId"] not in merged)


def stands(folder: Path, unit: dict[str, Any]) -> tuple[int | None, int | None]:
    """Customer and location of a unit, by source id; the invariants hold."""
    with folders.inside(folder):
        row = InstalledEquipment.objects.select_related("customer", "location").get(source_id=unit["id"])
        assert [fault for fault in invariants.check() if fault.count] == []
    return row.customer.source_id, row.location.source_id


def other_home(folder: Path, unit: dict[str, Any]) -> tuple[int, int]:
    """A customer and location that are somebody else's."""
    with folders.inside(folder):
        place = (
            Location.objects.filter(merged_into=None, customer__merged_into=None, is_active=True)
            .exclude(customer__source_id=unit["customerId"])
            .select_related("customer")
            .order_by("pk")[0]
        )
    assert place.source_id is not None
    assert place.customer.source_id is not None
    return place.customer.source_id, place.source_id


def test_unit_whose_customer_disagrees_belongs_to_its_locations(small: Path) -> None:
    unit = unit_in(small)
    stranger, _ = other_home(small, unit)
    owner, place = stands(small, unit)
    folders.change(small, ENTITY, unit, customerId=stranger)

    folders.take(small)

    assert stands(small, unit) == (owner, place)


def test_unit_goes_with_its_location_to_another_customer(small: Path) -> None:
    unit = unit_in(small)
    stranger, _ = other_home(small, unit)
    folders.change(
        small, "crm/locations", folders.newest(small, "crm/locations")[unit["locationId"]], customerId=stranger
    )

    folders.take(small)

    assert stands(small, unit) == (stranger, unit["locationId"])


def test_unit_of_a_merged_location_follows_even_when_the_survivor_is_sold(small: Path) -> None:
    unit = unit_in(small)
    stranger, elsewhere = other_home(small, unit)
    places = folders.newest(small, "crm/locations")
    folders.change(small, "crm/locations", places[unit["locationId"]], active=False, mergedToId=elsewhere)
    folders.take(small)
    assert stands(small, unit) == (stranger, elsewhere)

    later = "2027-02-01T00:00:00Z"
    folders.change(small, "crm/locations", places[elsewhere], on=later, customerId=unit["customerId"])
    folders.take(small)

    assert stands(small, unit) == (unit["customerId"], elsewhere)


def test_unit_taken_out_at_the_source_is_shown_no_longer(small: Path) -> None:
    unit = unit_in(small)
    folders.change(small, ENTITY, unit, active=False)

    folders.take(small)

    with folders.inside(small):
        row = InstalledEquipment.objects.get(source_id=unit["id"])
        listed = units.units(scope=Scope([row.customer_id], [None]), now=clock.now(), limit=EVERY)
    assert str(row.public_id) not in {one.id for one in listed}


def test_internal_fields_are_kept_and_missing_dates_stay_missing(small: Path) -> None:
    unit = unit_in(small)
    bare = dict.fromkeys(DATES.values())
    folders.change(small, ENTITY, unit, **bare, type="Sump pump", memo="Behind the shelf", cost=12.34567)

    folders.take(small)

    with folders.inside(small):
        row = InstalledEquipment.objects.get(source_id=unit["id"])
    assert {name: getattr(row, name) for name in DATES} == dict.fromkeys(DATES)
    assert (row.type, row.memo, str(row.cost)) == ("Sump pump", "Behind the shelf", "12.3457")


def test_invariants_find_a_unit_of_the_wrong_customer(small: Path) -> None:
    unit = unit_in(small)
    stranger, elsewhere = other_home(small, unit)
    with folders.inside(small):
        row = InstalledEquipment.objects.get(source_id=unit["id"])
        row.customer = Customer.objects.get(source_id=stranger)
        row.save()
        found = {fault.rule: (fault.count, fault.example) for fault in invariants.check()}
        assert found == {"a unit belongs to the customer of its location": (1, str(row.public_id))}
        Location.objects.filter(source_id=unit["locationId"]).update(
            merged_into=Location.objects.get(source_id=elsewhere)
        )
        assert len(invariants.check()) == 2

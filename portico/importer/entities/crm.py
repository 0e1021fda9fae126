"""crm/…: customers, locations and how to reach them."""

from __future__ import annotations

from typing import Any

from portico.domain.customers.enums import ContactType, CustomerType
from portico.importer.fields import Fields, Ref
from portico.kernel import text


def customer(fields: Fields) -> dict[str, Any]:
    name = fields.text("name", 300) or f"Customer {fields.record['id']}"
    term = fields.ref("paymentTermId", "accounting/payment-terms")
    fields.refs_in("tagTypeIds", "settings/tag-types")
    return {
        "number": str(fields.record["id"]),
        "name": name,
        "sort_key": text.fold(name)[:300],
        "type": fields.choice("type", CustomerType.values, default=CustomerType.RESIDENTIAL),
        "payment_term_source_id": term.id if term else None,
        "memo": fields.text("memo"),
        "is_active": fields.flag("active", default=True),
        "do_not_mail": fields.flag("doNotMail", default=False),
        "do_not_service": fields.flag("doNotService", default=False),
        "merged_into_id": _survivor(fields, "crm/customers"),
        "created_at": fields.created_at(),
        **_address(fields.inner("address")),
    }


def location(fields: Fields) -> dict[str, Any]:
    address = _address(fields.inner("address"))
    zone = fields.ref("zoneId", "dispatch/zones")
    fields.refs_in("tagTypeIds", "settings/tag-types")
    return {
        "customer_id": fields.needed("customerId", "crm/customers"),
        "name": fields.text("name", 300) or address["street"] or f"Location {fields.record['id']}",
        "zone_source_id": zone.id if zone else None,
        "is_active": fields.flag("active", default=True),
        "merged_into_id": _survivor(fields, "crm/locations"),
        "created_at": fields.created_at(),
        **address,
    }


def customer_contact(fields: Fields) -> dict[str, Any]:
    return {"customer_id": fields.needed("customerId", "crm/customers"), **_contact(fields)}


def location_contact(fields: Fields) -> dict[str, Any]:
    return {"location_id": fields.needed("locationId", "crm/locations"), **_contact(fields)}


def _contact(fields: Fields) -> dict[str, Any]:
    """The value stays as it was typed; beside it stands the address or number that it comes to, if any."""
    kind = fields.choice("type", ContactType.values)
    value = fields.text("value", 500)
    is_address = kind == ContactType.EMAIL and text.is_email(value)
    return {
        "type": kind,
        "value": value,
        "email": text.normalise_email(value) if is_address else "",
        "phone_digits": "" if kind == ContactType.EMAIL else text.digits(value)[:40],
        "memo": fields.text("memo"),
    }


def _address(fields: Fields) -> dict[str, str]:
    return {
        "street": fields.text("street", 300),
        "unit": fields.text("unit", 80),
        "city": fields.text("city", 120),
        "region": fields.text("state", 80),
        "postal_code": fields.text("zip", 20),
        "country": fields.text("country", 80),
    }


def _survivor(fields: Fields, entity: str) -> Ref | None:
    target = fields.ref("mergedToId", entity)
    return None if fields.flag("active", default=True) else target

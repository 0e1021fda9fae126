"""crm/…: customers, locations and how to reach them."""

from __future__ import annotations

from typing import Any

from portico.domain.customers import record_rules as rules
from portico.domain.customers.enums import ContactType, CustomerType
from portico.importer.fields import Fields, Ref


def customer(fields: Fields) -> dict[str, Any]:
    name = fields.text("name", rules.NAME_LETTERS) or f"Customer {fields.record['id']}"
    term = fields.ref("paymentTermId", "accounting/payment-terms")
    fields.refs_in("tagTypeIds", "settings/tag-types")
    return {
        "number": str(fields.record["id"]),
        **rules.named(name),
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
        "name": rules.place_name(
            fields.text("name", rules.NAME_LETTERS),
            street=address["street"],
            otherwise=f"Location {fields.record['id']}",
        ),
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
    kind = fields.choice("type", ContactType.values)
    return {**rules.contact(kind, fields.text("value", rules.VALUE_LETTERS)), "memo": fields.text("memo")}


def _address(fields: Fields) -> dict[str, str]:
    """The source calls two of the columns by other names."""
    said = {"region": "state", "postal_code": "zip"}
    return {name: fields.text(said.get(name, name), most) for name, most in rules.ADDRESS_LETTERS.items()}


def _survivor(fields: Fields, entity: str) -> Ref | None:
    target = fields.ref("mergedToId", entity)
    return None if fields.flag("active", default=True) else target

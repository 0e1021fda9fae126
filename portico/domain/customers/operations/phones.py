"""Phones and other ways to reach a customer or one of its locations. Addresses that mail goes to are `contacts`'."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers import record_rules, search
from portico.domain.customers.enums import ContactType
from portico.domain.customers.errors import Missing, RecordRefused
from portico.domain.customers.models import Contact, Customer, Location
from portico.domain.customers.operations import rows
from portico.domain.customers.operations.records import differing, locked_customer, require_unchanged
from portico.domain.customers.operations.sync import sync_portal_contacts, take_turn
from portico.domain.customers.record_queries import contact_columns
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import ids


@transaction.atomic
def add_contact(*, customer: UUID, wanted: Mapping[str, str], location: UUID | None, key: str, by: Actor) -> UUID:
    """Put a phone on a customer, or on one of its locations; its public id. The same form sent again adds nothing."""
    take_turn()
    owner = locked_customer(customer)
    public_id = ids.public_id_of_form(key, "contact", current_company_id(), customer, location, dict(wanted))
    if Contact.objects.filter(public_id=public_id).exists():
        return public_id
    row = Contact(public_id=public_id, customer=owner, location=_place(owner, location))
    _put(row, wanted)
    row.save()
    _follow(row, by=by)
    audit.record(
        "contact.added", row, by=by, customer=owner.public_id, note=row.value, before=None, after=contact_columns(row)
    )
    return public_id


@transaction.atomic
def correct_contact(*, customer: UUID, contact: UUID, wanted: Mapping[str, str], edition: str, by: Actor) -> bool:
    """Write another number, kind or memo; False when it is so already. A later import leaves it alone."""
    take_turn()
    row = _locked(customer, contact)
    present = contact_columns(row)
    if present == dict(wanted):
        return False
    require_unchanged(present, edition)
    _put(row, wanted)
    row.save(update_fields=["type", "value", "email", "phone_digits", "memo"])
    _follow(row, by=by)
    told: dict[str, Any] = differing(present, contact_columns(row))
    audit.record("contact.corrected", row, by=by, customer=row.customer.public_id, note=row.value, **told)
    return True


@transaction.atomic
def remove_contact(*, customer: UUID, contact: UUID, by: Actor) -> str:
    """Take it off the record; what it was. An import brings it back only with another value."""
    take_turn()
    row = _locked(customer, contact)
    owner, value = row.customer, row.value
    told: dict[str, Any] = {"before": contact_columns(row), "after": None}
    audit.record("contact.removed", row, by=by, customer=owner.public_id, note=value, **told)
    row.delete()
    search.refresh_search([owner.pk])
    return value


def _put(row: Contact, wanted: Mapping[str, str]) -> None:
    """What the importer would make of it; nobody types an address that mail cannot go to, or a number twice."""
    kind, value, row.memo = wanted["type"], wanted["value"], wanted["memo"]
    if kind == ContactType.EMAIL:
        rows.checked_email(value)
    columns = record_rules.contact(kind, value)
    if kind != ContactType.EMAIL and not record_rules.is_phone(value):
        raise RecordRefused(_("This is not a phone number."), field="value")
    beside = Contact.objects.filter(customer=row.customer, location=row.location).exclude(pk=row.pk)
    same = {"email": columns["email"]} if columns["email"] else {"phone_digits": columns["phone_digits"]}
    if beside.filter(**same).exists():
        raise RecordRefused(_("%(value)s stands there already.") % {"value": value}, field="value")
    for name, one in columns.items():
        setattr(row, name, one)


def _locked(customer: UUID, contact: UUID) -> Contact:
    """A contact of this customer that is no address of the Customer Portal table: those are corrected there."""
    owner = locked_customer(customer)
    found = Contact.objects.filter(public_id=contact, customer=owner, email="").select_for_update(of=("self",)).first()
    if found is None:
        raise Missing(_("There is no such contact."))
    return found


def _place(owner: Customer, location: UUID | None) -> Location | None:
    if location is None:
        return None
    found = Location.objects.filter(public_id=location, customer=owner).first()
    if found is None:
        raise RecordRefused(_("This is no longer there: choose something else."), field="location")
    return found


def _follow(row: Contact, *, by: Actor) -> None:
    if row.email:
        sync_portal_contacts(customer_ids=[row.customer_id], by=by)
    search.refresh_search([row.customer_id])

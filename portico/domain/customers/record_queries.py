"""What the forms of the office are opened upon: a customer, a location, a contact, with the edition of what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portico.domain.customers.models import Contact, Customer, Location
from portico.domain.customers.record_rules import ADDRESS_LETTERS
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading
from portico.kernel.editions import edition

OF_CUSTOMER = ("name", "type", *ADDRESS_LETTERS, "memo", "is_active", "do_not_mail", "do_not_service")

MOST_PLACES = 500  # of one customer in a list to choose from


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as a form shows it; `edition` goes along with the form."""

    id: UUID
    columns: Mapping[str, Any]
    edition: str


def customer_columns(row: Customer) -> dict[str, Any]:
    """What can be changed of a customer; the branch only where the office fixed it."""
    told = {name: getattr(row, name) for name in OF_CUSTOMER}
    return told | {"branch": str(row.branch.public_id) if row.is_branch_fixed else ""}


def contact_columns(row: Contact) -> dict[str, Any]:
    """What can be changed of a contact."""
    return {"type": row.type, "value": row.value, "memo": row.memo}


def location_columns(row: Location) -> dict[str, Any]:
    """What can be changed of a location."""
    return {name: getattr(row, name) for name in ("name", *ADDRESS_LETTERS, "is_active")}


@reading
def customer_to_edit(customer: UUID) -> Opened | None:
    """A customer who can be changed; None for an unknown or merged-away one."""
    row = Customer.objects.select_related("branch").filter(public_id=customer, merged_into=None).first()
    if row is None:
        return None
    columns = customer_columns(row)
    return Opened(row.public_id, columns, edition(columns))


@reading
def contact_to_edit(customer: UUID, contact: UUID) -> Opened | None:
    """A contact of this customer that is no address of the Customer Portal table."""
    row = Contact.objects.filter(public_id=contact, customer__public_id=customer, email="").first()
    if row is None:
        return None
    columns = contact_columns(row)
    return Opened(row.public_id, columns, edition(columns))


@reading
def location_to_edit(customer: UUID, location: UUID) -> Opened | None:
    """A location of this customer; None for an unknown or merged-away one."""
    rows = Location.objects.filter(public_id=location, customer__public_id=customer, merged_into=None)
    row = rows.first()
    if row is None:
        return None
    columns = location_columns(row)
    return Opened(row.public_id, columns, edition(columns))


@reading
def location_choices(customer: UUID) -> list[tuple[UUID, str]]:
    """The locations of a customer that are in use, by name."""
    rows = Location.objects.filter(customer__public_id=customer, merged_into=None, is_active=True)
    found = rows.order_by("name", "pk")[:MOST_PLACES]
    return [(row.public_id, " · ".join(dict.fromkeys(filter(None, (row.name, row.one_line()))))) for row in found]


@reading
def branch_choices() -> list[tuple[UUID, str]]:
    """The branches, the main one first."""
    return list(Branch.objects.order_by("-is_main", "name", "pk").values_list("public_id", "name"))

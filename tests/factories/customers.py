"""Customers, their homes and addresses, in the scope's company."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from portico.domain.customers.enums import ContactType
from portico.domain.customers.models import Contact, Customer, Location, PortalContact
from portico.domain.customers.operations import sync_portal_contacts
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.tenancy.models import Branch
from portico.kernel import text

_number = count(1)


def make_customer(name: str = "", *emails: str, branch: Branch | None = None, **columns: Any) -> Customer:
    """A customer with these addresses on its record and their portal rows."""
    number = next(_number)
    name = name or f"Customer {number}"
    customer = Customer.objects.create(
        number=f"C{number}",
        name=name,
        sort_key=text.fold(name),
        branch=branch or Branch.objects.get(is_main=True),
        street=f"{number} Elm St",
        city="Austin",
        created_at=datetime.now(UTC),
        **columns,
    )
    add_emails(customer, *emails)
    return customer


def make_location(customer: Customer, *emails: str, name: str = "Home") -> Location:
    number = next(_number)
    location = Location.objects.create(
        customer=customer, name=name, street=f"{number} Oak Ave", city="Austin", created_at=datetime.now(UTC)
    )
    add_emails(customer, *emails, location=location)
    return location


def add_emails(customer: Customer, *emails: str, location: Location | None = None, sync: bool = True) -> None:
    for email in emails:
        Contact.objects.create(
            customer=customer,
            location=location,
            type=ContactType.EMAIL,
            value=email,
            email=text.normalise_email(email),
        )
    if emails and sync:
        sync_portal_contacts(customer_ids=[customer.pk], by=SYSTEM)


def row_of(customer: Customer, email: str) -> PortalContact:
    return PortalContact.objects.select_related("address", "customer").get(customer=customer, email=email)


def emails_of(customer: Customer) -> Sequence[str]:
    """The addresses in the customer's table that stand there today."""
    rows = PortalContact.objects.filter(customer=customer, is_present=True).order_by("email")
    return list(rows.values_list("email", flat=True))

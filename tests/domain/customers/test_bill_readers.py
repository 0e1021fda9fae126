"""Who sees all bills of a customer, asked for many at once: the same as asking address by address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portico.domain.customers import readers
from portico.domain.customers.enums import BillingLevel, Right
from portico.domain.customers.models import Customer, EmailAddress, HouseholdMember
from portico.domain.customers.readers import BillReader
from tests.factories import customers as make
from tests.factories import people

NOW = datetime.now(UTC)


def emails(customer: Customer) -> list[str]:
    return [one.email for one in readers.bill_readers([customer.pk])[customer.pk]]


@pytest.mark.django_db
def test_each_wall_holds() -> None:
    """Every way in which an address loses the bills, one by one, against the rule of the portal."""
    ways = {
        "gone@example.com": {"is_present": False},
        "revoked@example.com": {"revoked_at": NOW},
        "hidden@example.com": {"billing": BillingLevel.NONE},
        "widened@example.com": {"is_on_customer": False, "is_widened": True},
        "place@example.com": {"is_on_customer": False},
    }
    members: dict[str, dict[str, Any]] = {
        "spouse@example.com": {},
        "left@example.com": {"left_at": NOW},
        "over@example.com": {"ends_on": NOW.date() - timedelta(days=3)},
        "until@example.com": {"ends_on": NOW.date() + timedelta(days=3)},
        "asked@example.com": {"accepted_at": None},
        "looks@example.com": {"may_see_prices": False, "may_see_history": True},
        "orphan@example.com": {"owner_email": "gone@example.com"},
        "backed@example.com": {"owner_email": "ana@example.com"},
        "poor@example.com": {"owner_email": "hidden@example.com"},
        "place-only@example.com": {},
        "test@example.com": {},
    }
    with people.inside(people.make_company()):
        customer = make.make_customer("Ana Sample", "ana@example.com", *ways)
        for email, columns in ways.items():
            row = make.row_of(customer, email)
            for name, value in columns.items():
                setattr(row, name, value)
            row.save()
        members["place-only@example.com"]["location"] = make.make_location(customer)
        for email, columns in members.items():
            wanted = {"may_see_prices": True, "invited_at": NOW, "accepted_at": NOW, "invited_by_name": "Ana"}
            HouseholdMember.objects.create(customer=customer, email=email, **(wanted | columns))
        EmailAddress.objects.create(email="test@example.com", is_placeholder=True)
        alone = readers.readers(customer_id=customer.pk, location_id=None, right=Right.PRICES)
        assert emails(customer) == alone
        assert alone == [
            *("ana@example.com", "backed@example.com", "spouse@example.com"),
            *("until@example.com", "widened@example.com"),
        ]
        Customer.objects.filter(pk=customer.pk).update(merged_into=make.make_customer("Survivor"))
        assert emails(customer) == []


@pytest.mark.django_db
def test_mail_that_came_back_is_told() -> None:
    with people.inside(people.make_company()):
        customer = make.make_customer("Ana Sample", "ana@example.com")
        EmailAddress.objects.update(bounced_at=NOW)
        assert readers.bill_readers([customer.pk]) == {customer.pk: [BillReader("ana@example.com", came_back=True)]}

"""Memberships and their visits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from portico.domain.billing.models import Invoice, InvoiceItem
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from portico.domain.memberships.models import (
    Membership,
    MembershipType,
    MembershipTypeService,
    RecurringServiceEvent,
    RecurringServiceType,
)
from portico.kernel import clock

_numbers = count(61_000)


def make_type(display_name: str = "Comfort Plan", *services: str, **columns: Any) -> MembershipType:
    """A kind of membership with its visits, billed by the year or the month."""
    wanted = {
        "name": f"{display_name} (sold at the door)",
        "display_name": display_name,
        "discount_percent": Decimal(10),
        "billing": [
            {"months": 12, "frequency": "Annual", "price_minor": 19907},
            {"months": 12, "frequency": "Monthly", "price_minor": 1809},
        ],
    }
    made = MembershipType.objects.create(**(wanted | columns))
    for name in services:
        service = RecurringServiceType.objects.create(name=name, months=["April"])
        MembershipTypeService.objects.create(membership_type=made, service=service)
    return made


def make_membership(owner: Location | Customer, kind: MembershipType | None = None, **columns: Any) -> Membership:
    """An active membership that began a hundred days ago, for a year; of a customer, it is for all locations."""
    starts = _midnight(-100)
    customer, location = (owner.customer, owner) if isinstance(owner, Location) else (owner, None)
    wanted = {
        "source_id": next(_numbers),
        "customer": customer,
        "location": location,
        "type": kind or MembershipType.objects.first() or make_type(),
        "status": "Active",
        "starts_at": starts,
        "ends_at": starts + timedelta(days=365),
        "listed_at": columns.get("starts_at") or starts,
        "duration_months": 12,
        "billing_frequency": "Annual",
        "memo": "sold at a discount",
        "created_at": clock.real_now(),
    }
    return Membership.objects.create(**(wanted | columns))


def make_visit(
    membership: Membership,
    name: str = "Spring tune-up",
    *,
    days: int,
    status: str = "NotAttempted",
    job: Job | None = None,
) -> RecurringServiceEvent:
    """A visit of it, due so many days from today."""
    return RecurringServiceEvent.objects.create(
        membership=membership, name=name, due_at=_midnight(days), status=status, job=job
    )


def discount(invoice: Invoice, membership: Membership, minor: int) -> None:
    """Let an invoice name the membership and show what it took off; a line that makes up for it keeps the total."""
    invoice.membership_source_id = membership.source_id
    invoice.save()
    for position, (kind, total) in enumerate((("PriceModifier", -minor), ("Service", minor)), 8):
        InvoiceItem.objects.create(
            invoice=invoice,
            position=position,
            name="Member discount" if total < 0 else "Filter",
            type=kind,
            quantity=1,
            price_minor=total,
            total_minor=total,
        )


def _midnight(days: int) -> datetime:
    """Noon in UTC is the same day in each zone of the tests."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=days)

"""The ways from the portal back to the office."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from portico.foundation.messaging.links import office_of
from portico.foundation.people.entry import Entry
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import URLCONF


def record_in_office(entry: Entry, customer: UUID, *, part: str = "") -> str:
    """The customer's record in the office, absolute; `part` is one of its sections."""
    path = reverse("customer", args=[customer], urlconf=URLCONF[Side.STAFF])
    return office_of(entry.company.host, f"{path}#{part}" if part else path)

"""What stands on every page while staff look as a customer, and the ways back to the office."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from portico.faces.ui.pages import Viewing
from portico.foundation.messaging.links import office_of
from portico.foundation.people.entry import Entry
from portico.foundation.people.enums import Side
from portico.foundation.people.middleware import URLCONF
from portico.kernel import formats


def banner_of(entry: Entry) -> Viewing:
    """Who looks as whom, and until when by the branch's clock."""
    seen = entry.viewing
    if seen is None:
        raise ValueError("nobody is looking as somebody else")
    return Viewing(
        staff=seen.staff_name,
        email=seen.email,
        until=formats.clock_time(formats.as_local(seen.ends_at, entry.brand.time_zone)),
        inspect=reverse("viewing"),
        end=reverse("viewing_end"),
    )


def record_in_office(entry: Entry, customer: UUID, *, part: str = "") -> str:
    """The customer's record in the office, absolute; `part` is one of its sections."""
    path = reverse("customer", args=[customer], urlconf=URLCONF[Side.STAFF])
    return office_of(entry.company.host, f"{path}#{part}" if part else path)

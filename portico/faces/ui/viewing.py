"""What stands on every page while staff look at the portal as a customer."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from portico.foundation.people.entry import Entry
from portico.kernel import formats


@dataclass(frozen=True, slots=True)
class Viewing:
    """A member of staff looks as the owner of an address; `end` is posted to, `inspect` says what is hidden."""

    staff: str
    email: str
    until: str
    inspect: str
    end: str


def viewing_of(request: HttpRequest) -> Viewing | None:
    """Who looks as whom, and until when by the branch's clock; None for everybody else and once it is over."""
    entry: Entry | None = getattr(request, "entry", None)
    seen = entry.viewing if entry else None
    if entry is None or seen is None or getattr(request, "is_viewing_over", False):
        return None
    return Viewing(
        staff=seen.staff_name,
        email=seen.email,
        until=formats.clock_time(formats.as_local(seen.ends_at, entry.brand.time_zone)),
        inspect=reverse("viewing"),
        end=reverse("viewing_end"),
    )

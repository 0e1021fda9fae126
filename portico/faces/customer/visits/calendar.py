"""A visit as a calendar file: only what its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries.visits import VisitPage
from portico.domain.jobs.visit_words import visit_sentence
from portico.kernel import formats

STATE = {AppointmentStatus.CANCELED: "CANCELLED", AppointmentStatus.HOLD: "TENTATIVE"}


def calendar_file(visit: VisitPage, *, now: datetime) -> bytes:
    """One visit, as a file to keep."""
    return bytes(_calendar([visit], now=now).to_ical())


def calendar_feed_file(visits: Sequence[VisitPage], *, name: str, now: datetime) -> bytes:
    """All visits, for a calendar that comes again by itself every hour."""
    calendar = _calendar(visits, now=now)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    return bytes(calendar.to_ical())


def _calendar(visits: Sequence[VisitPage], *, now: datetime) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Portico//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visit in visits:
        calendar.add_component(_entry(visit, now=now))
    return calendar


def _entry(visit: VisitPage, *, now: datetime) -> Event:
    """The same UID for ever; SEQUENCE grows with every change, so that a calendar takes the newest file."""
    entry = Event()
    entry.add("uid", str(visit.id))
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("sequence", visit.changes)
    entry.add("dtstart", visit.starts_at.astimezone(UTC))
    entry.add("dtend", visit.ends_at.astimezone(UTC))
    entry.add("summary", f"{visit.title} – {visit.brand.display_name}")
    entry.add("location", visit.address)
    entry.add("description", _description(visit))
    entry.add("status", STATE.get(AppointmentStatus(visit.status), "CONFIRMED"))
    return entry


def _description(visit: VisitPage) -> str:
    """Whole lines; what is not known is left out."""
    brand = visit.brand
    who = ", ".join(each.name for each in visit.technicians)
    lines = [
        visit_sentence(visit.status) if visit.status in STATE else "",
        _("Arrives between %(window)s") % {"window": formats.window(visit.starts_at, visit.ends_at, brand.time_zone)},
        _("Who comes: %(names)s") % {"names": who} if who else "",
        visit.preparation,
        _("To change it, call %(phone)s") % {"phone": formats.phone(brand.phone)} if brand.phone else "",
    ]
    return "\n".join(line for line in lines if line)

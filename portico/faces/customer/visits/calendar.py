"""A visit as a calendar file: only what its page shows."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries.visits import VisitPage
from portico.domain.jobs.visit_words import visit_sentence
from portico.kernel import formats

STATE = {AppointmentStatus.CANCELED: "CANCELLED", AppointmentStatus.HOLD: "TENTATIVE"}


def calendar_file(visit: VisitPage, *, now: datetime) -> bytes:
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
    calendar = Calendar()
    calendar.add("prodid", "-//Portico//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


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

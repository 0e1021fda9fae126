"""The calendar file that goes with a mail about a visit: the same UID for ever, SEQUENCE counts the visit's steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event, vCalAddress, vText

from portico.domain.jobs.models import Appointment
from portico.foundation.messaging.letter import Enclosure
from portico.foundation.messaging.links import portal_url
from portico.foundation.messaging.ports import Attachment
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, formats

KIND = "visit_invite"
REQUEST, CANCEL = "REQUEST", "CANCEL"
A_DAY_BEFORE = timedelta(days=-1)


def enclosure(visit: Appointment, *, method: str, to_email: str) -> Enclosure:
    """The visit as it stands now, whatever happens to it before the mail goes."""
    options = {
        "method": method,
        "sequence": visit.steps.count(),
        "starts_at": visit.window_starts_at.isoformat(),
        "ends_at": visit.window_ends_at.isoformat(),
        "to": to_email,
    }
    return Enclosure(KIND, visit.public_id, options)


@reading
def invite(appointment: UUID, options: dict[str, Any]) -> Attachment:
    """The enclosure `visit_invite`."""
    names = ("job__job_type", "job__location", "job__business_unit__branch")
    visit = Appointment.objects.select_related(*names).get(public_id=appointment)
    method = str(options["method"])
    calendar = Calendar()
    calendar.add("prodid", "-//Portico//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(_event(visit, options, method))
    return Attachment("invite.ics", bytes(calendar.to_ical()), f"text/calendar; method={method}")


def _event(visit: Appointment, options: dict[str, Any], method: str) -> Event:
    branch = visit.job.business_unit.branch
    starts_at, ends_at = (datetime.fromisoformat(options[name]).astimezone(UTC) for name in ("starts_at", "ends_at"))
    event = Event()
    event.add("uid", str(visit.public_id))
    event.add("dtstamp", clock.real_now())
    event.add("sequence", options["sequence"])
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", f"{visit.job.job_type.name} – {branch.display_name}")
    event.add("location", visit.job.location.one_line())
    event.add("description", _description(branch, starts_at, ends_at))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("url", portal_url(f"/appointments/{visit.public_id}/"))
    event["organizer"] = _address(settings.DEFAULT_FROM_EMAIL, branch.display_name)
    guest = _address(options["to"], options["to"])
    guest.params["PARTSTAT"], guest.params["RSVP"] = vText("ACCEPTED"), vText("FALSE")
    event.add("attendee", guest, encode=False)
    if method == REQUEST:
        event.add_component(_alarm(visit.job.job_type.name))
    return event


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", A_DAY_BEFORE)
    return alarm


def _description(branch: Branch, starts_at: datetime, ends_at: datetime) -> str:
    lines = [
        _("Arrives between %(window)s") % {"window": formats.window(starts_at, ends_at, branch.time_zone)},
        _("To change it, use the portal. Answers to this invitation are not read."),
        _("Or call %(phone)s.") % {"phone": formats.phone(branch.phone)} if branch.phone else "",
    ]
    return "\n".join(line for line in lines if line)

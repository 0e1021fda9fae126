"""The mails of a booking, and the calendar file in one."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from icalendar import Calendar

from portico.foundation.messaging import outgoing
from portico.foundation.messaging.models import Message
from tests.factories import people


def mails(inside: Any) -> list[tuple[str, str]]:
    with inside():
        return sorted(Message.objects.values_list("kind", "to_email"))


def sent(inside: Any, kind: str) -> EmailMessage:
    """The newest mail of this kind, as it arrives."""
    with inside():
        message = Message.objects.filter(kind=kind).order_by("-id")[0]
    outgoing.send_message(message_id=message.public_id)
    return people.mailbox()[-1]


def invite_in(mail: EmailMessage) -> Any:
    """The event of the calendar part, and its method as the part's header says it."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar" and not each.get_filename()]
    calendar = Calendar.from_ical(part.get_content())
    assert part.get_param("method") == str(calendar["method"])
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), event

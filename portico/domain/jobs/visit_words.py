"""States of visits in customer words; the office reads the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portico.domain.jobs.enums import AppointmentStatus

VISIT_LABEL = {
    AppointmentStatus.SCHEDULED: _("Scheduled"),
    AppointmentStatus.DISPATCHED: _("On the way"),
    AppointmentStatus.WORKING: _("Working"),
    AppointmentStatus.HOLD: _("Waiting"),
    AppointmentStatus.DONE: _("Done"),
    AppointmentStatus.CANCELED: _("Canceled"),
}
VISIT_TONE = {
    AppointmentStatus.SCHEDULED: "mute",
    AppointmentStatus.DISPATCHED: "info",
    AppointmentStatus.WORKING: "info",
    AppointmentStatus.HOLD: "warn",
    AppointmentStatus.DONE: "ok",
    AppointmentStatus.CANCELED: "mute",
}
VISIT_SENTENCE = {
    AppointmentStatus.SCHEDULED: _("Your visit is planned."),
    AppointmentStatus.DISPATCHED: _("We are on the way to you."),
    AppointmentStatus.WORKING: _("We are at work."),
    AppointmentStatus.HOLD: _("Your visit is waiting. We will call you about the next step."),
    AppointmentStatus.DONE: _("The work of this visit is done."),
    AppointmentStatus.CANCELED: _("This visit was canceled. Call us if you want another one."),
}


def visit_label(status: str) -> str:
    """A state of a visit as its customer reads it."""
    return str(VISIT_LABEL[AppointmentStatus(status)])


def visit_tone(status: str) -> str:
    """The tone of its tag."""
    return VISIT_TONE[AppointmentStatus(status)]


def visit_sentence(status: str) -> str:
    """What it means for who waits at home."""
    return str(VISIT_SENTENCE[AppointmentStatus(status)])

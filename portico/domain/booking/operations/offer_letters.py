"""The mails about other times that the office offers for a visit: to its customer, and to the office."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from portico.domain.booking.enums import OfferState
from portico.domain.booking.models import Booking, VisitOffer
from portico.domain.booking.operations import letters
from portico.domain.customers import readers
from portico.domain.customers.enums import Right
from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.models import Appointment
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter, Link
from portico.kernel import formats

Times = Sequence[tuple[datetime, datetime]]


def readers_of(visit: Appointment) -> list[str]:
    """Who is told: whoever booked it, else everybody who may book at its place."""
    place = {"customer_id": visit.job.customer_id, "location_id": visit.job.location_id}
    booking = Booking.objects.filter(appointment=visit).first()
    email = booking.contact_email if booking else ""
    if email and readers.may(email, **place, right=Right.BOOK):
        return [email]
    return readers.readers(**place, right=Right.BOOK)


def send_offer(visit: Appointment, offer: VisitOffer, times: Times, to: Sequence[str]) -> None:
    """The times, until when they are kept, and the way to exactly this offer."""
    zone = letters.branch_of(visit).time_zone
    told = [_when(*one, zone) for one in times]
    kept = _("Each of these times is kept for you until %(moment)s. Your visit stays as it is until you choose one.")
    letter = Letter(
        subject=_("Another time for your visit on %(day)s") % {"day": _day(visit.window_starts_at, zone)},
        heading=_("We offer another time for your visit"),
        preheader="; ".join(told),
        paragraphs=tuple(filter(None, (offer.message, kept % {"moment": formats.moment(offer.expires_at, zone)}))),
        facts=(*((_("We offer"), one) for one in told), *_as_it_is(visit)),
        action=Link(_("Choose a time"), f"/offers/{offer.public_id}/"),
    )
    for email in to:
        _send(visit, offer, email, letter, key="visit_offer")


def send_gone(visit: Appointment, offer: VisitOffer) -> None:
    """The times are no longer offered; the visit is as it was."""
    letter = Letter(
        subject=_("The other times for your visit are no longer offered"),
        heading=_("The other times are no longer offered"),
        paragraphs=(
            _("We are sorry: the times that we offered can no longer be kept.")
            if offer.state == OfferState.LOST
            else _("We took our offer of other times back."),
            _("Your visit stays as it is. We will write again or call you if it has to change."),
        ),
        facts=_as_it_is(visit),
        action=Link(_("See your visit"), f"/appointments/{visit.public_id}/"),
    )
    for email in readers_of(visit):
        _send(visit, offer, email, letter, key="visit_offer_gone")


def tell_declined(visit: Appointment, offer: VisitOffer) -> None:
    """The office hears that the visit has to stay where it is."""
    told = {"customer": visit.job.customer.name, "when": letters.when_of(visit)}
    subject = _("%(customer)s keeps the visit for %(when)s") % told
    letters.tell_office(
        visit, subject, key=f"offer_declined:{offer.public_id}", notes=_("None of the offered times was taken.")
    )


def tell_ended(visit: Appointment, offer: VisitOffer) -> None:
    """The office hears that nobody answered, or that nothing offered can be kept."""
    told = {"customer": visit.job.customer.name, "when": letters.when_of(visit)}
    is_lost = offer.state == OfferState.LOST
    words = (
        _("The times offered to %(customer)s can no longer be kept")
        if is_lost
        else _("%(customer)s did not answer the offer of other times")
    )
    notes = _("The visit stays as it is: %(when)s. Call the customer, or offer other times.") % told
    letters.tell_office(visit, words % told, key=f"offer_ended:{offer.public_id}", notes=notes)


def _as_it_is(visit: Appointment) -> tuple[tuple[str, str], ...]:
    """A visit on hold has no time any more that anybody would keep."""
    rows = letters.facts_of(visit)
    if visit.status == AppointmentStatus.HOLD:
        return tuple(row for row in rows if row[0] != _("Arrives"))
    return tuple((_("As it is now"), text) if name == _("Arrives") else (name, text) for name, text in rows)


def _send(visit: Appointment, offer: VisitOffer, email: str, letter: Letter, *, key: str) -> None:
    digest = hashlib.sha256(email.encode()).hexdigest()[:16]
    messaging.queue_letter(
        kind=MessageKind.VISIT_OFFER,
        to_email=email,
        branch_id=letters.branch_of(visit).pk,
        letter=letter,
        subject_id=offer.public_id,
        customer_id=offer.customer.public_id,
        key=f"{key}:{offer.public_id}:{digest}",
    )


def _when(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    told = {"day": _day(starts_at, zone), "window": formats.window(starts_at, ends_at, zone)}
    return _("%(day)s, %(window)s") % told


def _day(moment: datetime, zone: str) -> str:
    return formats.day(formats.as_local(moment, zone).date())

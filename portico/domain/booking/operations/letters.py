"""The mails about bookings: to who booked and to who changed it, and to the office. Each goes once."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from portico.domain.booking import invites
from portico.domain.booking.models import Booking, BookingStep, Hold, WaitlistEntry
from portico.domain.customers.models import Contact
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.people import queries as people
from portico.foundation.tenancy.models import Branch
from portico.kernel import formats

log = logging.getLogger("portico.booking")


def send_booked(booking: Booking) -> None:
    """Confirm the visit, with its calendar entry; tell the office what it did not do itself."""
    visit = booking.appointment
    when = when_of(visit)
    letter = Letter(
        subject=_("Your visit on %(day)s is booked") % {"day": _day(visit)},
        heading=_("Your visit is booked"),
        preheader=when,
        facts=(*facts_of(visit), *_answers(booking)),
        action=Link(_("See your visit"), f"/appointments/{visit.public_id}/"),
        closing=(_change(visit), booking.late_fee_text),
    )
    if booking.contact_email:
        _send(visit, MessageKind.BOOKING, booking.contact_email, letter, key=f"booked:{booking.public_id}")
    if booking.is_by_office:
        return
    subject = _("%(customer)s booked a visit for %(when)s") % {"customer": visit.job.customer.name, "when": when}
    tell_office(visit, subject, key=f"office_booked:{booking.public_id}", notes=booking.notes)


def send_moved(visit: Appointment, step: BookingStep, *, by: Actor) -> None:
    """Say the new time; the calendar entry moves along."""
    when = when_of(visit)
    zone = branch_of(visit).time_zone
    was = ""
    if step.was_starts_at and step.was_ends_at:
        day = formats.day(formats.as_local(step.was_starts_at, zone).date())
        was = _("%(day)s, %(window)s") % {
            "day": day,
            "window": formats.window(step.was_starts_at, step.was_ends_at, zone),
        }
    letter = Letter(
        subject=_("Your visit is now on %(day)s") % {"day": _day(visit)},
        heading=_("Your visit was moved"),
        preheader=when,
        facts=(*facts_of(visit), (_("Before"), was)),
        action=Link(_("See your visit"), f"/appointments/{visit.public_id}/"),
        closing=(_change(visit),),
    )
    for email in _recipients(visit, by):
        _send(visit, MessageKind.BOOKING_MOVED, email, letter, key=f"moved:{step.public_id}")
    if step.is_by_office:
        return
    told = {"customer": visit.job.customer.name, "when": when}
    words = _("%(customer)s accepted the offered time: %(when)s") if step.visit_offer_id else ""
    subject = (words or _("%(customer)s moved a visit to %(when)s")) % told
    tell_office(visit, subject, key=f"office_moved:{step.public_id}")


def send_canceled(visit: Appointment, step: BookingStep, *, by: Actor) -> None:
    """Confirm that nobody comes; the calendar entry goes."""
    late = _("A late fee may apply: %(text)s") % {"text": step.late_fee_text} if step.is_late else ""
    ours = _("We had to cancel it: %(reason)s") % {"reason": step.reason} if step.is_by_office else ""
    letter = Letter(
        subject=_("Your visit on %(day)s is canceled") % {"day": _day(visit)},
        heading=_("Your visit is canceled"),
        paragraphs=tuple(filter(None, (ours, _("Nobody will come."), late))),
        facts=facts_of(visit),
        action=Link(_("See your visits"), "/appointments/"),
    )
    method = invites.CANCEL
    for email in _recipients(visit, by):
        _send(visit, MessageKind.BOOKING_CANCELED, email, letter, key=f"canceled:{step.public_id}", method=method)
    if step.is_by_office:
        return
    told = {"customer": visit.job.customer.name, "when": when_of(visit)}
    subject = _("%(customer)s canceled the visit for %(when)s") % told
    tell_office(visit, subject, key=f"office_canceled:{step.public_id}", notes=step.reason)


def send_offer(entry: WaitlistEntry, hold: Hold) -> None:
    """A time opened: it is theirs until the offer ends."""
    branch = hold.business_unit.branch
    zone = branch.time_zone
    day = formats.day(formats.as_local(hold.window_starts_at, zone).date())
    window = formats.window(hold.window_starts_at, hold.window_ends_at, zone)
    when = _("%(day)s, %(window)s") % {"day": day, "window": window}
    ends = {"moment": formats.moment(hold.expires_at, zone)}
    kept = _("It is kept for you until %(moment)s. After that it goes to the next in line.") % ends
    letter = Letter(
        subject=_("A time opened: %(when)s") % {"when": when},
        heading=_("A time opened for your visit"),
        preheader=when,
        paragraphs=(kept,),
        facts=(
            (_("Visit"), hold.job_type.name),
            (_("Arrives"), when),
            (_("Address"), hold.location.one_line()),
        ),
        action=Link(_("See the offer"), f"/booking/held/{hold.public_id}/"),
    )
    messaging.queue_letter(
        kind=MessageKind.WAITLIST_OFFER,
        to_email=entry.email,
        branch_id=branch.pk,
        letter=letter,
        subject_id=entry.public_id,
        customer_id=entry.customer.public_id,
        key=f"offer:{hold.public_id}",
    )


def tell_office(visit: Appointment, subject: str, *, key: str, notes: str = "") -> None:
    """A mail about a visit to its branch, where that has an address."""
    branch = branch_of(visit)
    if not branch.support_email:
        log.info("booking.office_has_no_address", extra={"visit": str(visit.public_id)})
        return
    letter = Letter(
        subject=subject,
        heading=subject,
        paragraphs=(notes,) if notes else (),
        facts=((_("Customer"), visit.job.customer.name), *facts_of(visit)),
        action=Link(_("See the job"), f"/jobs/{visit.job.public_id}/", is_office=True),
    )
    messaging.queue_letter(
        kind=MessageKind.OFFICE_NEWS,
        to_email=branch.support_email,
        branch_id=branch.pk,
        letter=letter,
        subject_id=visit.public_id,
        customer_id=visit.job.customer.public_id,
        key=key,
    )


def _send(
    visit: Appointment, kind: MessageKind, email: str, letter: Letter, *, key: str, method: str = invites.REQUEST
) -> None:
    """Queue it, once for each address; the digest keeps the key short."""
    messaging.queue_letter(
        kind=kind,
        to_email=email,
        branch_id=branch_of(visit).pk,
        letter=replace(letter, closing=tuple(filter(None, letter.closing))),
        subject_id=visit.public_id,
        customer_id=visit.job.customer.public_id,
        key=f"{key}:{hashlib.sha256(email.encode()).hexdigest()[:16]}",
        enclosures=(invites.enclosure(visit, method=method, to_email=email),),
    )


def _recipients(visit: Appointment, by: Actor) -> list[str]:
    """Who booked it, and the customer's person who changes it; nobody known, the customer's first address."""
    booking = Booking.objects.filter(appointment=visit).first()
    who = people.email_of_person(UUID(by.ref)) if by.kind == ActorKind.CUSTOMER and by.ref else ""
    known = sorted({email for email in (booking.contact_email if booking else "", who) if email})
    return known or _address_of(visit.job)


def _address_of(job: Job) -> list[str]:
    """That of the customer, else that of the place."""
    written = Contact.objects.filter(customer=job.customer_id).exclude(email="")
    here = written.filter(Q(location=None) | Q(location=job.location_id))
    return list(here.order_by(F("location").asc(nulls_first=True), "pk").values_list("email", flat=True)[:1])


def branch_of(visit: Appointment) -> Branch:
    """Which branch comes."""
    branch: Branch = visit.job.business_unit.branch
    return branch


def _day(visit: Appointment) -> str:
    return formats.day(formats.as_local(visit.window_starts_at, branch_of(visit).time_zone).date())


def when_of(visit: Appointment) -> str:
    """The day and the window."""
    window = formats.window(visit.window_starts_at, visit.window_ends_at, branch_of(visit).time_zone)
    return _("%(day)s, %(window)s") % {"day": _day(visit), "window": window}


def facts_of(visit: Appointment) -> tuple[tuple[str, str], ...]:
    """What a mail shows of a visit."""
    return (
        (_("Visit"), visit.job.job_type.name),
        (_("Arrives"), when_of(visit)),
        (_("Address"), visit.job.location.one_line()),
        (_("Number"), visit.job.number),
    )


def _answers(booking: Booking) -> tuple[tuple[str, str], ...]:
    told = [(str(question), str(answer)) for question, answer in booking.answers]
    return (*told, (_("Notes"), booking.notes)) if booking.notes else tuple(told)


def _change(visit: Appointment) -> str:
    phone = branch_of(visit).phone
    if not phone:
        return _("To move or cancel it, use the portal. Answers to the calendar invitation are not read.")
    return _("To move or cancel it, use the portal or call %(phone)s. Answers to the invitation are not read.") % {
        "phone": formats.phone(phone)
    }

"""What customers ask about estimates, and what the office answers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, EventKind, MessageKind, MessageSide
from portico.domain.estimates.errors import MissingMessage, NotExpired, OfferClosed, UnknownLine
from portico.domain.estimates.models import Estimate, EstimateMessage, EstimateVersion
from portico.domain.estimates.operations import letters, proposals, standing, story
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.foundation.people import throttling
from portico.foundation.people.throttling import Limit
from portico.kernel import clock, locks

# Each question is a mail to the office.
ASKED = Limit("estimates.asked", 20, timedelta(hours=1))


def ask(*, estimate: UUID, item: str | None, text: str, by: Actor) -> UUID:
    """Ask about an estimate or, by its ref, one of its lines; tells the office. The same words again do nothing."""
    return _ask(estimate, MessageKind.QUESTION, rules.message(text), item=item, by=by)


def ask_renewal(*, estimate: UUID, text: str, by: Actor) -> UUID:
    """Ask for a new estimate in place of an expired one; once until the office answers."""
    said = rules.message(text, is_needed=False) or _("I would like a new estimate in place of this one.")
    return _ask(estimate, MessageKind.RENEWAL, said, item=None, by=by)


@transaction.atomic
def answer(*, message: UUID, text: str, by: Actor) -> UUID:
    """Answer a question or a wish of a customer, who is mailed."""
    said = rules.message(text)
    asked = EstimateMessage.objects.filter(public_id=message, side=MessageSide.CUSTOMER).first()
    if asked is None:
        raise MissingMessage.unknown()
    row = proposals.locked(Estimate.objects.values_list("public_id", flat=True).get(pk=asked.estimate_id))
    asked = locks.lock_one(EstimateMessage.objects.filter(pk=asked.pk))
    made = EstimateMessage.objects.create(
        estimate=row,
        kind=MessageKind.ANSWER,
        side=MessageSide.OFFICE,
        item_name=asked.item_name,
        text=said,
        author_name=by.name,
        at=clock.now(),
    )
    if asked.answered_at is None:
        asked.answered_at = clock.now()
        asked.save(update_fields=["answered_at"])
    story.note(row, EventKind.ANSWERED, by=by)
    story.record("estimate.answered", row, by=by, question=str(asked.public_id))
    letters.send_answer(row, asked, made)
    return UUID(str(made.public_id))


def _ask(estimate: UUID, kind: MessageKind, text: str, *, item: str | None, by: Actor) -> UUID:
    throttling.spend(ASKED, by.ref)  # counts also where the rest is rolled back
    return _written(estimate, kind, text, item=item, by=by)


@transaction.atomic
def _written(estimate: UUID, kind: MessageKind, text: str, *, item: str | None, by: Actor) -> UUID:
    row = proposals.locked(estimate)
    standing.require_shown(row)
    if row.status == EstimateStatus.WITHDRAWN:
        raise OfferClosed(_("This estimate is no longer offered. Call us if you have a question about it."))
    if kind == MessageKind.RENEWAL and not rules.is_expired(row.status, row.expires_at, clock.now()):
        raise NotExpired.still_open()
    name = _name_of(row, item)
    again = _asked_already(row, kind, text, name, by)
    if again is not None:
        return UUID(str(again.public_id))
    made = EstimateMessage.objects.create(
        estimate=row,
        kind=kind,
        side=MessageSide.CUSTOMER,
        item_name=name,
        text=text,
        login=story.login_of(by),
        author_name=by.name,
        author_email=people.email_of_person(story.login_of(by)),
        at=clock.now(),
    )
    _tell(row, made, by)
    return UUID(str(made.public_id))


def _name_of(row: Estimate, item: str | None) -> str:
    """What the line is called in the version that is shown; nothing where the whole estimate is meant."""
    if not item:
        return ""
    content = EstimateVersion.objects.values_list("content", flat=True).get(estimate=row, n=row.version)
    names = [str(line["name"]) for line in content["lines"] if line["ref"] == item]
    if not names:
        raise UnknownLine.gone()
    return names[0]


def _asked_already(row: Estimate, kind: MessageKind, text: str, item_name: str, by: Actor) -> EstimateMessage | None:
    """A wish for a new estimate is one, whoever of the house has it; a question is by its words and its author."""
    waiting = EstimateMessage.objects.filter(estimate=row, kind=kind, answered_at=None)
    if kind == MessageKind.QUESTION:
        waiting = waiting.filter(text=text, item_name=item_name, login=story.login_of(by))
    return waiting.order_by("pk").first()


def _tell(row: Estimate, made: EstimateMessage, by: Actor) -> None:
    is_wish = made.kind == MessageKind.RENEWAL
    story.note(row, EventKind.RENEWAL_ASKED if is_wish else EventKind.ASKED, by=by)
    story.record("estimate.renewal_asked" if is_wish else "estimate.asked", row, by=by, question=str(made.public_id))
    words = _("%(who)s asks for a new estimate %(number)s") if is_wish else _("%(who)s asks about estimate %(number)s")
    letters.tell_office(
        row,
        subject=words % {"who": by.name, "number": row.number},
        paragraphs=(f"{made.item_name}: {made.text}" if made.item_name else made.text,),
        key=f"asked:{made.public_id}",
    )

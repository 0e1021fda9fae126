"""Offering estimates: opened for the customer, and mailed with a link that leads to exactly this one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers import operations as customers
from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.errors import CannotSend
from portico.domain.estimates.models import Estimate
from portico.domain.estimates.operations import editing, letters, proposals, story
from portico.domain.jobs.enums import JobStatus
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.kernel import clock, formats, text


@transaction.atomic
def send(*, estimate: UUID, to_emails: Sequence[str], with_options: bool, token: str, by: Actor) -> None:
    """Open an estimate, with the other drafts of its proposal if wanted, and mail it; once for each `token`."""
    row = proposals.locked(estimate)
    emails = _recipients(row, to_emails)
    opened = [row, *(_drafts_beside(row) if with_options else ())]
    for one in opened:
        offer(one)
    proposals.settle([row.proposal_id])
    told = [email for email in emails if _mail(row, email, token, by)]
    if told:
        for one in opened:
            story.note(one, EventKind.SENT, by=by, text=", ".join(told))
        story.record("estimate.sent", row, by=by, note=f"{row.number} {', '.join(told)}"[:500], version=row.version)


def offer(row: Estimate) -> None:
    """Open it for an answer; CannotSend where that makes no sense. The caller has the lock and settles."""
    editing.require_undecided(row)
    if row.proposal.job.status == JobStatus.CANCELED:
        raise CannotSend(_("The job of this estimate is canceled. Write the estimate on another job."))
    if row.expires_at is not None and row.expires_at <= clock.now():
        when = formats.moment(row.expires_at, row.branch.time_zone)
        words = _("“%(name)s” expired on %(when)s. Give it a later day first.")
        raise CannotSend(words % {"name": row.name, "when": when})
    row.status = EstimateStatus.OPEN
    row.save(update_fields=["status"])


def _drafts_beside(row: Estimate) -> list[Estimate]:
    drafts = Estimate.objects.filter(proposal=row.proposal_id, status=EstimateStatus.DRAFT, is_active=True)
    return list(drafts.exclude(pk=row.pk).select_related("proposal__job", "branch").order_by("position", "pk"))


def _recipients(row: Estimate, to_emails: Sequence[str]) -> list[str]:
    emails = list(dict.fromkeys(text.normalise_email(email) for email in to_emails))
    if not emails:
        raise CannotSend(_("Choose who gets the mail."))
    allowed = set(letters.price_readers(row))
    for email in emails:
        if email not in allowed:
            raise CannotSend(_("%(email)s may not see prices here. Choose another address.") % {"email": email})
    return emails


def _mail(row: Estimate, email: str, token: str, by: Actor) -> bool:
    """Whether it was queued: not when this very click was there before."""
    queued = messaging.queue_letter(
        kind=MessageKind.ESTIMATE,
        to_email=email,
        branch_id=row.branch_id,
        letter=_letter(row, email, by),
        subject_id=row.public_id,
        customer_id=row.proposal.customer.public_id,
        key=f"estimate:{rules.digest(f'{row.public_id}:{token}:{email}')[:40]}",
    )
    return queued is not None


def _letter(row: Estimate, email: str, by: Actor) -> Letter:
    """Without amounts: those stand behind the sign-in."""
    named = {"number": row.number, "brand": row.branch.display_name, "name": row.name}
    options = Estimate.objects.filter(proposal=row.proposal_id, status=EstimateStatus.OPEN, is_active=True)
    names = list(options.order_by("position", "pk").values_list("name", flat=True))
    zone = row.branch.time_zone
    until = formats.moment(row.expires_at, zone) if row.expires_at else ""
    facts = [(_("Estimate"), row.number), (_("Valid until"), until)]
    choose = _("There are %(n)s options to choose from: %(names)s.") % {"n": len(names), "names": ", ".join(names)}
    return Letter(
        subject=_("Your estimate %(number)s from %(brand)s") % named,
        heading=_("Your estimate is ready: %(name)s") % named,
        paragraphs=(
            *((choose,) if len(names) > 1 else ()),
            _("Look at it, ask what you want to know, and approve or decline it online."),
        ),
        facts=tuple(fact for fact in facts if fact[1]),
        action=customers.document_link(
            kind=MessageKind.ESTIMATE,
            customer_id=row.proposal.customer_id,
            email=email,
            label=_("See the estimate"),
            path=letters.page_path(row),
            by=by,
        ),
    )

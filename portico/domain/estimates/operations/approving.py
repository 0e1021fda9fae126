"""Approving an estimate: what was shown is what is agreed to, once, and its other options are closed by it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from portico.domain.billing.operations import deposits
from portico.domain.estimates import proof_rules, rules, verification
from portico.domain.estimates.enums import ApprovalChannel, EstimateStatus, EventKind
from portico.domain.estimates.errors import MissingEstimate, OfferChanged
from portico.domain.estimates.models import Approval, Estimate
from portico.domain.estimates.operations import proof, proposals, standing, story
from portico.domain.estimates.proof_rules import Circumstances
from portico.domain.estimates.queries import offers
from portico.domain.estimates.queries.offers import Current
from portico.domain.estimates.rules import Totals
from portico.domain.estimates.signatures import Signature
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.kernel import clock, ids

MOST_BROWSER_LETTERS = 300


@dataclass(frozen=True, slots=True)
class Consent:
    """Who agrees, and how it was taken down: signed by a login, or by phone by a member of the office."""

    channel: ApprovalChannel
    signer_name: str
    signature: Signature
    login: UUID | None = None
    browser: str = ""
    recorded_by_name: str = ""
    note: str = ""


@transaction.atomic
def approve(
    *,
    estimate: UUID,
    shown: str,
    chosen: Sequence[str],
    signer_name: str,
    signature: Signature,
    by: Actor,
    browser: str,
) -> UUID:
    """Approve exactly what was shown; the approval's id. The same click again gives the same approval.

    The caller has asked whether this login may approve so much. Asks for the deposit; the worker makes the proof and
    mails it.
    """
    row = proposals.locked(estimate)
    login = story.login_of(by)
    if login is None:
        raise MissingEstimate.unknown()  # nobody else than a customer has it on a page to approve
    again = _same(row, shown, chosen, login)
    if again is not None:
        return again
    consent = Consent(
        ApprovalChannel.PORTAL,
        rules.signer(signer_name),
        signature,
        login=login,
        browser=browser[:MOST_BROWSER_LETTERS],
    )
    return agree(row, shown=shown, chosen=chosen, consent=consent, by=by)


def agree(row: Estimate, *, shown: str, chosen: Collection[str], consent: Consent, by: Actor) -> UUID:
    """Write an approval down with all that follows; `row` is proposals.locked."""
    now = clock.now()
    standing.require_open(row, now)
    current = offers.current(row, now)
    if current.shown != shown:
        raise OfferChanged(old=offers.shown_offer(estimate=row.public_id, shown=shown), new=current.offer)
    totals = rules.totals(current.offer, chosen)
    approval = _write(row, current, chosen, totals, consent, by)
    _accept(row, now, approval, by=by)
    _ask_for_deposit(approval, row, by)
    proof.PAPER.defer(approval=str(approval.public_id))
    return UUID(str(approval.public_id))


def _same(row: Estimate, shown: str, chosen: Collection[str], login: UUID) -> UUID | None:
    """The approval that this very click, or its twin in another tab, has made already."""
    found = standing.approval_of(row) if row.status == EstimateStatus.SOLD else None
    if found is None or found.login != login:
        return None
    agreed = proof_rules.read(found.snapshot)
    is_same = agreed.shown == shown and agreed.chosen == frozenset(chosen)
    return UUID(str(found.public_id)) if is_same else None


def _write(
    row: Estimate, current: Current, chosen: Collection[str], totals: Totals, consent: Consent, by: Actor
) -> Approval:
    public_id, at = ids.new_public_id(), clock.real_now()
    how = _circumstances(row, current, consent, public_id, at, by)
    text = proof_rules.snapshot(current.offer, frozenset(chosen), how)
    approval = Approval.objects.create(
        public_id=public_id,
        estimate=row,
        channel=consent.channel,
        login=consent.login,
        signer_name=consent.signer_name,
        signature_kind=consent.signature.kind,
        signature_png=consent.signature.png,
        version_n=current.version_n,
        terms_n=current.terms_n,
        snapshot=text,
        sha256=rules.digest(text),
        currency=current.offer.currency,
        total_minor=totals.total_minor,
        deposit_minor=totals.deposit_minor,
        ip_prefix=by.ip_prefix,
        user_agent=consent.browser,
        recorded_by_name=consent.recorded_by_name,
        note=consent.note,
        at=at,
    )
    _record(approval, row, by)
    return approval


def _record(approval: Approval, row: Estimate, by: Actor) -> None:
    """The digest stands in the trail too: whoever changes the one has to change the other."""
    audit.record(
        verification.APPROVED,
        approval,
        by=by,
        customer=row.proposal.customer.public_id,
        note=f"{row.number} {approval.signer_name}",
        sha256=approval.sha256,
        estimate=str(row.public_id),
        version=approval.version_n,
        terms=approval.terms_n,
        total_minor=approval.total_minor,
        currency=approval.currency,
        channel=approval.channel,
    )


def _circumstances(
    row: Estimate, current: Current, consent: Consent, approval: UUID, at: datetime, by: Actor
) -> Circumstances:
    email = people.email_of_person(consent.login) if consent.login else ""
    return Circumstances(
        approval=str(approval),
        lang=get_language() or "en",
        letterhead=proof.letterhead(row.branch),
        about=proof.about(row.proposal),
        version_n=current.version_n,
        terms_text=current.terms_text,
        channel=consent.channel.value,
        signer={"name": consent.signer_name, "login": str(consent.login or ""), "email": email},
        signature_kind=consent.signature.kind.value,
        signature_sha256=hashlib.sha256(consent.signature.png).hexdigest() if consent.signature.png else "",
        recorded_by=consent.recorded_by_name,
        note=consent.note,
        ip_prefix=by.ip_prefix,
        browser=consent.browser,
        at=at,
    )


def _accept(row: Estimate, now: datetime, approval: Approval, *, by: Actor) -> None:
    """Accept this option and close those that still waited; undoing knows them by the same moment."""
    row.status, row.decided_at = EstimateStatus.SOLD, now
    row.save(update_fields=["status", "decided_at"])
    is_phone = approval.channel == ApprovalChannel.PHONE
    story.note(row, EventKind.APPROVED_BY_PHONE if is_phone else EventKind.APPROVED, by=by, text=approval.note)
    for other in Estimate.objects.filter(proposal=row.proposal_id, status=EstimateStatus.OPEN).order_by("pk"):
        other.status, other.is_other_chosen, other.decided_at = EstimateStatus.DISMISSED, True, now
        other.save(update_fields=["status", "is_other_chosen", "decided_at"])
        story.note(other, EventKind.CLOSED, by=by)
    proposals.settle([row.proposal_id])


def _ask_for_deposit(approval: Approval, row: Estimate, by: Actor) -> None:
    if approval.deposit_minor > 0:
        deposits.ask(
            approval_ref=approval.public_id,
            customer_id=row.proposal.customer_id,
            job_id=row.proposal.job_id,
            title=row.name,
            amount_minor=approval.deposit_minor,
            currency=approval.currency,
            by=by,
        )

"""The mails about estimates: to the customer's readers, to who asked, and to the office."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from portico.domain.customers import operations as customers
from portico.domain.customers import readers
from portico.domain.customers.enums import Right
from portico.domain.customers.errors import NoBillingAccess
from portico.domain.estimates import proof_rules, rules
from portico.domain.estimates.enums import ApprovalChannel
from portico.domain.estimates.models import Approval, ApprovalUndo, Estimate, EstimateMessage
from portico.domain.estimates.proof_rules import Agreed
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Enclosure, Letter, Link
from portico.foundation.people import queries as people
from portico.foundation.people.enums import Side
from portico.kernel import formats

log = logging.getLogger("portico.estimates")

APPROVAL_PDF = "approval_pdf"


def send_approved(approval: Approval) -> None:
    """Mail the proof to everybody who may see the prices and to the office, once each."""
    row, agreed = approval.estimate, proof_rules.read(approval.snapshot)
    for email in price_readers(row):
        letter = _approved(approval, agreed, _page_link(row, MessageKind.APPROVAL, email))
        _send(row, MessageKind.APPROVAL, email, letter, key=f"approved:{approval.public_id}", proof=approval)
    who, number = approval.signer_name, row.number
    is_phone = approval.channel == ApprovalChannel.PHONE
    words = (
        _("%(who)s approved estimate %(number)s by phone") if is_phone else _("%(who)s approved estimate %(number)s")
    )
    total = formats.money(approval.total_minor, approval.currency)
    told = _("%(option)s: %(total)s. The proof is attached.") % {"option": row.name, "total": total}
    subject = words % {"who": who, "number": number}
    tell_office(row, subject=subject, paragraphs=(told,), key=f"office_approved:{approval.public_id}", proof=approval)


def send_undone(undo: ApprovalUndo) -> None:
    """Tell the same people that the approval was taken back."""
    approval, row = undo.approval, undo.approval.estimate
    told = {"who": undo.made_by_name, "number": row.number, "option": row.name}
    subject = _("The approval of estimate %(number)s was taken back") % told
    letter = Letter(
        subject=subject,
        heading=subject,
        paragraphs=(
            _("%(who)s took the approval of “%(option)s” back. The estimate waits for an answer again.") % told,
        ),
        facts=_facts(row),
        closing=(_("If this surprises you, call us."),),
    )
    for email in price_readers(row):
        link = _page_link(row, MessageKind.APPROVAL_UNDONE, email)
        _send(row, MessageKind.APPROVAL_UNDONE, email, _with_action(letter, link), key=f"undone:{approval.public_id}")
    tell_office(row, subject=subject, paragraphs=letter.paragraphs, key=f"office_undone:{approval.public_id}")


def send_answer(row: Estimate, asked: EstimateMessage, answer: EstimateMessage) -> None:
    """Mail the answer to who asked, if they still may see the estimate."""
    place = {"customer_id": row.proposal.customer_id, "location_id": row.proposal.location_id}
    email = people.email_of_person(asked.login) or asked.author_email
    if not email or not readers.may(email, **place, right=Right.HISTORY):
        log.info("estimates.asker_sees_it_no_longer", extra={"question": str(asked.public_id)})
        return
    subject = _("An answer about your estimate %(number)s") % {"number": row.number}
    letter = Letter(
        subject=subject,
        heading=_("We answered your question"),
        paragraphs=(_("You wrote: “%(question)s”") % {"question": asked.text}, answer.text),
        facts=_facts(row),
        action=Link(_("See the estimate"), page_path(row)),
    )
    _send(row, MessageKind.ESTIMATE_ANSWER, email, letter, key=f"answer:{answer.public_id}")


def tell_office(
    row: Estimate, *, subject: str, paragraphs: tuple[str, ...], key: str, proof: Approval | None = None
) -> None:
    """A mail to whose estimate it is, else to the support address of its branch; none where there is neither."""
    email = office_address(row)
    if not email:
        log.info("estimates.office_has_no_address", extra={"estimate": str(row.public_id)})
        return
    letter = Letter(
        subject=subject,
        heading=subject,
        paragraphs=paragraphs,
        facts=((_("Customer"), row.proposal.customer.name), *_facts(row)),
        action=Link(_("See the estimate"), page_path(row), is_office=True),
    )
    _send(row, MessageKind.OFFICE_NEWS, email, letter, key=key, proof=proof)


def office_address(row: Estimate) -> str:
    """Where the office is told about an estimate."""
    email = people.email_of_person(row.owner)
    return email if email and people.has_login(Side.STAFF, email) else row.branch.support_email


def page_path(row: Estimate) -> str:
    """Exactly this estimate, on the portal and in the office."""
    return f"/estimates/{row.public_id}/"


def price_readers(row: Estimate) -> list[str]:
    """The addresses that may see what this estimate costs."""
    place = row.proposal
    return readers.readers(customer_id=place.customer_id, location_id=place.location_id, right=Right.PRICES)


def _page_link(row: Estimate, kind: MessageKind, email: str) -> Link | None:
    try:
        return customers.document_link(
            kind=kind,
            customer_id=row.proposal.customer_id,
            email=email,
            label=_("See the estimate"),
            path=page_path(row),
            by=SYSTEM,
        )
    except NoBillingAccess:
        return None


def _send(
    row: Estimate, kind: MessageKind, email: str, letter: Letter, *, key: str, proof: Approval | None = None
) -> None:
    """Queue it, once for each address; the digest keeps the key short."""
    messaging.queue_letter(
        kind=kind,
        to_email=email,
        branch_id=row.branch_id,
        letter=letter,
        subject_id=row.public_id,
        customer_id=row.proposal.customer.public_id,
        key=f"{key}:{rules.digest(email)[:16]}",
        enclosures=(Enclosure(APPROVAL_PDF, proof.public_id),) if proof else (),
    )


def _approved(approval: Approval, agreed: Agreed, link: Link | None) -> Letter:
    row = approval.estimate
    total = formats.money(approval.total_minor, approval.currency)
    told = {"number": row.number, "who": approval.signer_name, "option": row.name, "total": total}
    facts = [*_facts(row), (_("Approved by"), approval.signer_name), (_("Total"), total)]
    if approval.deposit_minor:
        facts.append((_("Deposit"), formats.money(approval.deposit_minor, approval.currency)))
    return Letter(
        subject=_("Estimate %(number)s is approved") % told,
        heading=_("Thank you. “%(option)s” is approved.") % told,
        preheader=_("Approved by %(who)s, %(total)s") % told,
        facts=tuple(facts),
        lines=tuple((line.name, formats.money(line.total_minor, approval.currency)) for line in agreed.lines),
        action=link,
        closing=(
            _("What was agreed to, with the signature, is attached as a PDF."),
            _("If nobody of yours approved this, call us at once."),
        ),
    )


def _with_action(letter: Letter, link: Link | None) -> Letter:
    return Letter(**{**{name: getattr(letter, name) for name in letter.__slots__}, "action": link})


def _facts(row: Estimate) -> tuple[tuple[str, str], ...]:
    return ((_("Estimate"), row.number), (_("Option"), row.name))

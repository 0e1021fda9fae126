"""The mails about money that went back: to its payer, and to the office where somebody has to act."""

from __future__ import annotations

import logging

from django.utils.translation import gettext as _

from portico.domain.billing.models import Allocation, Dispute, Payment, Refund
from portico.domain.billing.operations import letters
from portico.domain.billing.return_words import reason_words
from portico.domain.customers import operations as customers
from portico.domain.customers.errors import NoBillingAccess
from portico.foundation.audit.operations import GATEWAY
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter, Link
from portico.foundation.tenancy.models import Branch
from portico.kernel import formats

log = logging.getLogger("portico.payments")


def send_refunded(refund: Refund) -> None:
    """Tell the payer that money is on its way back, once."""
    payment = refund.payment
    amount = formats.money(refund.amount_minor, refund.currency)
    is_handed = refund.account_id is None
    label = payment.method_label or _("the card or account that you paid with")
    way = _("We gave it back to you in person or by check.") if is_handed else _("It goes back to %(method)s.")
    when = () if is_handed else (_("Banks take 5 to 10 days to show it."),)
    letter = Letter(
        subject=_("Your refund of %(amount)s") % {"amount": amount},
        heading=_("We gave back %(amount)s of your payment") % {"amount": amount},
        paragraphs=(way % {"method": label} if not is_handed else way, *when),
        facts=_facts(payment),
    )
    _to_payer(payment, MessageKind.REFUND, letter, key=f"refund:{refund.public_id}")


def send_refund_failed(refund: Refund) -> None:
    """Tell the payer who was promised a refund that the bank sent it back, and the office that it has to act."""
    amount = formats.money(refund.amount_minor, refund.currency)
    heading = _("Your refund of %(amount)s could not be delivered") % {"amount": amount}
    letter = Letter(
        subject=heading,
        heading=heading,
        paragraphs=(_("Your bank sent the money back to us. We will get in touch to give it to you in another way."),),
        facts=_facts(refund.payment),
    )
    _to_payer(refund.payment, MessageKind.REFUND_FAILED, letter, key=f"refund_failed:{refund.public_id}")
    words = _("The bank sent a refund of %(amount)s back. Ask the customer how to give the money back.")
    tell_office(
        refund.payment,
        subject=_("A refund of %(amount)s failed") % {"amount": amount},
        paragraph=words % {"amount": amount},
        key=f"office_refund_failed:{refund.public_id}",
    )


def send_taken_back(dispute: Dispute) -> None:
    """Tell the payer that the bank took the money back and what is due again."""
    payment = dispute.payment
    amount = formats.money(dispute.amount_minor, dispute.currency)
    letter = Letter(
        subject=_("Your bank took back %(amount)s") % {"amount": amount},
        heading=_("Your bank took back your payment of %(amount)s") % {"amount": amount},
        paragraphs=(
            reason_words(dispute.reason) + ".",
            _("What it had paid is due again. Please pay in another way, or call us if this surprises you."),
        ),
        facts=_facts(payment),
    )
    _to_payer(payment, MessageKind.MONEY_TAKEN_BACK, letter, key=f"taken_back:{dispute.public_id}")


def tell_office(payment: Payment, *, subject: str, paragraph: str, key: str) -> None:
    """A mail to the support address of the payment's branch, once; none where it has no address."""
    branch = Branch.objects.get(pk=letters.branch_of(payment, _allocations(payment)))
    if not branch.support_email:
        log.info("payments.office_has_no_address", extra={"payment": str(payment.public_id)})
        return
    letter = Letter(
        subject=subject,
        heading=subject,
        paragraphs=(paragraph,),
        facts=((_("Customer"), payment.customer.name), *_facts(payment)),
        action=Link(_("See the payment"), f"/payments/{payment.public_id}/", is_office=True),
    )
    messaging.queue_letter(
        kind=MessageKind.OFFICE_NEWS,
        to_email=branch.support_email,
        branch_id=branch.pk,
        letter=letter,
        subject_id=payment.public_id,
        customer_id=payment.customer.public_id,
        key=key,
    )


def _to_payer(payment: Payment, kind: MessageKind, letter: Letter, *, key: str) -> None:
    if not payment.receipt_email:
        return
    try:
        link = customers.document_link(
            kind=kind,
            customer_id=payment.customer_id,
            email=payment.receipt_email,
            label=_("See the payment"),
            path=f"/payments/{payment.public_id}/",
            by=GATEWAY,
        )
    except NoBillingAccess:
        log.info("payments.not_for_this_address", extra={"payment": str(payment.public_id)})
        return
    messaging.queue_letter(
        kind=kind,
        to_email=payment.receipt_email,
        branch_id=letters.branch_of(payment, _allocations(payment)),
        letter=_with_action(letter, link),
        subject_id=payment.public_id,
        customer_id=payment.customer.public_id,
        key=key,
    )


def _with_action(letter: Letter, link: Link | None) -> Letter:
    return Letter(letter.subject, letter.heading, paragraphs=letter.paragraphs, facts=letter.facts, action=link)


def _facts(payment: Payment) -> tuple[tuple[str, str], ...]:
    found = (
        (_("Payment"), formats.money(payment.amount_minor, payment.currency)),
        (_("Receipt"), payment.receipt_number or ""),
        (_("Date"), formats.day(payment.paid_on) if payment.paid_on else ""),
        (_("Payment method"), payment.method_label),
    )
    return tuple(fact for fact in found if fact[1])


def _allocations(payment: Payment) -> list[Allocation]:
    return list(Allocation.objects.filter(payment=payment).select_related("invoice"))

"""What became of a payment, and what happens next: the head of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from portico.domain.billing.enums import MethodKind, PaymentState
from portico.domain.billing.queries.payments import PaymentDetails
from portico.kernel import clock, formats
from portico.kernel.money import Money

VERIFIED_WITHIN = timedelta(days=10)
PAID = frozenset({PaymentState.SUCCEEDED, PaymentState.PARTIALLY_REFUNDED, PaymentState.REFUNDED})


@dataclass(frozen=True, slots=True)
class Told:
    """Title, sign and sentences."""

    title: str
    tone: str
    icon: str
    sentences: tuple[str, ...]


def told_of(payment: PaymentDetails) -> Told:
    """In the reader's words; sentences say the fact first, then what to do."""
    state = payment.row.state
    if state in PAID:
        return Told(_("Payment received"), "ok", "check", (*_held(payment), *_refunds(payment)))
    if state == PaymentState.PROCESSING:
        return Told(_("Payment on its way"), "mute", "clock", _on_its_way(payment))
    if state == PaymentState.VERIFYING:
        return Told(_("Verify your bank account"), "mute", "landmark", _to_verify(payment))
    if state == PaymentState.DISPUTED:
        words = _(
            "The bank looks into this payment. You need not pay again meanwhile; we call you if we need anything."
        )
        return Told(_("Payment under review"), "mute", "clock", (words,))
    if state == PaymentState.CHARGED_BACK:
        words = _("The bank took this payment back, so its invoices are due again. Pay them another way, or call us.")
        if payment.deposit:
            words = _("The bank took this payment back: the deposit is to be paid again. Pay another way, or call us.")
        return Told(_("Payment taken back"), "bad", "triangle-alert", (words,))
    if state in (PaymentState.FAILED, PaymentState.CANCELED):
        return Told(_("Payment did not go through"), "bad", "triangle-alert", _failed(payment))
    return Told(_("Payment"), "mute", "clock", ())


def _on_its_way(payment: PaymentDetails) -> tuple[str, ...]:
    amount = _said(payment.row.amount)
    if not payment.is_bank:
        words = _("%(amount)s is on its way. That part cannot be paid again meanwhile.")
        return (words % {"amount": amount},)
    asked = _("We asked your bank for %(amount)s.") % {"amount": amount}
    if payment.deposit and payment.settles_on:
        usual = _("It usually arrives by %(day)s. Until then the deposit cannot be paid again.")
        return f"{asked} {usual % {'day': _day(payment.settles_on, payment)}}", _after()
    usual = _(
        "It usually arrives by %(day)s. Until then this part is reserved: it is not due and cannot be paid again."
    )
    if payment.settles_on:
        asked = f"{asked} {usual % {'day': _day(payment.settles_on, payment)}}"
    return asked, _after()


def _after() -> str:
    return _("You need not do anything. We write to you when it has arrived, and if the bank does not make it.")


def _to_verify(payment: PaymentDetails) -> tuple[str, ...]:
    until = _day(_until(payment), payment)
    return (
        _("Your bank gets one or two small amounts from us within two business days."),
        _("Enter them, or the code beside them, by %(day)s. Then the payment of %(amount)s goes on by itself.")
        % {"day": until, "amount": _said(payment.row.amount)},
        _("Until then nothing is charged, and the deposit stays to be paid.")
        if payment.deposit
        else _("Until then nothing is charged, and the invoices stay due."),
    )


def _until(payment: PaymentDetails) -> date:
    return formats.as_local(payment.row.at, payment.brand.time_zone).date() + VERIFIED_WITHIN


def _failed(payment: PaymentDetails) -> tuple[str, ...]:
    return (payment.row.failure_text or _("Nothing was charged."),)


def _held(payment: PaymentDetails) -> tuple[str, ...]:
    if payment.deposit is None or not payment.deposit.held:
        return ()
    return (_("We keep the deposit for this work. It is taken off the invoice."),)


def _refunds(payment: PaymentDetails) -> tuple[str, ...]:
    if not payment.refunded:
        return ()
    is_online = payment.row.method in (MethodKind.CARD, MethodKind.ACH)
    words = _("%(amount)s of it was given back.")
    if is_online:
        words = _("%(amount)s of it goes back to where it came from. A bank needs a few days to show it.")
    return (words % {"amount": _said(payment.refunded)},)


def _day(day: date, payment: PaymentDetails) -> str:
    return formats.day(day, today=clock.today(payment.brand.time_zone))


def _said(amount: Money) -> str:
    return formats.money(amount.minor, amount.currency)

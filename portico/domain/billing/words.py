"""How states are called and coloured on every page, mail and paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from portico.domain.billing.enums import InvoiceWord, MethodKind, MethodState, PaymentState
from portico.domain.billing.rules import BadAmount, Fault
from portico.kernel import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_I, _P = InvoiceWord, PaymentState

LABEL: Mapping[str, str | _StrPromise] = {word.value: word.label for word in InvoiceWord}
TONE: Mapping[str, str] = {
    _I.DUE: "warn",
    _I.OVERDUE: "bad",
    _I.PARTLY_PAID: "warn",
    _I.PARTLY_PAID_OVERDUE: "bad",
    _I.PENDING: "info",
    _I.PAID: "ok",
    _I.CREDIT: "info",
    _I.VOID: "mute",
}

PAYMENT_LABEL: Mapping[str, str | _StrPromise] = {
    _P.OPEN: _("Started"),
    _P.VERIFYING: _("Waiting for your bank details to be verified"),
    _P.PROCESSING: _("Pending"),
    _P.SUCCEEDED: _("Paid"),
    _P.PARTIALLY_REFUNDED: _("Partly refunded"),
    _P.REFUNDED: _("Refunded"),
    _P.DISPUTED: _("Under review by the bank"),
    _P.CHARGED_BACK: _("Taken back by the bank"),
    _P.FAILED: _("Failed"),
    _P.CANCELED: _("Canceled"),
}
PAYMENT_TONE: Mapping[str, str] = {
    _P.OPEN: "info",
    _P.VERIFYING: "warn",
    _P.PROCESSING: "info",
    _P.SUCCEEDED: "ok",
    _P.PARTIALLY_REFUNDED: "info",
    _P.REFUNDED: "info",
    _P.DISPUTED: "warn",
    _P.CHARGED_BACK: "bad",
    _P.FAILED: "bad",
    _P.CANCELED: "mute",
}

BRANDS: Mapping[str, str] = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "discover": "Discover",
    "diners": "Diners Club",
    "jcb": "JCB",
    "unionpay": "UnionPay",
}
DECLINES: Mapping[str, str | _StrPromise] = {
    "insufficient_funds": _("The card does not have enough funds. Use another card, or pay a smaller amount."),
    "expired_card": _("The card has expired. Use another card."),
    "incorrect_cvc": _("The security code was not right. Check it and try again."),
    "payment_intent_authentication_failure": _(
        "The bank could not confirm that it was you. Try again or use another card."
    ),
    "authentication_required": _("The bank wants you to confirm the payment. Try again and follow its steps."),
}
DECLINED = _("The card was declined. Nothing was charged. Try again or use another card.")


def card_label(brand: str, last4: str) -> str:
    """A card as its holder knows it: Visa ending 4242."""
    if not last4:
        return ""
    return _said("%(brand)s ending %(last4)s") % {"brand": BRANDS.get(brand, _said("Card")), "last4": last4}


BANK_FAILURES: Mapping[str, str | _StrPromise] = {
    "insufficient_funds": _("The bank account did not have enough funds. Pay in another way, or try again later."),
    "account_closed": _("The bank account is closed. Use another way to pay."),
    "no_account": _("The bank does not know this account. Check its numbers, or use another way to pay."),
    "debit_not_authorized": _("The bank was told that this payment is not authorized. Use another way to pay."),
    "bank_account_restricted": _("The bank does not allow payments from this account. Use another way to pay."),
    "bank_account_unusable": _("The bank does not allow payments from this account. Use another way to pay."),
    "payment_method_bank_account_blocked": _("This bank account can no longer be used. Use another way to pay."),
    "payment_method_microdeposit_failed": _(
        "No small amounts could be sent to this bank account. Check its numbers, or use another way to pay."
    ),
    "payment_method_microdeposit_verification_attempts_exceeded": _(
        "The bank account could not be verified: too many tries. Use another way to pay."
    ),
    "payment_method_microdeposit_verification_timeout": _(
        "The bank account was not verified in time. Use another way to pay."
    ),
}
BANK_FAILED = _("The bank did not make this payment. Use another way to pay.")
UNUSABLE_ACCOUNT = frozenset(
    {
        "account_closed",
        "no_account",
        "debit_not_authorized",
        "bank_account_restricted",
        "bank_account_unusable",
        "payment_method_bank_account_blocked",
    }
)


def method_label(kind: MethodKind, brand: str, last4: str) -> str:
    """A card or bank account as its holder knows it: Wells Fargo ending 6789."""
    if kind != MethodKind.ACH:
        return card_label(brand, last4)
    if not last4:
        return ""
    return _said("%(bank)s ending %(last4)s") % {"bank": bank_name(brand) or _said("Bank account"), "last4": last4}


def why_not_offered(state: MethodState, *, is_expired: bool, is_current: bool, is_kind_taken: bool) -> str:
    """Why a saved card or bank account cannot be chosen; empty when it can."""
    if state == MethodState.DISABLED:
        return _said("The bank no longer allows payments from it. Remove it and add another one.")
    if state == MethodState.VERIFYING:
        return _said("It can be used once it is verified.")
    if is_expired:
        return _said("The card has expired. Remove it and add the new one.")
    if not is_current:
        return _said("It was saved with another payment provider. Remove it and add it anew.")
    return "" if is_kind_taken else _said("Bank payments are not taken at the moment.")


def deposit_name(title: str) -> str:
    """What a deposit is called, wherever money has a name."""
    return _said("Deposit for %(title)s") % {"title": title}


def bank_name(told: str) -> str:
    """As people write it: banks are told in capitals."""
    return told.title() if told.isupper() else told


def failure_words(kind: MethodKind, code: str) -> str:
    """Why a payment failed, for its payer."""
    if kind == MethodKind.ACH:
        return str(BANK_FAILURES.get(code, BANK_FAILED))
    return decline_words(code)


def decline_words(code: str) -> str:
    """Why a card was declined, in words that help its holder and tell a thief nothing."""
    return str(DECLINES.get(code, DECLINED))


FAULTS: Mapping[Fault, str | _StrPromise] = {
    Fault.NOTHING_DUE: _("Nothing is due on these invoices."),
    Fault.TOO_MUCH: _("You can pay at most %(amount)s."),
    Fault.OVER_CARD_LIMIT: _("A card can be charged at most %(amount)s in one go."),
    Fault.BALANCE_TOO_SMALL: _(
        "Less than %(amount)s cannot be charged to a card. Pay it together with another invoice, or call us."
    ),
    Fault.TOO_SMALL: _("The smallest payment is %(amount)s."),
    Fault.ONLY_IN_FULL: _("These invoices can only be paid in full: %(amount)s."),
    Fault.INVOICE_ONLY_IN_FULL: _("Invoice %(number)s can only be paid in full: %(amount)s."),
    Fault.TOO_MUCH_CREDIT: _("You can use at most %(amount)s of your credit for this payment."),
    Fault.REST_TOO_SMALL: _(
        "After your credit, %(amount)s would be left to be charged, which is too little. Pay less, or pay everything "
        "that is due."
    ),
    Fault.LEAVES_TOO_LITTLE: _(
        "That would leave %(amount)s on invoice %(number)s, too little to be charged later. Pay it in full, or less."
    ),
}


def amount_words(bad: BadAmount, currency: str) -> str:
    """Why an amount cannot be paid, and what to do."""
    return str(FAULTS[bad.fault]) % {"amount": formats.money(bad.minor, currency), "number": bad.number}

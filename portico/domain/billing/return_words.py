"""What the office is told about money that goes back, is taken back, or does not add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portico.domain.billing.enums import AlertKind, DisputeState, RefundState
from portico.domain.billing.return_rules import Bar

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words = Mapping[str, "str | _StrPromise"]

UNKNOWN = "unknown"
REFUND_UNKNOWN = "refund_unknown"

BAR: Words = {
    Bar.NO_MONEY: _("No money of this payment has come in, so none can go back."),
    Bar.DISPUTED: _("The bank is deciding about this payment. Wait for its decision: a refund now could pay twice."),
    Bar.NOTHING_LEFT: _("All of this payment has gone back already."),
    Bar.TOO_OLD: _("A bank payment can be refunded for 180 days. Hand the money back in another way and record that."),
}
REFUND_LABEL: Words = {
    RefundState.REQUESTED: _("Being sent"),
    RefundState.SENT: _("Being sent"),
    RefundState.UNKNOWN: _("Unclear"),
    RefundState.PENDING: _("On its way"),
    RefundState.SUCCEEDED: _("Refunded"),
    RefundState.FAILED: _("Came back"),
    RefundState.CANCELED: _("Canceled"),
}
REFUND_TONE: Mapping[str, str] = {
    RefundState.REQUESTED: "info",
    RefundState.SENT: "info",
    RefundState.UNKNOWN: "warn",
    RefundState.PENDING: "info",
    RefundState.SUCCEEDED: "ok",
    RefundState.FAILED: "bad",
    RefundState.CANCELED: "mute",
}
DISPUTE_LABEL: Words = {
    DisputeState.OPEN: _("Needs your answer"),
    DisputeState.UNDER_REVIEW: _("The bank is deciding"),
    DisputeState.WON: _("Decided for you"),
    DisputeState.LOST: _("Decided for the customer"),
    DisputeState.WARNING: _("The bank is asking"),
    DisputeState.WARNING_CLOSED: _("The bank’s question is closed"),
}
DISPUTE_REASON: Words = {
    "fraudulent": _("The cardholder says that it was not them"),
    "duplicate": _("Charged twice"),
    "product_not_received": _("The work was not done"),
    "product_unacceptable": _("The work was not as agreed"),
    "credit_not_processed": _("A refund that was promised did not come"),
    "unrecognized": _("The cardholder does not recognize the charge"),
    "insufficient_funds": _("The bank account did not have enough funds"),
    "incorrect_account_details": _("The bank account’s numbers were not right"),
    "bank_cannot_process": _("The bank could not carry it out"),
    "debit_not_authorized": _("The owner of the bank account did not allow it"),
    "customer_initiated": _("The owner of the bank account had it taken back"),
}
ATTENTION: Words = {
    UNKNOWN: _("Outcome unknown"),
    REFUND_UNKNOWN: _("Refund: outcome unknown"),
    AlertKind.QUARANTINED: _("Set aside"),
    AlertKind.SURPLUS: _("More than was due"),
    AlertKind.SECOND_SUCCESS: _("Charged twice"),
    AlertKind.DIFFERENCE: _("Difference to the payment provider"),
    AlertKind.DISPUTE: _("Disputed"),
    AlertKind.LATE_RETURN: _("Returned by the bank"),
    AlertKind.BANK_FAILED: _("Bank payment failed"),
    AlertKind.REFUND_FAILED: _("Refund failed"),
    AlertKind.CARD_TESTING: _("Many declined cards"),
}
WHAT_TO_DO: Words = {
    UNKNOWN: _(
        "The payment provider has not said yet whether this was charged. Portico keeps asking; do not charge again."
        " If it stays so for a day, look the payment up at the provider."
    ),
    REFUND_UNKNOWN: _(
        "The payment provider has not said yet whether this refund was made. Portico keeps asking; do not refund again."
    ),
    AlertKind.QUARANTINED: _(
        "The payment provider reports something else than was asked for. Nothing was posted."
        " Compare the payment with the provider’s page, then refund it there or call support."
    ),
    AlertKind.SURPLUS: _(
        "More came in than was due; the rest is the customer’s credit. Refund it, or leave it as credit."
    ),
    AlertKind.SECOND_SUCCESS: _("The customer was charged twice. The second amount is credit: refund it."),
    AlertKind.DIFFERENCE: _(
        "The payment provider’s cash and these books differ here. Look at the payment on both sides, then close this"
        " with a note of what it was."
    ),
    AlertKind.DISPUTE: _(
        "The bank asks the money back. Answer on the payment provider’s page before the due date; do not refund."
    ),
    AlertKind.LATE_RETURN: _(
        "The bank took a settled payment back. The invoices are due again; ask the customer for another way to pay."
    ),
    AlertKind.BANK_FAILED: _(
        "The bank did not make this payment. The invoices are due again and the customer was told; follow up if needed."
    ),
    AlertKind.REFUND_FAILED: _(
        "The money of this refund came back. Ask the customer how to give it back, then record it as handed back."
    ),
    AlertKind.CARD_TESTING: _(
        "Somebody may be trying out stolen cards. New cards are paused for an hour; look who it is."
    ),
}


def bar_words(bar: Bar) -> str:
    """Why nothing can be given back, and what to do."""
    return str(BAR[bar])


def reason_words(code: str) -> str:
    """Why the bank asks money back."""
    return str(DISPUTE_REASON.get(code, code.replace("_", " ")))

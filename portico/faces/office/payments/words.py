"""How the office calls the parts of a payment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portico.domain.billing.queries.office_payments import Filter

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = Mapping[str, str | _StrPromise]

FILTER: Words = {
    Filter.ALL: _("All"),
    Filter.PAID: _("Paid"),
    Filter.PENDING: _("Pending"),
    Filter.STARTED: _("Started"),
    Filter.FAILED: _("Failed or canceled"),
    Filter.BACK: _("Refunded or disputed"),
    Filter.ATTENTION: _("Needs attention"),
}
ATTEMPT: Words = {
    "created": _("Prepared"),
    "sent": _("Sent to the gateway"),
    "unknown": _("No answer yet"),
    "requires_action": _("Waiting for the payer"),
    "verifying": _("Waiting for the account to be verified"),
    "processing": _("Pending at the bank"),
    "succeeded": _("Succeeded"),
    "failed": _("Failed"),
    "expired": _("Expired"),
    "canceled": _("Canceled"),
}
ATTEMPT_TONE = {"succeeded": "ok", "failed": "bad", "unknown": "warn", "expired": "mute", "canceled": "mute"}
PART: Words = {
    "reserved": _("Reserved"),
    "posted": _("Applied"),
    "released": _("Let go"),
    "reversed": _("Taken back"),
}
PART_TONE = {"reserved": "info", "posted": "ok", "released": "mute", "reversed": "warn"}
ENTRY: Words = {
    "payment_in": _("Received"),
    "allocate": _("Put on an invoice"),
    "unapply": _("Taken off an invoice"),
    "credit": _("Credit given"),
    "refund_out": _("Given back"),
    "dispute_out": _("Taken by the bank"),
    "dispute_back": _("Returned by the bank"),
    "fee": _("Fee"),
    "writeoff": _("Written off"),
}
DISPUTE_TONE = {
    "open": "bad",
    "under_review": "warn",
    "won": "ok",
    "lost": "bad",
    "warning": "warn",
    "warning_closed": "mute",
}
ALERT_TONE = {"dispute": "bad", "late_return": "bad", "second_success": "bad", "surplus": "info", "bank_failed": "info"}

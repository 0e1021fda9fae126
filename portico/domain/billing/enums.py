"""States of invoices, payments and their parts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvoiceState(models.TextChoices):
    ISSUED = "issued"
    VOID = "void"


class InvoiceWord(models.TextChoices):
    """The state of an invoice in the reader's words."""

    DUE = "due", _("Due")
    OVERDUE = "overdue", _("Overdue")
    PARTLY_PAID = "partly_paid", _("Partly paid")
    PARTLY_PAID_OVERDUE = "partly_paid_overdue", _("Overdue, partly paid")
    PENDING = "pending", _("Bank payment pending")
    PAID = "paid", _("Paid")
    CREDIT = "credit", _("Credit")
    VOID = "void", _("Void")


class DepositWord(models.TextChoices):
    """How a deposit stands, in the reader's words."""

    TO_PAY = "to_pay", _("To pay")
    FAILED = "failed", _("Not paid: try again")
    TAKEN_BACK = "taken_back", _("Taken back by the bank")
    PAYING = "paying", _("Being paid")
    VERIFYING = "verifying", _("Waiting for your bank details to be verified")
    PENDING = "pending", _("On its way from the bank")
    HELD = "held", _("Paid and kept for this work")
    USED = "used", _("Taken off the invoice")
    REFUNDED = "refunded", _("Given back")
    INVOICED = "invoiced", _("Part of the invoice")
    CANCELED = "canceled", _("No longer asked for")


class PaymentState(models.TextChoices):
    OPEN = "open"
    VERIFYING = "verifying"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    CHARGED_BACK = "charged_back"
    FAILED = "failed"
    CANCELED = "canceled"


class AttemptState(models.TextChoices):
    CREATED = "created"
    SENT = "sent"
    UNKNOWN = "unknown"
    REQUIRES_ACTION = "requires_action"
    VERIFYING = "verifying"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"


class AttemptKind(models.TextChoices):
    CHECKOUT = "checkout"
    SAVED = "saved"


class AllocationState(models.TextChoices):
    RESERVED = "reserved"
    POSTED = "posted"
    RELEASED = "released"
    REVERSED = "reversed"


class MethodKind(models.TextChoices):
    CARD = "card"
    ACH = "ach"
    CASH = "cash"
    CHECK = "check"
    CREDIT = "credit"
    OTHER = "other"


class Channel(models.TextChoices):
    PORTAL = "portal"
    OFFICE = "office"
    IMPORT = "import"


class EntryKind(models.TextChoices):
    PAYMENT_IN = "payment_in"
    ALLOCATE = "allocate"
    UNAPPLY = "unapply"
    CREDIT = "credit"
    REFUND_OUT = "refund_out"
    DISPUTE_OUT = "dispute_out"
    DISPUTE_BACK = "dispute_back"
    FEE = "fee"
    WRITEOFF = "writeoff"


class MethodState(models.TextChoices):
    """Of a saved card or bank account. `verifying` waits for the small amounts that the bank sends."""

    ACTIVE = "active"
    VERIFYING = "verifying"
    DISABLED = "disabled"
    DETACHED = "detached"


class SetupState(models.TextChoices):
    """Of a visit to the gateway's page where a method is added."""

    CREATED = "created"
    SENT = "sent"
    VERIFYING = "verifying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


class RefundState(models.TextChoices):
    REQUESTED = "requested"
    SENT = "sent"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


class RefundReason(models.TextChoices):
    REQUESTED = "requested", _("The customer asked for it")
    DUPLICATE = "duplicate", _("Paid twice")
    WRONG_AMOUNT = "wrong_amount", _("Wrong amount")
    WORK = "work", _("The work was not right")
    GATEWAY = "gateway", _("Refunded at the payment provider")
    OTHER = "other", _("Another reason")


class DisputeState(models.TextChoices):
    OPEN = "open"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    WARNING = "warning"
    WARNING_CLOSED = "warning_closed"


class MovementKind(models.TextChoices):
    """What moved cash at the gateway."""

    CHARGE = "charge"
    REFUND = "refund"
    REFUND_BACK = "refund_back"
    DISPUTE = "dispute"
    DISPUTE_BACK = "dispute_back"


class AlertKind(models.TextChoices):
    """Why a payment needs somebody of the office. Outcomes that stay unknown are found by looking, not kept."""

    QUARANTINED = "quarantined"
    SURPLUS = "surplus"
    SECOND_SUCCESS = "second_success"
    DIFFERENCE = "difference"
    DISPUTE = "dispute"
    LATE_RETURN = "late_return"
    BANK_FAILED = "bank_failed"
    REFUND_FAILED = "refund_failed"
    CARD_TESTING = "card_testing"


REFUND_OVER = frozenset({RefundState.SUCCEEDED, RefundState.FAILED, RefundState.CANCELED})
REFUND_VAIN = frozenset({RefundState.FAILED, RefundState.CANCELED})
DISPUTE_OVER = frozenset({DisputeState.WON, DisputeState.LOST, DisputeState.WARNING_CLOSED})
ATTEMPT_OVER = frozenset({AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.EXPIRED, AttemptState.CANCELED})

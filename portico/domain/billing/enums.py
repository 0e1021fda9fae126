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


class PaymentState(models.TextChoices):
    OPEN = "open"
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


ATTEMPT_OVER = frozenset({AttemptState.SUCCEEDED, AttemptState.FAILED, AttemptState.EXPIRED, AttemptState.CANCELED})

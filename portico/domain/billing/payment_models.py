"""Money that came in: payments, what they cover, each try at the gateway, and the ledger."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portico.domain.billing.enums import (
    AllocationState,
    AttemptKind,
    AttemptState,
    Channel,
    EntryKind,
    MethodKind,
    PaymentState,
)
from portico.domain.billing.method_models import PaymentAccount, PaymentMethod
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField


class PaymentPolicy(TenantModel):
    """What the company lets its customers do. Amounts in minor units of its currency."""

    is_partial_allowed = models.BooleanField(default=True)
    minimum_minor = MinorField(default=100)
    partial_minimum_invoice_minor = MinorField(default=0)
    is_ach_allowed = models.BooleanField(default=True)
    receipt_text = models.TextField(blank=True)
    statement_every_days = models.PositiveSmallIntegerField(default=25, db_default=25)
    cards_paused_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company"], name="one_payment_policy_each"),
            models.CheckConstraint(
                condition=Q(minimum_minor__gte=0, partial_minimum_invoice_minor__gte=0),
                name="payment_minimums_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return "payment policy"


class Payment(TenantModel):
    """Money a customer gives, for one or several invoices. A negative amount is money given back outside a gateway.

    With `deposit` it was started to pay that deposit; such a payment covers no invoice until the job is invoiced.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payments", db_index=False)
    deposit = models.ForeignKey(
        "billing.Deposit", on_delete=models.PROTECT, null=True, related_name="payments", db_index=False
    )
    amount_minor = MinorField()
    currency = CurrencyField()
    method = models.CharField(max_length=8, choices=MethodKind.choices)
    method_label = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    state = models.CharField(max_length=20, choices=PaymentState.choices, default=PaymentState.OPEN)
    received_minor = MinorField(default=0)
    refunded_minor = MinorField(default=0)
    disputed_minor = MinorField(default=0)
    form_token = models.CharField(max_length=64, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    request_hash = models.CharField(max_length=64, blank=True)
    receipt_number = models.CharField(max_length=40, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    receipt_email = models.CharField(max_length=254, blank=True)
    made_by = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    paid_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    succeeded_at = models.DateTimeField(null=True)
    returnable_until = models.DateField(null=True)
    failure_text = models.CharField(max_length=300, blank=True)
    quarantine_note = models.TextField(blank=True)
    reference = models.CharField(max_length=120, blank=True)
    memo = models.TextField(blank=True)
    is_voided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="payment_source"),
            models.UniqueConstraint(
                fields=["company", "customer", "form_token"],
                condition=Q(form_token__isnull=False),
                name="a_form_pays_once",
            ),
            models.UniqueConstraint(fields=["company", "receipt_number"], name="receipt_number_is_unique"),
            models.UniqueConstraint(
                fields=["company", "deposit"],
                condition=Q(state__in=["open", "verifying", "processing"]),
                name="one_payment_of_a_deposit_goes_on",
            ),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="payment_is_not_zero"),
            models.CheckConstraint(condition=Q(state__in=PaymentState.values), name="payment_state_is_known"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, disputed_minor__gte=0), name="money_back_is_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-created_at", "-id"], name="payment_newest_of_customer"),
            models.Index(fields=["customer"], condition=Q(state="verifying"), name="payment_to_verify"),
            models.Index(fields=["deposit"], condition=Q(deposit__isnull=False), name="payment_of_deposit"),
            models.Index(fields=["company", "-created_at", "-id"], name="payment_newest"),
        ]

    def __str__(self) -> str:
        return f"payment {self.public_id}"


class PaymentAttempt(TenantModel):
    """One try at the gateway. `idempotency_key` and `request` are stored before anything is sent."""

    public_id = PublicIdField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=AttemptKind.choices)
    saved_method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=AttemptState.choices, default=AttemptState.CREATED)
    idempotency_key = models.CharField(max_length=64)
    request = models.JSONField(default=dict)
    session_ref = models.CharField(max_length=255, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    session_url = models.TextField(blank=True)
    verify_url = models.TextField(blank=True)
    intent_ref = models.CharField(max_length=255, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failure_code = models.CharField(max_length=80, blank=True)
    failure_text = models.CharField(max_length=300, blank=True)
    is_superseded = models.BooleanField(default=False)
    ip_prefix = models.CharField(max_length=64, blank=True)
    next_check_at = models.DateTimeField(null=True)
    check_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "payment", "n"], name="attempts_are_counted"),
            models.UniqueConstraint(fields=["company", "idempotency_key"], name="idempotency_key_is_unique"),
            models.UniqueConstraint(fields=["company", "session_ref"], name="a_session_is_one_attempt"),
            models.UniqueConstraint(fields=["company", "intent_ref"], name="an_intent_is_one_attempt"),
            models.CheckConstraint(condition=Q(state__in=AttemptState.values), name="attempt_state_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["company", "next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="attempt_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.public_id}"


class Allocation(TenantModel):
    """The part of a payment that covers an invoice."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    invoice = models.ForeignKey("billing.Invoice", on_delete=models.PROTECT, related_name="allocations", db_index=False)
    amount_minor = MinorField()
    posted_minor = MinorField(default=0)
    state = models.CharField(max_length=10, choices=AllocationState.choices)
    applied_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "payment", "invoice"], name="a_payment_covers_an_invoice_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="allocation_is_not_zero"),
            models.CheckConstraint(condition=Q(state__in=AllocationState.values), name="allocation_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="posted", posted_minor__gte=F("amount_minor"), amount_minor__lt=0)
                | Q(state="posted", posted_minor__gt=0, posted_minor__lte=F("amount_minor"))
                | ~Q(state="posted") & Q(posted_minor=0),
                name="posted_is_what_fitted",
            ),
        ]
        indexes = [models.Index(fields=["invoice"], name="allocation_of_invoice")]

    def __str__(self) -> str:
        return f"{self.payment_id} on {self.invoice_id}"


class LedgerEntry(TenantModel):
    """Append-only. Amounts are signed as the customer's credit sees them: money in +, put on an invoice −.

    Customer credit = Σ amount. What an invoice was paid = −Σ amount over its entries.
    """

    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey(
        "billing.Invoice", on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="entries", db_index=False)
    amount_minor = MinorField()
    currency = CurrencyField()
    source_type = models.CharField(max_length=20)
    source_ref = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source_type", "source_ref", "kind", "invoice"],
                nulls_distinct=False,
                name="money_is_entered_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_is_known"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="entry_is_not_zero"),
        ]
        indexes = [
            models.Index(fields=["customer"], include=["amount_minor"], name="entry_of_customer"),
            models.Index(fields=["invoice"], include=["amount_minor"], name="entry_of_invoice"),
            models.Index(fields=["payment"], name="entry_of_payment"),
            models.Index(fields=["company", "at"], name="entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class GatewayEvent(TenantModel):
    """The webhook inbox: ids only. `processed_at` is set in the transaction that applied it."""

    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=255)
    type = models.CharField(max_length=80)
    object_ref = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "account", "event_id"], name="an_event_comes_once")]
        indexes = [
            models.Index(
                fields=["company", "received_at"], condition=Q(processed_at__isnull=True), name="event_to_process"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"

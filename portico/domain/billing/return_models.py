"""Money that went back, was taken back, or does not add up; and credit that a customer put to use."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.billing.enums import AlertKind, DisputeState, MovementKind, RefundReason, RefundState
from portico.domain.billing.method_models import PaymentAccount
from portico.domain.billing.payment_models import Payment
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField


class Refund(TenantModel):
    """Money of a payment given back. Without `account` it was handed back outside the gateway (cash, check).

    Its ledger entries are made with the row; a refund that comes to nothing is answered by entries that undo them.
    """

    public_id = PublicIdField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, null=True, related_name="+")
    amount_minor = MinorField()
    currency = CurrencyField()
    reason = models.CharField(max_length=12, choices=RefundReason.choices)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=RefundState.choices, default=RefundState.REQUESTED)
    form_token = models.CharField(max_length=64, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    idempotency_key = models.CharField(max_length=64)
    intent_ref = models.CharField(max_length=255, blank=True)
    request = models.JSONField(default=dict)
    ref = models.CharField(max_length=255, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    failure_code = models.CharField(max_length=80, blank=True)
    made_by = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    check_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "idempotency_key"], name="refund_key_is_unique"),
            models.UniqueConstraint(fields=["company", "payment", "form_token"], name="a_form_refunds_once"),
            models.UniqueConstraint(fields=["company", "ref"], name="a_refund_is_kept_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="refund_state_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["company", "next_check_at"],
                condition=Q(next_check_at__isnull=False),
                name="refund_to_check",
            ),
        ]

    def __str__(self) -> str:
        return f"refund {self.public_id}"


class Dispute(TenantModel):
    """The bank asks for money back: a disputed card payment, or a bank payment that was returned after it settled."""

    public_id = PublicIdField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=255)
    amount_minor = MinorField()
    currency = CurrencyField()
    reason = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=16, choices=DisputeState.choices)
    evidence_due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "ref"], name="a_dispute_is_kept_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="dispute_is_positive"),
            models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.ref}"


class GatewayMovement(TenantModel):
    """The mirror of the gateway's cash, kept by the daily comparison. Amounts are signed: in +, out −."""

    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=255)
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    object_ref = models.CharField(max_length=255)
    intent_ref = models.CharField(max_length=255, blank=True)
    amount_minor = MinorField()
    currency = CurrencyField()
    at = models.DateTimeField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")
    difference = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "account", "ref"], name="a_movement_is_kept_once")]
        indexes = [models.Index(fields=["company", "intent_ref"], name="movement_of_intent")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"


class Alert(TenantModel):
    """Something about money that a person of the office has to look at. One open alert of a kind for a subject."""

    public_id = PublicIdField()
    kind = models.CharField(max_length=16, choices=AlertKind.choices)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="alerts")
    subject = models.CharField(max_length=255)
    amount_minor = MinorField(default=0)
    note = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by_name = models.CharField(max_length=200, blank=True)
    closing_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject"],
                condition=Q(closed_at__isnull=True),
                name="one_open_alert_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(kind__in=AlertKind.values), name="alert_kind_is_known"),
        ]
        indexes = [
            models.Index(fields=["company", "raised_at"], condition=Q(closed_at__isnull=True), name="alert_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class CreditBalance(TenantModel):
    """The sum of a customer's ledger, kept by a trigger of the ledger so that no page has to add it up."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = MinorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "customer"], name="one_credit_balance_each")]

    def __str__(self) -> str:
        return f"credit {self.amount_minor}"


class PaymentRest(TenantModel):
    """What a customer's ledger says is left of a payment, kept by the same trigger; nothing left, no row."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+", db_index=False)
    amount_minor = MinorField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "payment"], name="one_rest_of_a_payment_each")
        ]

    def __str__(self) -> str:
        return f"rest {self.amount_minor}"


class CreditUse(TenantModel):
    """Credit that its owner put on invoices at checkout. The money stays that of the payments which it came from."""

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    amount_minor = MinorField()
    currency = CurrencyField()
    form_token = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    made_by = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "form_token"], name="a_form_uses_credit_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="credit_use_is_positive"),
        ]

    def __str__(self) -> str:
        return f"credit use {self.public_id}"

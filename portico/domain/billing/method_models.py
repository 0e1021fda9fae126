"""The company's account at the gateway, and what the gateway keeps there for a customer: name, cards, bank accounts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.billing.enums import MethodKind, MethodState, SetupState
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class PaymentAccount(TenantModel):
    """The company's own account at the gateway. Keys are encrypted with the company as associated data.

    `gateway` is `stripe`, or `sandbox` for an account that the bundled sandbox gave. Only one is active; older ones
    stay for the attempts that were made with them. `webhook_secret_sealed` holds one or two secrets, parted by a blank.
    """

    public_id = PublicIdField()
    gateway = models.CharField(max_length=20, default="stripe")
    secret_key_sealed = models.BinaryField()
    webhook_secret_sealed = models.BinaryField(default=bytes)
    webhook_url = models.CharField(max_length=300, blank=True)
    key_hint = models.CharField(max_length=12, blank=True)
    is_live = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(is_active=True), name="one_active_payment_account_each"
            )
        ]

    def __str__(self) -> str:
        return f"account …{self.key_hint}"


class GatewayCustomer(TenantModel):
    """A customer's name at the gateway."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="gateway_customers")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "account", "customer"], name="one_gateway_customer_each"),
            models.UniqueConstraint(fields=["company", "account", "ref"], name="gateway_customer_ref_is_unique"),
        ]

    def __str__(self) -> str:
        return self.ref


class PaymentMethod(TenantModel):
    """A card or bank account that the customer had saved. Of the number only what its owner recognizes it by."""

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="payment_methods")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=MethodKind.choices)
    brand = models.CharField(max_length=80, blank=True)
    last4 = models.CharField(max_length=4, blank=True)
    expires_on = models.DateField(null=True)
    fingerprint = models.CharField(max_length=80, blank=True)
    mandate_ref = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=MethodState.choices, default=MethodState.ACTIVE)
    disabled_why = models.CharField(max_length=80, blank=True)
    is_default = models.BooleanField(default=False)
    added_by = models.UUIDField(null=True)
    added_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    detached_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "account", "ref"], name="a_method_is_kept_once"),
            models.UniqueConstraint(
                fields=["company", "customer"], condition=Q(is_default=True), name="one_default_method_each"
            ),
            models.CheckConstraint(condition=Q(kind__in=["card", "ach"]), name="method_is_card_or_bank_account"),
            models.CheckConstraint(condition=Q(state__in=MethodState.values), name="method_state_is_known"),
            models.CheckConstraint(condition=Q(is_default=False) | Q(state="active"), name="default_method_is_active"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} …{self.last4}"


class MethodSetup(TenantModel):
    """A visit to the gateway's page to add a method. `idempotency_key` and `request` are stored before sending."""

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(PaymentAccount, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=MethodKind.choices)
    state = models.CharField(max_length=10, choices=SetupState.choices, default=SetupState.CREATED)
    form_token = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=64)
    request = models.JSONField(default=dict)
    session_ref = models.CharField(max_length=255, null=True)  # noqa: DJ001 - absent ones may be many, empty ones not
    session_url = models.TextField(blank=True)
    verify_url = models.TextField(blank=True)
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.UUIDField(null=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    failure_code = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "form_token"], name="a_form_adds_one_method"),
            models.UniqueConstraint(fields=["company", "idempotency_key"], name="setup_key_is_unique"),
            models.UniqueConstraint(fields=["company", "session_ref"], name="a_session_is_one_setup"),
            models.CheckConstraint(condition=Q(state__in=SetupState.values), name="setup_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"setup {self.public_id}"

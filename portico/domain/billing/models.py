"""Invoices and what stands on them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portico.domain.billing.deposit_models import Deposit, InvoiceSequence
from portico.domain.billing.draft_models import InvoiceDraft
from portico.domain.billing.enums import InvoiceState
from portico.domain.billing.method_models import GatewayCustomer, MethodSetup, PaymentAccount, PaymentMethod
from portico.domain.billing.payment_models import (
    Allocation,
    GatewayEvent,
    LedgerEntry,
    Payment,
    PaymentAttempt,
    PaymentPolicy,
)
from portico.domain.billing.return_models import (
    Alert,
    CreditBalance,
    CreditUse,
    Dispute,
    GatewayMovement,
    PaymentRest,
    Refund,
)
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField

__all__ = [
    "Alert",
    "Allocation",
    "CreditBalance",
    "CreditUse",
    "Deposit",
    "Dispute",
    "GatewayCustomer",
    "GatewayEvent",
    "GatewayMovement",
    "Invoice",
    "InvoiceDraft",
    "InvoiceItem",
    "InvoiceSequence",
    "LedgerEntry",
    "MethodSetup",
    "Payment",
    "PaymentAccount",
    "PaymentAttempt",
    "PaymentMethod",
    "PaymentPolicy",
    "PaymentRest",
    "PaymentTerm",
    "PaymentType",
    "Refund",
]


class PaymentTerm(TenantModel):
    """When an invoice falls due."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    due_day_type = models.CharField(max_length=40, blank=True)
    due_day = models.PositiveIntegerField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="payment_term_source")]

    def __str__(self) -> str:
        return self.name


class PaymentType(TenantModel):
    """How a payment was made, in the contractor's words."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="payment_type_source")]

    def __str__(self) -> str:
        return self.name


class Invoice(TenantModel):
    """A bill. `paid_minor` and `reserved_minor` are caches of its allocations, changed under the row's lock only.

    A negative total is a credit memo; its paid and reserved amounts are negative or zero. `membership_source_id` names
    the membership that it bills or that gave a discount on it, `estimate_ref` the estimate that it was made of;
    those stand above, so they are no foreign keys. One that was written here has no `source_id`, and a number of ours.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=60)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="invoices", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="invoices")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="invoices", db_index=False)
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    adjusts = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="adjustments")
    membership_source_id = models.BigIntegerField(null=True)
    estimate_ref = models.UUIDField(null=True)
    title = models.CharField(max_length=300, blank=True)
    term_name = models.CharField(max_length=200, blank=True)
    issued_on = models.DateField()
    due_on = models.DateField()
    currency = CurrencyField()
    subtotal_minor = MinorField()
    tax_minor = MinorField()
    total_minor = MinorField()
    paid_minor = MinorField(default=0)
    reserved_minor = MinorField(default=0)
    state = models.CharField(max_length=8, choices=InvoiceState.choices, default=InvoiceState.ISSUED)
    is_settled = models.BooleanField(default=False)
    was_ever_positive = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    sync_status = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="invoice_source"),
            models.UniqueConstraint(
                fields=["company", "number"],
                condition=Q(source_id=None, number__startswith="P-"),
                name="our_invoice_numbers_are_unique",
            ),
            models.UniqueConstraint(
                fields=["company", "estimate_ref"],
                condition=Q(state="issued", estimate_ref__isnull=False),
                name="an_estimate_is_invoiced_once",
            ),
            models.CheckConstraint(condition=Q(state__in=InvoiceState.values), name="invoice_state_is_known"),
            models.CheckConstraint(
                condition=Q(total_minor=F("subtotal_minor") + F("tax_minor")), name="invoice_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(
                    paid_minor__gte=0, reserved_minor__gte=0, total_minor__gte=F("paid_minor") + F("reserved_minor")
                )
                | Q(paid_minor__lte=0, reserved_minor__lte=0, total_minor__lte=F("paid_minor") + F("reserved_minor")),
                name="invoice_is_never_paid_beyond_its_total",
            ),
            models.CheckConstraint(
                condition=Q(is_settled=True, total_minor=F("paid_minor"))
                | Q(is_settled=False) & ~Q(total_minor=F("paid_minor"))
                | Q(state="void"),
                name="settled_means_nothing_is_left",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "due_on", "id"],
                condition=Q(state="issued", is_settled=False, was_ever_positive=True),
                name="invoice_open_of_customer",
            ),
            models.Index(fields=["customer", "-issued_on", "-id"], name="invoice_newest_of_customer"),
            models.Index(fields=["job"], name="invoice_of_job"),
            models.Index(fields=["company", "number"], name="invoice_by_number"),
            models.Index(
                fields=["company", "membership_source_id", "-issued_on", "-id"],
                condition=Q(membership_source_id__isnull=False),
                name="invoice_of_membership",
            ),
        ]

    def __str__(self) -> str:
        return f"invoice {self.number}"


class InvoiceItem(TenantModel):
    """A line of an invoice. Internal: sku, cost and cost account."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=20, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    price_minor = MinorField()
    total_minor = MinorField()
    sku = models.CharField(max_length=120, blank=True)
    cost = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    cost_account = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "invoice", "position"], name="item_position_is_unique")
        ]

    def __str__(self) -> str:
        return self.name

"""Money that is asked for before the work, and the numbers of the invoices that are written here."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portico.domain.billing.payment_models import Payment
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField


class Deposit(TenantModel):
    """What is to be paid because something was approved; whoever moves its money locks it before the payment.

    `approval_ref` names the approval; approvals stand above, so it is no foreign key. `payment` is the one whose money
    the deposit is: held while neither `released_at` nor `canceled_at` stands. Released means that the job was invoiced:
    the money is on the invoice, its rest is plain credit. `earlier_invoices` stood when it was asked for (by key) and
    get nothing of it.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_index=False)
    approval_ref = models.UUIDField()
    title = models.CharField(max_length=300)
    amount_minor = MinorField()
    currency = CurrencyField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    earlier_invoices = ArrayField(models.BigIntegerField(), default=list)
    canceled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "approval_ref"], name="an_approval_asks_one_deposit"),
            models.UniqueConstraint(fields=["company", "payment"], name="a_payment_is_one_deposit"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="deposit_is_positive"),
        ]
        indexes = [
            models.Index(fields=["customer", "id"], name="deposit_of_customer"),
            models.Index(
                fields=["customer", "id"],
                condition=Q(released_at=None, canceled_at=None),
                name="deposit_kept_of_customer",
            ),
            models.Index(fields=["job"], name="deposit_of_job"),
        ]

    def __str__(self) -> str:
        return f"deposit {self.public_id}"


class InvoiceSequence(TenantModel):
    """The last number that an invoice of this company was given here."""

    last = models.PositiveIntegerField(default=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="one_invoice_sequence_each")]

    def __str__(self) -> str:
        return f"invoices up to {self.last}"

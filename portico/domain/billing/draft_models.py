"""Invoices that are written and not issued yet: nobody but the office sees them."""

from __future__ import annotations

from django.db import models

from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, PublicIdField


class InvoiceDraft(TenantModel):
    """What will be billed to a customer. `lines` are rows of name, description, quantity, price and whether taxed.

    `issued_ref` is the invoice that it became; a draft is issued once.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True)
    currency = CurrencyField()
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=0)
    lines = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    issued_ref = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "-changed_at"], condition=models.Q(issued_ref=None), name="open_draft_of_customer"
            )
        ]

    def __str__(self) -> str:
        return f"invoice draft {self.public_id}"

"""Statements that were mailed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.customers.models import Customer
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField


class StatementMail(TenantModel):
    """A statement that was mailed to the addresses of a customer, with its amounts and its paper as they were then.

    `reason` is why it went although one had gone lately. `paper` is what the PDF is made of, whenever it is made.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    as_of_on = models.DateField()
    open_minor = MinorField()
    due_minor = MinorField()
    currency = CurrencyField()
    paper = models.JSONField()
    emails = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    mailed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "customer", "as_of_on"],
                condition=Q(reason=""),
                name="statement_of_a_day_is_mailed_once",
            ),
            models.CheckConstraint(condition=Q(due_minor__gt=0), name="mailed_statement_asks_for_something"),
        ]
        indexes = [models.Index(fields=["company", "customer", "-mailed_at"], name="statement_mail_newest")]

    def __str__(self) -> str:
        return f"statement mail {self.public_id}"

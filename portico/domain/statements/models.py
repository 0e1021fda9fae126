"""Statements that were mailed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.customers.models import Customer
from portico.domain.statements.enums import Outcome, RunState
from portico.foundation.tenancy.models import Branch, TenantModel
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


class StatementRun(TenantModel):
    """Statements for many. `walked_to` is the last customer that was looked at. `found` is what the preview said, by
    outcome; `finals` the same as it stands now, with what was mailed. `touched_at` is when the worker last did
    something for it."""

    public_id = PublicIdField()
    as_of_on = models.DateField()
    smallest_minor = MinorField()
    is_overdue_only = models.BooleanField(default=False)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, null=True, related_name="+")
    currency = CurrencyField()
    state = models.CharField(max_length=9, choices=RunState.choices, default=RunState.PREPARING)
    walked_to = models.BigIntegerField(default=0)
    walked = models.PositiveIntegerField(default=0)
    to_walk = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)
    finals = models.JSONField(default=dict)
    made_by = models.CharField(max_length=64, blank=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=64, blank=True)
    started_by_name = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="statement_run_state_is_known"),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(prepared_at__isnull=False), name="run_is_prepared_before_it_is_sent"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-made_at", "-id"], name="statement_run_newest"),
            models.Index(
                fields=["company", "touched_at"],
                condition=Q(state__in=[RunState.PREPARING, RunState.SENDING]),
                name="statement_run_under_way",
            ),
        ]

    def __str__(self) -> str:
        return f"statement run {self.public_id}"


class StatementRunRow(TenantModel):
    """A customer with open invoices in a run. `preview` is what was found when it was prepared, `outcome` what holds
    now; the amounts are those of the preview until the row is done, then those of that moment."""

    run = models.ForeignKey(StatementRun, on_delete=models.CASCADE, db_index=False, related_name="customers")
    position = models.PositiveIntegerField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    preview = models.CharField(max_length=12, choices=Outcome.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    open_minor = MinorField()
    due_minor = MinorField()
    emails = models.JSONField(default=list)
    mailed_on = models.DateField(null=True)
    mail = models.ForeignKey(StatementMail, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "run", "position"], name="place_in_a_statement_run"),
            models.UniqueConstraint(fields=["company", "run", "customer"], name="customer_once_in_a_statement_run"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="statement_row_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.MAILED, mail__isnull=False) | ~Q(outcome=Outcome.MAILED) & Q(mail=None),
                name="mailed_row_names_its_mail",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "run", "outcome", "position"], name="statement_row_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.position}"

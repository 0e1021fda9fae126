"""What was offered, in every version, and what became of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portico.domain.billing.models import Invoice
from portico.domain.catalog.models import BusinessUnit
from portico.domain.customers.models import Customer, Location
from portico.domain.estimates.answer_models import (
    Approval,
    ApprovalPaper,
    ApprovalUndo,
    EstimateEvent,
    EstimateMessage,
)
from portico.domain.estimates.enums import DepositKind, EstimateStatus, ProposalState
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import CurrencyField, MinorField, PublicIdField

__all__ = [
    "Approval",
    "ApprovalPaper",
    "ApprovalUndo",
    "Estimate",
    "EstimateEvent",
    "EstimateItem",
    "EstimateMessage",
    "EstimatePolicy",
    "EstimateTerms",
    "EstimateVersion",
    "Proposal",
]


class EstimatePolicy(TenantModel):
    """What the company lets its customers do with estimates. Without a row the defaults hold."""

    undo_hours = models.PositiveIntegerField(default=24)
    expires_after_days = models.PositiveIntegerField(default=30)
    decline_reasons = ArrayField(models.CharField(max_length=120), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="one_estimate_policy_each")]

    def __str__(self) -> str:
        return "estimate policy"


class EstimateTerms(TenantModel):
    """The text that is agreed to by approving, version by version. Append-only; the highest `n` holds."""

    n = models.PositiveIntegerField()
    text = models.TextField()
    made_by_name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "n"], name="terms_are_counted"),
            models.CheckConstraint(condition=~Q(text="") & Q(n__gt=0), name="terms_say_something"),
        ]

    def __str__(self) -> str:
        return f"terms {self.n}"


class Proposal(TenantModel):
    """Estimates of one job that are options of one another, or a single one. Whoever changes one of them locks it.

    `tag` is the source's name of the group, empty for a single estimate. `customer` and `location` are the job's and
    follow it. `state`, `open_until` (the last moment at which one of the open ones holds; none: no end) and
    `listed_at` (when the newest was made) follow its estimates: operations/proposals.py.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="proposals", db_index=False)
    tag = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, choices=ProposalState.choices, default=ProposalState.DRAFT)
    open_until = models.DateTimeField(null=True)
    listed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "job", "tag"], condition=~Q(tag=""), name="a_tag_groups_once"),
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="proposal_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["customer", "state", "-listed_at", "-id"], name="proposal_of_customer"),
            models.Index(fields=["location", "state", "-listed_at", "-id"], name="proposal_at_location"),
            models.Index(fields=["company", "state", "-listed_at", "-id"], name="proposal_by_state"),
            models.Index(fields=["job"], name="proposal_of_job"),
            models.Index(
                fields=["customer", "open_until", "id"], condition=Q(state="open"), name="proposal_open_of_customer"
            ),
            models.Index(
                fields=["location", "open_until", "id"], condition=Q(state="open"), name="proposal_open_at_location"
            ),
            models.Index(
                fields=["company", "open_until", "id"], condition=Q(state="open"), name="proposal_open_by_end"
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.public_id}"


class Estimate(TenantModel):
    """An offer for a job: at most one of a proposal is sold. Internal: owner.

    `subtotal_minor`, `tax_minor` and `total_minor` are those of the lines that are not optional, at the price for
    everybody. With `tax_rate` the tax follows the lines that are chosen; without it `tax_minor` stands as it is.
    `version` counts EstimateVersion. `invoice` is the bill that was made of it.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="estimates", db_index=False)
    position = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    status = models.CharField(max_length=9, choices=EstimateStatus.choices, default=EstimateStatus.DRAFT)
    is_other_chosen = models.BooleanField(default=False)
    is_recommended = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    currency = CurrencyField()
    tax_rate = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    subtotal_minor = MinorField()
    tax_minor = MinorField()
    total_minor = MinorField()
    deposit_kind = models.CharField(max_length=7, choices=DepositKind.choices, default=DepositKind.NONE)
    deposit_minor = MinorField(default=0)
    deposit_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    expires_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    owner = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="estimate_source"),
            models.UniqueConstraint(fields=["company", "number"], name="estimate_numbers_are_unique"),
            models.UniqueConstraint(
                fields=["company", "proposal"], condition=Q(status="Sold"), name="one_option_is_accepted"
            ),
            models.CheckConstraint(condition=Q(status__in=EstimateStatus.values), name="estimate_status_is_known"),
            models.CheckConstraint(
                condition=Q(is_other_chosen=False) | Q(status="Dismissed"), name="closed_by_another_is_dismissed"
            ),
            models.CheckConstraint(
                condition=Q(total_minor=models.F("subtotal_minor") + models.F("tax_minor")),
                name="estimate_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(deposit_kind="none", deposit_minor=0, deposit_percent=0)
                | Q(deposit_kind="fixed", deposit_minor__gt=0, deposit_percent=0)
                | Q(deposit_kind="percent", deposit_minor=0, deposit_percent__gt=0, deposit_percent__lte=100),
                name="deposit_is_of_one_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["proposal", "position", "id"], name="estimate_of_proposal"),
            models.Index(fields=["company", "decided_at"], condition=Q(status="Sold"), name="estimate_sold_by_moment"),
        ]

    def __str__(self) -> str:
        return f"estimate {self.number}"


class EstimateItem(TenantModel):
    """A line of an estimate. Internal: sku, cost and cost account.

    `member_price_minor` is the price of one for who has a membership that covers the place; none: the same for all.
    `is_optional` lines count when the customer ticks them; `is_suggested` ones are ticked to begin with.
    """

    public_id = PublicIdField()
    estimate = models.ForeignKey(Estimate, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    description = models.TextField(blank=True)
    type = models.CharField(max_length=20, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    price_minor = MinorField()
    member_price_minor = MinorField(null=True)
    total_minor = MinorField()
    is_optional = models.BooleanField(default=False)
    is_suggested = models.BooleanField(default=False)
    is_taxable = models.BooleanField(default=True)
    sku = models.CharField(max_length=120, blank=True)
    cost = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    cost_account = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "estimate", "position"], name="line_position_is_unique"),
            models.CheckConstraint(
                condition=Q(is_suggested=False) | Q(is_optional=True), name="only_optional_lines_are_suggested"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EstimateVersion(TenantModel):
    """An estimate as it could be seen from a moment on, in rules.canonical's form. Append-only."""

    estimate = models.ForeignKey(Estimate, on_delete=models.PROTECT, related_name="versions", db_index=False)
    n = models.PositiveIntegerField()
    content = models.JSONField()
    made_by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "estimate", "n"], name="versions_are_counted")]

    def __str__(self) -> str:
        return f"version {self.n} of {self.estimate_id}"

"""What customers pay for by the year or the month, and the visits that come with it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, Location
from portico.domain.jobs.models import Job
from portico.domain.memberships.enums import EventStatus, MembershipStatus
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class RecurringServiceType(TenantModel):
    """A visit that a membership may include."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    recurrence = models.CharField(max_length=40, blank=True)
    months = ArrayField(models.CharField(max_length=20), default=list)
    job_type = models.ForeignKey(JobType, on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="recurring_service_type_source")]

    def __str__(self) -> str:
        return self.name


class MembershipType(TenantModel):
    """What customers join: its discount, and what is billed for each duration and frequency.

    A term of `billing` is {"months": 12 or null, "frequency": "Annual", "price_minor": 19900 or null}.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    display_name = models.CharField(max_length=200)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    billing = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="membership_type_source")]

    def __str__(self) -> str:
        return self.name


class MembershipTypeService(TenantModel):
    """A membership of this type includes this visit."""

    membership_type = models.ForeignKey(MembershipType, on_delete=models.CASCADE, related_name="services")
    service = models.ForeignKey(RecurringServiceType, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "membership_type", "service"], name="service_once_in_a_type")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} in {self.membership_type_id}"


class Membership(TenantModel):
    """A customer's membership, for one location or for all. Internal: memo.

    `starts_at` and `ends_at` are midnights of the branch; without an end it is open-ended. `listed_at` is what lists
    are ordered by: the start, else when the record was made.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    location = models.ForeignKey(
        Location, on_delete=models.PROTECT, null=True, related_name="memberships", db_index=False
    )
    type = models.ForeignKey(MembershipType, on_delete=models.PROTECT, related_name="memberships")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=12, choices=MembershipStatus.choices)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField()
    duration_months = models.PositiveIntegerField(null=True)
    billing_frequency = models.CharField(max_length=40, blank=True)
    next_bill_on = models.DateField(null=True)
    canceled_at = models.DateTimeField(null=True)
    memo = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="membership_source"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="membership_status_is_known"),
        ]
        indexes = [
            models.Index(fields=["customer", "status", "-listed_at", "-id"], name="membership_of_customer"),
            models.Index(fields=["location", "status", "-listed_at", "-id"], name="membership_at_location"),
        ]

    def __str__(self) -> str:
        return f"membership {self.public_id}"


class RecurringServiceEvent(TenantModel):
    """A visit that a membership includes, due from a midnight of the branch on.

    `job` is the source's; `booked_as` was booked here for it, and counts before the other until it is canceled.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="events", db_index=False)
    name = models.CharField(max_length=200)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=EventStatus.choices)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="membership_visits")
    booked_as = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="recurring_service_event_source"),
            models.CheckConstraint(condition=Q(status__in=EventStatus.values), name="event_status_is_known"),
        ]
        indexes = [
            models.Index(fields=["membership", "-due_at", "-id"], name="event_of_membership"),
            models.Index(
                fields=["membership", "due_at"],
                condition=Q(status__in=["NotAttempted", "Unreachable", "Contacted"]),
                name="event_open_of_membership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"

"""What a branch's day can still take, the plan that proves it, and what customers booked and held."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Deferrable, F, Q

from portico.domain.booking.enums import BookingStepKind, HoldState, OfferState, WaitState
from portico.domain.capacity.models import ArrivalWindow, Technician
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, Location
from portico.domain.documents.models import StoredFile
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.estimates.models import Estimate
from portico.domain.jobs.models import Appointment
from portico.domain.memberships.models import RecurringServiceEvent
from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import PublicIdField


class TsTzRange(models.Func):
    """The span between two moments."""

    function = "TSTZRANGE"


class BranchDay(TenantModel):
    """A branch on one local day: the row that whoever changes the day locks, and what the day can still take.

    `table` holds 16-bit numbers, a row of windows for each technician: the longest task that still fits. It speaks of
    the windows as they were (`window_spans`: local start and length of each of `window_ids`). A stale day was changed
    without being planned again: whoever reads it plans it for themselves. `closed_ids` are technicians who have to do
    with a visit that found no place (`unplanned_ids`): nothing is offered there.
    """

    public_id = PublicIdField()
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    version = models.PositiveIntegerField(default=0)
    is_stale = models.BooleanField(default=True)
    table = models.BinaryField(default=bytes)
    technician_ids = ArrayField(models.BigIntegerField(), default=list)
    window_ids = ArrayField(models.BigIntegerField(), default=list)
    window_spans = ArrayField(models.IntegerField(), default=list)
    provided = models.JSONField(default=dict)
    consumed = models.JSONField(default=dict)
    closed_ids = ArrayField(models.BigIntegerField(), default=list)
    unplanned_ids = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "branch", "day"], name="branch_day_once")]

    def __str__(self) -> str:
        return f"{self.branch_id} on {self.day}"


class VisitOffer(TenantModel):
    """Other times that the office offers for a booked visit, each kept by a hold; one of them may be taken.

    The visit stays where it was (`was_starts_at`) until then.
    """

    public_id = PublicIdField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=OfferState.choices, default=OfferState.OPEN)
    message = models.TextField(blank=True)
    was_starts_at = models.DateTimeField()
    was_ends_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="offer_state_is_known"),
            models.UniqueConstraint(
                fields=["company", "appointment"], condition=Q(state="open"), name="one_open_offer_for_a_visit"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "expires_at"], condition=Q(state="open"), name="open_offer_by_end"),
        ]

    def __str__(self) -> str:
        return f"offer {self.public_id}"


class Hold(TenantModel):
    """A place in a window kept for somebody who is still filling in the form.

    `service_event` is the visit of a membership that it is for, `estimate` the accepted one whose work it is. What is
    kept for an offer of the office (`visit_offer`) is its customer's to take there, and nowhere else.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, related_name="+")
    job_type = models.ForeignKey(JobType, on_delete=models.PROTECT, related_name="+")
    window = models.ForeignKey(ArrivalWindow, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    window_starts_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    skills = ArrayField(models.CharField(max_length=120), default=list)
    answers = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=HoldState.choices, default=HoldState.LIVE)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    service_event = models.ForeignKey(RecurringServiceEvent, on_delete=models.SET_NULL, null=True, related_name="+")
    estimate = models.ForeignKey(Estimate, on_delete=models.SET_NULL, null=True, related_name="+")
    visit_offer = models.ForeignKey(VisitOffer, on_delete=models.PROTECT, null=True, related_name="holds")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HoldState.values), name="hold_state_is_known"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="hold_takes_time"),
            models.UniqueConstraint(
                fields=["company", "customer", "job_type", "location"],
                condition=Q(state="live", visit_offer=None),
                name="one_live_hold_for_a_job_type",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "state"], name="hold_of_customer"),
            models.Index(fields=["company", "day"], condition=Q(state="live"), name="live_hold_by_day"),
        ]

    def __str__(self) -> str:
        return f"hold {self.public_id}"


class HoldPhoto(TenantModel):
    """A photo that was added while a time is held; with the booking it becomes a document of the job."""

    public_id = PublicIdField()
    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"photo {self.public_id}"


class PlanBlock(TenantModel):
    """When which technician would do a visit, or what is held: the proof that the day can be kept. Never shown.

    It is packed anew whenever that makes room, and it is not the dispatch board.
    """

    branch_day = models.ForeignKey(BranchDay, on_delete=models.CASCADE, related_name="blocks")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="technician_is_in_one_place",
                expressions=[
                    ("technician", RangeOperators.EQUAL),
                    (TsTzRange("starts_at", "ends_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["appointment", "technician"], name="visit_once_in_a_plan", deferrable=Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["hold"], name="hold_once_in_a_plan", deferrable=Deferrable.DEFERRED),
            models.CheckConstraint(
                condition=Q(appointment=None, hold__isnull=False) | Q(appointment__isnull=False, hold=None),
                name="block_is_of_a_visit_or_a_hold",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="block_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} {self.starts_at}"


class Booking(TenantModel):
    """What was agreed when a visit was booked: answers, notes and the rules as they were. Notes are the customer's."""

    public_id = PublicIdField()
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, related_name="booking")
    hold = models.OneToOneField(Hold, on_delete=models.SET_NULL, null=True, related_name="booking")
    estimate = models.ForeignKey(Estimate, on_delete=models.SET_NULL, null=True, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    window = models.ForeignKey(ArrivalWindow, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(InstalledEquipment, on_delete=models.PROTECT, null=True, related_name="+")
    minutes = models.PositiveIntegerField()
    skills = ArrayField(models.CharField(max_length=120), default=list)
    answers = models.JSONField(default=list)
    notes = models.TextField(blank=True)
    contact_name = models.CharField(max_length=200, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_email = models.CharField(max_length=254, blank=True)
    consent = models.TextField(blank=True)
    late_fee_text = models.TextField(blank=True)
    made_by = models.CharField(max_length=64, blank=True)
    made_by_name = models.CharField(max_length=200, blank=True)
    is_by_office = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    key = models.CharField(max_length=80)
    request_hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "customer", "key"], name="booked_once_under_a_key"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="booking_takes_time"),
        ]
        indexes = [
            models.Index(fields=["customer", "-made_at"], name="booking_of_customer"),
            models.Index(fields=["company", "made_at", "id"], name="booking_by_moment"),
        ]

    def __str__(self) -> str:
        return f"booking {self.public_id}"


class BookingStep(TenantModel):
    """A visit was booked, moved or canceled by its customer or the office: from when to when. Append-only.

    `visit_offer` is the office's offer that its customer took: no move of the customer's own.
    """

    public_id = PublicIdField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="booking_steps", db_index=False)
    kind = models.CharField(max_length=8, choices=BookingStepKind.choices)
    at = models.DateTimeField()
    was_starts_at = models.DateTimeField(null=True)
    was_ends_at = models.DateTimeField(null=True)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    is_late = models.BooleanField(default=False)
    late_fee_text = models.TextField(blank=True)
    is_by_office = models.BooleanField(default=False)
    made_by_name = models.CharField(max_length=200, blank=True)
    visit_offer = models.ForeignKey(VisitOffer, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BookingStepKind.values), name="booking_step_is_known")
        ]
        indexes = [
            models.Index(fields=["appointment", "id"], name="booking_step_of_visit"),
            models.Index(
                fields=["company", "at", "id"],
                condition=~Q(kind=BookingStepKind.BOOKED),
                name="booking_change_by_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.kind}"


class WaitlistEntry(TenantModel):
    """Somebody wants to be told when a time opens. Who came first is offered first; `line_at` is their place in line.

    `seen` is what the days were when they were last looked at for this entry.
    """

    public_id = PublicIdField()
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    job_type = models.ForeignKey(JobType, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    from_day = models.DateField()
    until_day = models.DateField()
    email = models.CharField(max_length=254)
    state = models.CharField(max_length=8, choices=WaitState.choices, default=WaitState.WAITING)
    hold = models.ForeignKey(Hold, on_delete=models.SET_NULL, null=True, related_name="+")
    offers = models.PositiveIntegerField(default=0)
    made_by = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    line_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    seen = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WaitState.values), name="wait_state_is_known"),
            models.CheckConstraint(condition=Q(until_day__gte=F("from_day")), name="wait_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["company", "customer", "location", "job_type"],
                condition=Q(state__in=["waiting", "offered"]),
                name="waits_once_for_a_job_type",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "line_at", "id"],
                condition=Q(state__in=["waiting", "offered"]),
                name="wait_in_line",
            ),
        ]

    def __str__(self) -> str:
        return f"waits {self.public_id}"


class BookingSequence(TenantModel):
    """The last number given to a job that was booked here."""

    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company"], name="one_booking_sequence_each")]

    def __str__(self) -> str:
        return str(self.last)

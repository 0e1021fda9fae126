"""Who does the work, when, where, and in which arrival windows."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portico.domain.capacity.enums import ShiftType
from portico.domain.capacity.scheduling_models import (
    AnswerOption,
    CapacityRule,
    Holiday,
    JobTypeScheduling,
    Question,
    SchedulingPolicy,
)
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField

MINUTES_OF_A_DAY = 24 * 60
A_WEEK = 7 * MINUTES_OF_A_DAY

__all__ = [
    "AnswerOption",
    "ArrivalWindow",
    "ArrivalWindowUnit",
    "BusinessHours",
    "BusinessHoursUnit",
    "CapacityRule",
    "Holiday",
    "JobTypeScheduling",
    "NonJobAppointment",
    "Question",
    "SchedulingPolicy",
    "Technician",
    "TechnicianShift",
    "Zone",
    "ZoneTechnician",
    "ZoneUnit",
]


class Technician(TenantModel):
    """Customer-facing: name and bio. Internal: memo, email, phone, skills, team.

    `zone_source_ids` are the zones that the technician's own record names; a zone may name more (ZoneTechnician).
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, null=True, related_name="technicians")
    name = models.CharField(max_length=200)
    bio = models.TextField(blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    team = models.CharField(max_length=120, blank=True)
    memo = models.TextField(blank=True)
    skills = ArrayField(models.CharField(max_length=120), default=list)
    zone_source_ids = ArrayField(models.BigIntegerField(), default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="technician_source")]

    def __str__(self) -> str:
        return self.name


class TechnicianShift(TenantModel):
    """When a technician works, is on call, or is off. Never shown to customers."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    type = models.CharField(max_length=8, choices=ShiftType.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="technician_shift_source"),
            models.CheckConstraint(condition=Q(type__in=ShiftType.values), name="shift_type_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["technician", "ends_at"], name="shift_of_technician"),
            models.Index(fields=["company", "ends_at"], condition=Q(type="TimeOff"), name="time_off_by_end"),
            models.Index(fields=["company", "ends_at"], name="shift_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.public_id}"


class NonJobAppointment(TenantModel):
    """Something else that a technician does: a meeting, a training. Never shown to customers.

    `is_all_day`: the whole local day on which it starts. Where `is_capacity_taken` is false the day stays bookable.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="events", db_index=False)
    name = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    is_all_day = models.BooleanField(default=False)
    is_capacity_taken = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="non_job_appointment_source"),
            models.CheckConstraint(condition=Q(minutes__gt=0) | Q(is_all_day=True), name="event_takes_time"),
        ]
        indexes = [
            models.Index(fields=["technician", "starts_at"], name="event_of_technician"),
            models.Index(fields=["company", "starts_at"], condition=Q(minutes__gt=A_WEEK), name="long_event_by_start"),
            models.Index(fields=["company", "starts_at"], name="event_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.public_id}"


class Zone(TenantModel):
    """An area that is served, by its postal codes and cities; a postal code may be in several."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    zips = ArrayField(models.CharField(max_length=20), default=list)
    cities = ArrayField(models.CharField(max_length=120), default=list)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="zone_source")]

    def __str__(self) -> str:
        return self.name


class ZoneUnit(TenantModel):
    """A business unit serves a zone."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="units")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "zone", "business_unit"], name="unit_once_in_a_zone")]

    def __str__(self) -> str:
        return f"{self.business_unit_id} in {self.zone_id}"


class ZoneTechnician(TenantModel):
    """A technician serves a zone."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="technicians")
    technician = models.ForeignKey(Technician, on_delete=models.CASCADE, related_name="zones")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "zone", "technician"], name="technician_once_in_a_zone")
        ]

    def __str__(self) -> str:
        return f"{self.technician_id} in {self.zone_id}"


class ArrivalWindow(TenantModel):
    """A span of the local day in which work begins; the technician comes at its start or later, before its end."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    start_minute = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="arrival_window_source"),
            models.CheckConstraint(
                condition=Q(minutes__gt=0, minutes__lte=MINUTES_OF_A_DAY - F("start_minute")),
                name="window_lies_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_minute} + {self.minutes}"


class ArrivalWindowUnit(TenantModel):
    """A business unit offers an arrival window."""

    arrival_window = models.ForeignKey(ArrivalWindow, on_delete=models.CASCADE, related_name="units")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "arrival_window", "business_unit"], name="unit_once_in_an_arrival_window"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_unit_id} in {self.arrival_window_id}"


class BusinessHours(TenantModel):
    """When business units are open: spans of local minutes, such as [[420, 1140]], for each kind of day."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    weekdays = models.JSONField(default=list)
    saturday = models.JSONField(default=list)
    sunday = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="business_hours_source")]

    def __str__(self) -> str:
        return f"hours {self.public_id}"


class BusinessHoursUnit(TenantModel):
    """A business unit keeps these hours; in one set of hours each."""

    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="units")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "hours", "business_unit"], name="unit_once_in_the_hours")
        ]

    def __str__(self) -> str:
        return f"{self.business_unit_id} in {self.hours_id}"

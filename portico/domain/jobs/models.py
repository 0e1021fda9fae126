"""What was done and will be done: jobs, their visits, and who comes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.domain.capacity.models import Technician
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, Location
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.enums import AppointmentStatus, AssignmentStatus, JobStatus
from portico.foundation.tenancy.models import TenantModel
from portico.kernel import clock
from portico.kernel.fields import PublicIdField


class Job(TenantModel):
    """Internal: cancel and hold reason, tags, priority.

    `happens_at` is what lists are ordered by: the start of the last visit that is not canceled, else of the last one,
    else when the job was made. The database keeps it (migration 0004), whatever is written here.
    """

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="jobs", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="jobs", db_index=False)
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.PROTECT, related_name="jobs")
    job_type = models.ForeignKey(JobType, on_delete=models.PROTECT, related_name="jobs")
    status = models.CharField(max_length=12, choices=JobStatus.choices)
    priority = models.CharField(max_length=20, blank=True)
    summary = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    happens_at = models.DateTimeField(default=clock.real_now, editable=False)
    is_no_charge = models.BooleanField(default=False)
    cancel_reason = models.JSONField(null=True)
    hold_reason = models.JSONField(null=True)
    tag_source_ids = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="job_source"),
            models.CheckConstraint(condition=Q(status__in=JobStatus.values), name="job_status_is_known"),
        ]
        indexes = [
            models.Index(fields=["company", "number"], name="job_by_number"),
            models.Index(fields=["company", "created_at"], name="job_by_creation"),
            models.Index(fields=["customer", "-happens_at", "-id"], name="job_by_day_of_customer"),
            models.Index(fields=["location", "-happens_at", "-id"], name="job_by_day_at_location"),
            models.Index(
                fields=["customer", "id"],
                condition=Q(status__in=["Scheduled", "Dispatched", "InProgress", "Hold"]),
                name="job_open_of_customer",
            ),
        ]

    def __str__(self) -> str:
        return f"job {self.number}"


class Appointment(TenantModel):
    """A visit. Internal: special instructions."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="appointments", db_index=False)
    number = models.CharField(max_length=60)
    status = models.CharField(max_length=12, choices=AppointmentStatus.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    window_starts_at = models.DateTimeField()
    window_ends_at = models.DateTimeField()
    special_instructions = models.TextField(blank=True)
    is_confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="appointment_source"),
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="visit_status_is_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="visit_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["job", "starts_at", "id"], name="visit_of_job"),
            models.Index(fields=["company", "starts_at", "id"], name="visit_by_start"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.number}"


class AppointmentAssignment(TenantModel):
    """A technician comes to a visit."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="assignments")
    status = models.CharField(max_length=12, choices=AssignmentStatus.choices)
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "source_id"], name="assignment_source"),
            models.CheckConstraint(condition=Q(status__in=AssignmentStatus.values), name="assignment_status_is_known"),
        ]
        indexes = [models.Index(fields=["appointment", "id"], name="assignment_of_visit")]

    def __str__(self) -> str:
        return f"{self.technician_id} to {self.appointment_id}"


class AppointmentStep(TenantModel):
    """The status of a visit changed: when, to what, and who said so. Append-only."""

    public_id = PublicIdField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="steps", db_index=False)
    status = models.CharField(max_length=12, choices=AppointmentStatus.choices)
    at = models.DateTimeField()
    made_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AppointmentStatus.values), name="step_status_is_known")
        ]
        indexes = [models.Index(fields=["appointment", "id"], name="step_of_visit")]

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.status}"


class JobNote(TenantModel):
    """What the office wrote down about a job; never shown to customers."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="notes", db_index=False)
    text = models.TextField(blank=True)
    is_pinned = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="job_note_source")]
        indexes = [models.Index(fields=["job", "-created_at", "-id"], name="note_of_job")]

    def __str__(self) -> str:
        return f"note on {self.job_id}"


class JobEquipment(TenantModel):
    """This unit was worked on in this job."""

    public_id = PublicIdField()
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="touched", db_index=False)
    equipment = models.ForeignKey(InstalledEquipment, on_delete=models.CASCADE, related_name="jobs", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "job", "equipment"], name="unit_once_in_a_job")]
        indexes = [
            models.Index(fields=["job", "equipment"], name="unit_of_job"),
            models.Index(fields=["equipment", "job"], name="job_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.equipment_id} in {self.job_id}"

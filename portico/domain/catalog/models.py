"""What the contractor does: business units and job types."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico.foundation.tenancy.models import Branch, TenantModel
from portico.kernel.fields import PublicIdField


class BusinessUnit(TenantModel):
    """A trade in a branch."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="business_units")
    name = models.CharField(max_length=200)
    official_name = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    trade = models.CharField(max_length=80, blank=True)
    tax_rate = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="business_unit_source")]

    def __str__(self) -> str:
        return self.name


class JobType(TenantModel):
    """A kind of visit. Duration in minutes; `preparation` tells customers what to do before somebody comes."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    job_class = models.CharField(max_length=80, blank=True)
    priority = models.CharField(max_length=20, blank=True)
    summary = models.TextField(blank=True)
    preparation = models.TextField(blank=True)
    duration_minutes = models.PositiveIntegerField(null=True)
    skills = ArrayField(models.CharField(max_length=120), default=list)
    business_units = models.ManyToManyField(BusinessUnit, through="JobTypeUnit", related_name="job_types")
    is_no_charge = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="job_type_source")]

    def __str__(self) -> str:
        return self.name


class JobTypeUnit(TenantModel):
    """A job type is done by a business unit."""

    job_type = models.ForeignKey(JobType, on_delete=models.CASCADE, related_name="units")
    business_unit = models.ForeignKey(BusinessUnit, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "job_type", "business_unit"], name="job_type_once_in_a_unit")
        ]

    def __str__(self) -> str:
        return f"{self.job_type_id} in {self.business_unit_id}"


class TagType(TenantModel):
    """A mark that the office puts on customers and jobs; never shown to customers."""

    public_id = PublicIdField()
    source_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=200)
    color = models.CharField(max_length=20, blank=True)
    importance = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="tag_type_source")]

    def __str__(self) -> str:
        return self.name

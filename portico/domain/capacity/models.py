"""Who does the work. Shifts and the engine come with scheduling."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from portico.domain.catalog.models import BusinessUnit
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class Technician(TenantModel):
    """Customer-facing: name and bio. Internal: memo, email, phone, skills, team."""

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
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source_id"], name="technician_source")]

    def __str__(self) -> str:
        return self.name

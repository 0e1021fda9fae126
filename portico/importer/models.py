"""The stage: what a folder said, record by record, whether or not it is applied yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class ImportRun(TenantModel):
    """One reading of a folder."""

    public_id = PublicIdField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"import {self.public_id}"


class StageState(models.TextChoices):
    WAITING = "waiting"
    APPLIED = "applied"
    REFUSED = "refused"


class StagedRecord(TenantModel):
    """The newest line of one source id. `checksum` is of the record, `applied_checksum` of what was applied last.

    `applied_record` is what was applied last where that is not the record itself. `fault` is what is wrong with the
    line whatever it refers to. WAITING: accepted, for a part of the product that applies it later.
    """

    entity = models.CharField(max_length=60)
    source_id = models.BigIntegerField()
    file = models.CharField(max_length=120)
    line = models.PositiveIntegerField()
    modified_at = models.DateTimeField(null=True)
    checksum = models.BinaryField(max_length=32)
    record = models.JSONField()
    applied_checksum = models.BinaryField(max_length=32, null=True)
    applied_record = models.JSONField(null=True)
    state = models.CharField(max_length=8, choices=StageState.choices, default=StageState.WAITING)
    reason = models.TextField(blank=True)
    fault = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "entity", "source_id"], name="a_source_id_is_staged_once"),
            models.CheckConstraint(condition=Q(state__in=StageState.values), name="stage_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.source_id}"


class StagedFile(TenantModel):
    """A file of the folder, copied into the private store under a random name."""

    public_id = PublicIdField()
    path = models.CharField(max_length=500)
    digest = models.BinaryField(max_length=32)
    size = models.BigIntegerField()
    stored_as = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "path"], name="a_staged_path_is_kept_once")]

    def __str__(self) -> str:
        return self.path

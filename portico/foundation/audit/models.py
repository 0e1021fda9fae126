"""Who did what, when. Rows are only ever added: the application's role has no right to change or delete them."""

from __future__ import annotations

from django.db import models

from portico.foundation.audit.enums import ActorKind
from portico.foundation.tenancy.models import TenantModel
from portico.kernel.fields import PublicIdField


class AuditEntry(TenantModel):
    """One fact. `subject` is the public id of what it is about; `customer` places it on a record's trail."""

    public_id = PublicIdField()
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_ref = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    customer_id = models.UUIDField(null=True)
    note = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    ip_prefix = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["company", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["company", "customer_id", "-at", "-id"], name="audit_of_customer"),
            models.Index(fields=["company", "subject_id", "-at"], name="audit_of_subject"),
            models.Index(fields=["company", "verb", "-at", "-id"], name="audit_of_verb"),
            models.Index(fields=["company", "actor_ref", "-at", "-id"], name="audit_of_actor"),
            models.Index(fields=["company", "actor_kind", "-at", "-id"], name="audit_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind} {self.subject_id}"

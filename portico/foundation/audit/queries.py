"""Reading the trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Subject
from portico.foundation.tenancy.scope import reading


@dataclass(frozen=True, slots=True)
class TrailRow:
    at: datetime
    verb: str
    actor_kind: str
    actor_name: str
    subject_kind: str
    subject_id: str
    note: str
    facts: dict[str, Any]


@reading
def trail_of_customer(customer: UUID, *, limit: int = 50) -> list[TrailRow]:
    """What happened on one customer's record, newest first."""
    rows = AuditEntry.objects.filter(customer_id=customer).order_by("-at", "-id")[:limit]
    columns = ("at", "verb", "actor_kind", "actor_name", "subject_kind", "subject_id", "note", "facts")
    return [TrailRow(**row) for row in rows.values(*columns)]


@reading
def customers_of(verb: str, subject: Subject) -> list[UUID]:
    """On whose records such an entry about this stands, in the order they were written."""
    rows = AuditEntry.objects.filter(subject_id=str(subject.public_id), verb=verb).order_by("id")
    return [customer for customer in rows.values_list("customer_id", flat=True) if customer is not None]

"""Reading the trail."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Subject
from portico.foundation.tenancy.scope import reading

PAGE, AT_ONCE = 50, 500  # entries of a page, and read together for a file


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


@dataclass(frozen=True, slots=True)
class Sought:
    """What the whole trail is narrowed to: one actor or kind of them, one verb, one record, moments from and before."""

    actor: UUID | None = None
    kind: str = ""
    verb: str = ""
    customer: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryRow(TrailRow):
    """An entry with its own id, the record it stands on and the network it came from."""

    public_id: UUID
    customer_id: UUID | None
    ip_prefix: str


@reading
def trail(*, sought: Sought, before: UUID | None, limit: int = PAGE) -> list[EntryRow]:
    """The company's trail, newest first, older than one entry: one more than `limit`, where there are more.

    One statement, and one more to find the entry to go on from; an entry that is not there shows nothing.
    """
    rows = AuditEntry.objects.filter(**_narrowed(sought)).order_by("-at", "-id")
    if before is not None:
        last = AuditEntry.objects.filter(public_id=before).values("at", "id").first()
        if last is None:
            return []
        rows = rows.filter(at__lte=last["at"]).exclude(at=last["at"], id__gte=last["id"])
    return [EntryRow(**row) for row in rows.values(*(one.name for one in fields(EntryRow)))[: limit + 1]]


def _narrowed(sought: Sought) -> dict[str, Any]:
    asked = {
        "actor_ref": str(sought.actor) if sought.actor else "",
        "actor_kind": sought.kind,
        "verb": sought.verb,
        "customer_id": sought.customer,
        "at__gte": sought.since,
        "at__lt": sought.until,
    }
    return {name: value for name, value in asked.items() if value}

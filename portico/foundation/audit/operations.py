"""Writing the trail, in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction

from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy.companies import current_company
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, or a named part of the machine."""

    kind: ActorKind
    ref: str = ""
    name: str = ""
    ip_prefix: str = ""


SYSTEM = Actor(ActorKind.SYSTEM, name="Portico")
IMPORT = Actor(ActorKind.IMPORT, name="Import")
GATEWAY = Actor(ActorKind.GATEWAY, name="Payment gateway")
SHELL = Actor(ActorKind.SHELL, name="Command line")


class Subject(Protocol):
    """Anything with a public id."""

    @property
    def public_id(self) -> UUID: ...


def record(
    verb: str,
    subject: Subject,
    *,
    by: Actor,
    customer: UUID | None = None,
    note: str = "",
    **facts: Any,
) -> AuditEntry:
    """Add one entry; `facts` are ids, states and amounts in minor units, never secrets."""
    return AuditEntry.objects.create(
        at=clock.real_now(),
        verb=verb,
        actor_kind=by.kind,
        actor_ref=by.ref,
        actor_name=by.name,
        ip_prefix=by.ip_prefix,
        subject_kind=type(subject).__name__,
        subject_id=str(subject.public_id),
        customer_id=customer,
        note=note,
        facts=facts,
    )


@transaction.atomic
def note_export(*, narrowed: Mapping[str, str], by: Actor) -> None:
    """Note that somebody took the trail, or a part of it, out of the house."""
    record("trail.exported", current_company(), by=by, narrowed=dict(narrowed))

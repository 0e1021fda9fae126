"""Writing the trail, in the transaction of the fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from portico.foundation.audit.models import ActorKind, AuditEntry
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

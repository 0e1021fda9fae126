"""Writing down what happened to estimates: for their story in the office, and in the audit trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from portico.domain.estimates.enums import EventKind
from portico.domain.estimates.models import Estimate, EstimateEvent
from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.kernel import clock


def note(estimate: Estimate, kind: EventKind, *, by: Actor, text: str = "") -> EstimateEvent:
    """Add an event to the story of an estimate."""
    return EstimateEvent.objects.create(
        estimate=estimate,
        kind=kind,
        version_n=estimate.version,
        login=login_of(by),
        made_by_name=by.name,
        note=text,
        at=clock.now(),
    )


def record(verb: str, estimate: Estimate, *, by: Actor, note: str = "", **facts: Any) -> None:
    """Add an entry about an estimate to the trail of its customer."""
    customer = estimate.proposal.customer.public_id
    audit.record(verb, estimate, by=by, customer=customer, note=note or estimate.number, **facts)


def login_of(by: Actor) -> UUID | None:
    """Whose login acts; none where the office or the machine does."""
    return UUID(by.ref) if by.kind == ActorKind.CUSTOMER and by.ref else None

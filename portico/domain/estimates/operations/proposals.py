"""Proposals: locking them, and what their estimates come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q

from portico.domain.estimates import rules
from portico.domain.estimates.enums import EstimateStatus, ProposalState
from portico.domain.estimates.errors import MissingEstimate
from portico.domain.estimates.models import Estimate, Proposal
from portico.kernel import locks

BATCH = 500
OPEN = Q(status=EstimateStatus.OPEN)


def locked(estimate: UUID) -> Estimate:
    """The estimate with its proposal locked: nobody else changes any of its options until the transaction ends."""
    found = Estimate.objects.filter(public_id=estimate)
    waiting = locks.lock_all(Proposal.objects.filter(pk__in=found.values("proposal_id")))
    # Read after the lock: what another transaction wrote meanwhile counts.
    row = found.filter(proposal__in=waiting).select_related("proposal__customer", "proposal__job", "branch").first()
    if row is None:
        raise MissingEstimate.unknown()
    return row


def settle(proposal_ids: Collection[int]) -> None:
    """Bring state, open_until and listed_at of proposals up to date; the caller has locked them."""
    counts = {row["proposal_id"]: row for row in _counted(proposal_ids)}
    changed = [one for one in Proposal.objects.filter(pk__in=proposal_ids) if _follow(one, counts.get(one.pk))]
    Proposal.objects.bulk_update(changed, ["state", "open_until", "listed_at"], batch_size=BATCH)


def _counted(proposal_ids: Collection[int]) -> Iterable[Any]:
    active = Estimate.objects.filter(proposal__in=proposal_ids, is_active=True)
    return active.values("proposal_id").annotate(
        statuses=ArrayAgg("status", distinct=True),
        ends=Max("expires_at", filter=OPEN),
        endless=Count("pk", filter=OPEN & Q(expires_at=None)),
        newest=Max("created_at"),
    )


def _follow(proposal: Proposal, row: dict[str, Any] | None) -> bool:
    """Set what follows from the counts; whether that changed anything."""
    before = (proposal.state, proposal.open_until, proposal.listed_at)
    counted = row or {"statuses": (), "endless": 0, "ends": None, "newest": proposal.listed_at}
    proposal.state = rules.proposal_state(counted["statuses"])
    has_end = proposal.state == ProposalState.OPEN and not counted["endless"]
    proposal.open_until = counted["ends"] if has_end else None
    proposal.listed_at = counted["newest"]
    return before != (proposal.state, proposal.open_until, proposal.listed_at)

"""Options that another system leaves open beside a sold one are closed here, as an approval closes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.models import Estimate, EstimateEvent
from portico.foundation.audit.operations import Actor
from portico.kernel import clock

TURNS = (EventKind.CLOSED, EventKind.REOPENED)


def agree(proposals: Collection[int], *, by: Actor) -> None:
    """Close what stands beside a sold option; where none is sold any longer, what was closed for it is open again.

    The caller has locked the proposals. An option that the customer declined here stays declined.
    """
    rows = list(Estimate.objects.filter(proposal__in=proposals).order_by("pk"))
    sold = {row.proposal_id: row for row in rows if row.status == EstimateStatus.SOLD}
    beside = [row for row in rows if row.proposal_id in sold and _may_close(row)]
    alone = [row for row in rows if row.proposal_id not in sold and row.is_other_chosen]
    declined = _said_last([row.pk for row in beside], (*TURNS, EventKind.DECLINED))
    _close([row for row in beside if declined.get(row.pk) != EventKind.DECLINED], sold, by)
    _open(alone, _said_last([row.pk for row in alone], TURNS), by)


def _may_close(row: Estimate) -> bool:
    return row.status in (EstimateStatus.OPEN, EstimateStatus.DISMISSED) and not row.is_other_chosen


def _close(rows: Sequence[Estimate], sold: dict[int, Estimate], by: Actor) -> None:
    for row in rows:
        if row.status == EstimateStatus.OPEN:
            row.decided_at = sold[row.proposal_id].decided_at
            _tell(row, EventKind.CLOSED, by)
        row.status, row.is_other_chosen = EstimateStatus.DISMISSED, True
        row.save(update_fields=["status", "is_other_chosen", "decided_at"])


def _open(rows: Sequence[Estimate], last: dict[int, str], by: Actor) -> None:
    """One that the source itself says is declined stays so."""
    for row in rows:
        row.is_other_chosen = False
        if last.get(row.pk) == EventKind.CLOSED:
            row.status, row.decided_at = EstimateStatus.OPEN, None
            _tell(row, EventKind.REOPENED, by)
        row.save(update_fields=["status", "is_other_chosen", "decided_at"])


def _said_last(estimates: Collection[int], kinds: Collection[str]) -> dict[int, str]:
    """The newest of these events of each."""
    found = EstimateEvent.objects.filter(estimate__in=estimates, kind__in=kinds)
    return dict(found.order_by("estimate_id", "-pk").distinct("estimate_id").values_list("estimate_id", "kind"))


def _tell(row: Estimate, kind: EventKind, by: Actor) -> None:
    EstimateEvent.objects.create(
        estimate=row, kind=kind, version_n=row.version, made_by_name=by.name, at=clock.real_now()
    )

"""What stands against taking an approval back: one text for the operation and for the pages that offer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portico.domain.estimates import rules
from portico.domain.estimates.queries import undo_sql as sql
from portico.domain.estimates.rules import UndoBar
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """What has become of the job of an accepted estimate."""

    job_status: str
    completed_at: datetime | None
    decided_at: datetime | None
    is_visit_begun: bool
    is_booked: bool
    is_invoiced: bool

    def bar(self, *, approved_at: datetime, hours: int, is_deposit_paid: bool = False) -> UndoBar | None:
        """Why its approval stands; None while it may be taken back."""
        return rules.undo_bar(
            approved_at=approved_at,
            hours=hours,
            now=clock.real_now(),
            job_status=self.job_status,
            is_visit_begun=self.is_visit_begun,
            is_booked=self.is_booked,
            is_invoiced=self.is_invoiced,
            is_deposit_paid=is_deposit_paid,
            job_completed_at=self.completed_at,
            decided_at=self.decided_at or approved_at,
        )


def facts(row: dict[str, Any]) -> UndoFacts:
    """From the JSON of FACTS."""
    return UndoFacts(**row | {name: _moment(row[name]) for name in ("completed_at", "decided_at")})


@reading
def facts_of(estimate_key: int) -> UndoFacts:
    """Of one estimate; the caller has locked its proposal and its job."""
    return facts(fetch_json(sql.OF_ONE, estimate=estimate_key))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

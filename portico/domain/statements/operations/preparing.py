"""Preparing a run: some customers at a time, each judged as a mail would judge it. Nothing is sent."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.models import StatementRun, StatementRunRow
from portico.domain.statements.operations.finding import locked
from portico.domain.statements.queries import judging, runs
from portico.domain.statements.queries.judging import Judged
from portico.domain.statements.rules import Tally, Wanted
from portico.kernel import clock

AT_ONCE = 100


@transaction.atomic
def prepare_some(run: UUID) -> bool:
    """Look at the next customers; whether there are more."""
    found = locked(run)
    if found.state != RunState.PREPARING:
        return False
    seen = runs.candidates(branch=found.branch_id, after=found.walked_to, limit=AT_ONCE)
    _write(found, judging.judge(seen.found, on=found.as_of_on, wanted=wanted_of(found)))
    found.touched_at = clock.real_now()
    found.walked += seen.walked
    if seen.walked < AT_ONCE:
        found.state, found.prepared_at = RunState.READY, found.touched_at
    else:
        found.walked_to = seen.last
    found.save()
    return found.state == RunState.PREPARING


def wanted_of(found: StatementRun) -> Wanted:
    """What this run asks for, by the setting as it is now."""
    return Wanted(
        every_days=judging.every_days(),
        smallest_minor=max(found.smallest_minor, 1),
        is_overdue_only=found.is_overdue_only,
    )


def tally_of(judged: Judged) -> Tally:
    """What one customer adds to the sums of its outcome; only who is mailed has mails."""
    mails = len(judged.emails) if judged.outcome in {Outcome.MAIL, Outcome.MAILED} else 0
    return Tally(1, judged.open_minor, judged.due_minor, mails)


def _write(found: StatementRun, judged: list[Judged]) -> None:
    StatementRunRow.objects.bulk_create(
        StatementRunRow(
            run=found,
            position=found.rows + at,
            customer_id=one.customer,
            preview=one.outcome,
            outcome=one.outcome,
            open_minor=one.open_minor,
            due_minor=one.due_minor,
            emails=list(one.emails),
            mailed_on=one.mailed_on,
        )
        for at, one in enumerate(judged, start=1)
    )
    found.rows += len(judged)
    for one in judged:
        found.found = rules.added(found.found, one.outcome, tally_of(one))

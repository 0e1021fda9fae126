"""A run goes on step by step in the worker. Each step ends by asking for the next one; what a killed worker left is
found by the clock, and goes on where its last committed row stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from portico.domain.statements.enums import RunState
from portico.domain.statements.models import StatementRun
from portico.domain.statements.operations import preparing, sending
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock

LOST_AFTER = timedelta(minutes=1)


def step(*, run: UUID) -> bool:
    """Do a little for this run, whatever is next; whether there is more to do."""
    return preparing.prepare_some(run) or sending.send_some(run)


def finish(*, run: UUID) -> None:
    """Do all that there is to do now."""
    while step(run=run):
        pass


def go_on(run: UUID) -> None:
    """Ask the worker for the next step, once."""
    STEP.defer(queueing_lock=f"statements.step:{run}", run=str(run))


@transaction.atomic
def catch_up() -> None:
    """Go on with every run for which nothing was done for a minute though there is something to do."""
    under_way = StatementRun.objects.filter(state__in=[RunState.PREPARING, RunState.SENDING])
    still = under_way.filter(touched_at__lt=clock.real_now() - LOST_AFTER).order_by("pk")
    for public_id in still.values_list("public_id", flat=True):
        go_on(public_id)


def _step(*, run: str) -> None:
    if step(run=UUID(run)):
        with transaction.atomic():
            go_on(UUID(run))


STEP = company_task(name="statements.step")(_step)

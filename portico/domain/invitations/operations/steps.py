"""A list goes on step by step in the worker. Each step ends by asking for the next one; what a killed worker left is
found by the clock, and goes on where its last committed row stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from portico.domain.invitations.enums import ListState
from portico.domain.invitations.models import InviteList
from portico.domain.invitations.operations import reading, sending
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import clock

LOST_AFTER = timedelta(minutes=1)


def step(*, invite_list: UUID) -> bool:
    """Do a little for this list, whatever is next; whether there is more to do."""
    return reading.read_piece(invite_list) or sending.send_some(invite_list)


def finish(*, invite_list: UUID) -> None:
    """Do all that there is to do now, for who waits at a command line."""
    while step(invite_list=invite_list):
        pass


def go_on(invite_list: UUID) -> None:
    """Ask the worker for the next step, once."""
    STEP.defer(queueing_lock=f"invitations.step:{invite_list}", invite_list=str(invite_list))


@transaction.atomic
def catch_up() -> None:
    """Go on with every list for which nothing was done for a minute though there is something to do."""
    under_way = InviteList.objects.filter(state__in=[ListState.READING, ListState.SENDING])
    still = under_way.filter(touched_at__lt=clock.real_now() - LOST_AFTER).order_by("pk")
    for public_id in still.values_list("public_id", flat=True):
        go_on(public_id)


def _step(*, invite_list: str) -> None:
    if step(invite_list=UUID(invite_list)):
        with transaction.atomic():
            go_on(UUID(invite_list))


STEP = company_task(name="invitations.step")(_step)

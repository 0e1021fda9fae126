"""Sending a run: each customer in a transaction of its own, which holds the mails, what was frozen, the entry in the
trail and the row's outcome. So whatever stops the worker, a customer is either done or not begun."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.models import StatementRun, StatementRunRow
from portico.domain.statements.operations import mailing
from portico.domain.statements.operations.finding import locked
from portico.domain.statements.operations.preparing import tally_of, wanted_of
from portico.domain.statements.rules import Tally
from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.kernel import clock

AT_ONCE = 25


def send_some(run: UUID) -> bool:
    """Mail the next customers; whether there are more. A portal that was turned off meanwhile makes the run wait."""
    with transaction.atomic():
        if not people.is_portal_on():
            return False
    return all(_send_next(run) for _at in range(AT_ONCE))


@transaction.atomic
def _send_next(run: UUID) -> bool:
    found = locked(run)
    if found.state != RunState.SENDING:
        return False
    row = StatementRunRow.objects.filter(run=found, outcome=Outcome.MAIL).order_by("position").first()
    found.touched_at = clock.real_now()
    if row is None:
        _finish(found)
        return False
    _send(found, row)
    found.save(update_fields=["finals", "touched_at"])
    return True


def _send(found: StatementRun, row: StatementRunRow) -> None:
    """Mail this customer if it still gets a statement; write down what was done, or why nothing was."""
    before = (Outcome.MAIL, Tally(1, row.open_minor, row.due_minor, len(row.emails)))
    judged, made = mailing.send(row.customer_id, on=found.as_of_on, wanted=wanted_of(found), by=_actor(found))
    row.outcome, row.mail, row.mailed_on = judged.outcome, made, judged.mailed_on
    row.open_minor, row.due_minor, row.emails = judged.open_minor, judged.due_minor, list(judged.emails)
    row.save()
    found.finals = rules.moved(found.finals, before, (judged.outcome, tally_of(judged)))


def _finish(found: StatementRun) -> None:
    found.state, found.ended_at = RunState.DONE, found.touched_at
    found.save(update_fields=["state", "ended_at", "touched_at"])
    mailed = rules.tally_of(found.finals, Outcome.MAILED)
    audit.record("statement.run_done", found, by=_actor(found), mails=mailed.mails, due_minor=mailed.due_minor)


def _actor(found: StatementRun) -> Actor:
    """Whoever started the run."""
    return Actor(ActorKind.STAFF, ref=found.started_by, name=found.started_by_name)

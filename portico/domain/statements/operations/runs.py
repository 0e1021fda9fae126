"""Beginning a run, letting it be sent, and stopping it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.errors import RunRefused
from portico.domain.statements.models import StatementRun
from portico.domain.statements.operations import steps
from portico.domain.statements.operations.finding import locked
from portico.domain.statements.queries import runs
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.foundation.tenancy.companies import current_company
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock

HOLDS = timedelta(hours=24)
ENDED = (RunState.DONE, RunState.STOPPED)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which statements: as of a day, from so much on, only where something is past due, of one branch or of all."""

    as_of_on: date
    smallest_minor: int
    is_overdue_only: bool
    branch: UUID | None


@transaction.atomic
def begin_run(*, choice: Choice, by: Actor) -> UUID:
    """Have the worker prepare a preview. Nothing is mailed before somebody starts it."""
    now = clock.real_now()
    made = StatementRun.objects.create(
        as_of_on=choice.as_of_on,
        smallest_minor=choice.smallest_minor,
        is_overdue_only=choice.is_overdue_only,
        branch=_branch(choice.branch),
        currency=current_company().currency,
        to_walk=runs.customers_to_walk(),
        made_by=by.ref,
        made_by_name=by.name,
        made_at=now,
        touched_at=now,
    )
    audit.record(
        "statement.run_made", made, by=by, as_of=choice.as_of_on.isoformat(), smallest_minor=made.smallest_minor
    )
    public_id = UUID(str(made.public_id))
    steps.go_on(public_id)
    return public_id


@transaction.atomic
def start_run(*, run: UUID, by: Actor) -> None:
    """Mail what the preview shows; the worker does it, and judges each customer anew."""
    found = locked(run)
    now = clock.real_now()
    _require_startable(found)
    found.state, found.started_at, found.touched_at = RunState.SENDING, now, now
    found.started_by, found.started_by_name = by.ref, by.name
    found.finals = found.found
    found.save()
    planned = rules.tally_of(found.found, Outcome.MAIL)
    audit.record("statement.run_started", found, by=by, mails=planned.mails, due_minor=planned.due_minor)
    steps.go_on(run)


@transaction.atomic
def stop_run(*, run: UUID, by: Actor) -> None:
    """End it where it is: what was mailed stays mailed, nobody else gets anything."""
    found = locked(run)
    if found.state in ENDED:
        raise RunRefused(_("This run has ended already."))
    found.state = RunState.STOPPED
    found.ended_at = found.touched_at = clock.real_now()
    found.save(update_fields=["state", "ended_at", "touched_at"])
    mailed = rules.tally_of(found.finals, Outcome.MAILED)
    audit.record("statement.run_stopped", found, by=by, mails=mailed.mails, due_minor=mailed.due_minor)


def _require_startable(found: StatementRun) -> None:
    if found.state != RunState.READY or found.prepared_at is None:
        raise RunRefused(_("This run is not waiting to be sent."))
    if clock.real_now() - found.prepared_at > HOLDS:
        raise RunRefused(_("This preview is older than a day. Make a new one: balances have changed since."))
    if not people.is_portal_on():
        raise RunRefused(_("The portal is not on. Turn it on before mailing statements: their links lead there."))
    if not rules.tally_of(found.found, Outcome.MAIL).customers:
        raise RunRefused(_("There is nobody in this run to mail."))


def _branch(public_id: UUID | None) -> Branch | None:
    if public_id is None:
        return None
    found = Branch.objects.filter(public_id=public_id).first()
    if found is None:
        raise RunRefused(_("There is no such branch."))
    return found

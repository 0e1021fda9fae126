"""Sending a confirmed list: each address in a transaction of its own, which holds its mail, its links, its entry in the
trail and its result. So whatever stops the worker, an address is either done or not begun."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.customers import operations as customers
from portico.domain.customers.operations import rows as customer_rows
from portico.domain.invitations import queries, rules
from portico.domain.invitations.enums import ListState, Outcome
from portico.domain.invitations.models import InviteList, InviteListRow
from portico.domain.invitations.operations.finding import locked
from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people import queries as people
from portico.kernel import clock

AT_ONCE = 50


def send_some(invite_list: UUID) -> bool:
    """Invite the next addresses; whether there are more. A portal that was turned off meanwhile makes the list wait."""
    with transaction.atomic():
        if not people.is_portal_on():
            return False
    return all(_send_next(invite_list) for _at in range(AT_ONCE))


@transaction.atomic
def _send_next(invite_list: UUID) -> bool:
    found = locked(invite_list)
    if found.state != ListState.SENDING:
        return False
    planned = [outcome.value for outcome in rules.PLANNED[found.include_invited]]
    row = InviteListRow.objects.filter(invite_list=found, result="", outcome__in=planned).order_by("position").first()
    found.touched_at = clock.real_now()
    if row is None:
        _finish(found)
        return False
    result = _invite(found, row)
    InviteListRow.objects.filter(pk=row.pk).update(result=result)
    found.results = rules.added(found.results, [result])
    found.finals = rules.moved(found.finals, Outcome(row.outcome), result)
    found.save(update_fields=["results", "finals", "touched_at"])
    return True


def _invite(found: InviteList, row: InviteListRow) -> Outcome:
    """Mail this address if it may still be mailed; what was done, or why nothing was."""
    customer_rows.lock_addresses(row.email)
    now = queries.standings([row.email])
    result = rules.result_of(
        Outcome(row.outcome), row.email, now.of.get(row.email), read_at=found.read_at or found.made_at
    )
    invite = {Outcome.SENT: customers.invite, Outcome.RESENT: customers.resend_invitation}.get(result)
    if invite is not None:
        invite(portal_contact=now.row[row.email], by=_actor(found))
    return result


def _finish(found: InviteList) -> None:
    found.state, found.done_at = ListState.DONE, found.touched_at
    found.save(update_fields=["state", "done_at", "touched_at"])
    audit.record("invitations.list_done", found, by=_actor(found), results=found.results)


def _actor(found: InviteList) -> Actor:
    """Whoever confirmed the list; the command line has no key."""
    if not found.made_by:
        return audit.SHELL
    return Actor(ActorKind.STAFF, ref=found.made_by, name=found.made_by_name)

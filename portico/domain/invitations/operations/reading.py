"""Reading a list: a thousand addresses at a time, each judged once, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from portico.domain.invitations import queries, rules
from portico.domain.invitations.enums import Fault, ListState, Outcome
from portico.domain.invitations.models import InviteList, InviteListRow
from portico.domain.invitations.operations.finding import locked
from portico.domain.invitations.rules import Place, Spotted
from portico.foundation.tenancy import files
from portico.kernel import clock

AT_ONCE = 1000


@transaction.atomic
def read_piece(invite_list: UUID) -> bool:
    """Read the next addresses and say what they are; whether there is more to read. Nothing is sent."""
    found = locked(invite_list)
    if found.state != ListState.READING:
        return False
    found.touched_at = clock.real_now()
    content = _content(found)
    if content is not None:
        _read(found, content)
    found.save()
    if found.state != ListState.READING and found.stored_as:
        transaction.on_commit(lambda: files.delete(found.stored_as))
    return found.state == ListState.READING


def _content(found: InviteList) -> str | None:
    """The text of the list; None where it is gone, which is then noted."""
    try:
        with files.open_stored(found.stored_as) as opened:
            return rules.decoded(opened.read())
    except FileNotFoundError:
        found.state, found.fault = ListState.REFUSED, Fault.GONE
        return None


def _read(found: InviteList, content: str) -> None:
    spotted, following = rules.spot(content, Place(found.read_to, found.read_line), most=AT_ONCE)
    read_so_far = sum(found.counts.values())
    kept = spotted[: max(0, rules.MOST_ADDRESSES - read_so_far)]
    found.counts = rules.added(found.counts, _write(found, kept))
    found.is_cut = len(kept) < len(spotted)
    if following is None or found.is_cut:
        found.state, found.read_at, found.read_share = ListState.READY, clock.real_now(), 100
        return
    found.read_to, found.read_line = following.at, following.line
    found.read_share = following.at * 100 // max(len(content), 1)


def _write(found: InviteList, spotted: list[Spotted]) -> list[Outcome]:
    """Write the rows down; what was found out about each, in their order."""
    rows = InviteListRow.objects.filter(invite_list=found)
    position = rows.aggregate(last=Max("position"))["last"] or 0
    emails = {one.email for one in spotted if one.email}
    known = set(rows.filter(email__in=emails).exclude(email="").values_list("email", flat=True))
    outcomes = list(_judged(spotted, known))
    InviteListRow.objects.bulk_create(
        InviteListRow(
            invite_list=found,
            position=position + at,
            line=one.line,
            typed=one.typed,
            email=one.email,
            outcome=outcome,
        )
        for at, (one, outcome) in enumerate(zip(spotted, outcomes, strict=True), start=1)
    )
    return outcomes


def _judged(spotted: list[Spotted], known: set[str]) -> Iterable[Outcome]:
    standings = queries.standings({one.email for one in spotted if one.email}).of
    for one in spotted:
        if one.email and one.email in known:
            yield Outcome.REPEATED
        else:
            known.add(one.email)
            yield rules.outcome_of(one.email, standings.get(one.email))

"""Decisions about who else sees an account: what is given away, and how far somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portico.domain.customers.enums import MemberState, Right

EVERYTHING = frozenset(Right)
WITHOUT_PRICES = frozenset({Right.HISTORY, Right.BOOK})
NEEDS_PRICES = frozenset({Right.PAY, Right.APPROVE})
MOST_MEMBERS = 20
LIVING = frozenset({MemberState.INVITED, MemberState.ACTIVE, MemberState.ENDED, MemberState.PAUSED})


@dataclass(frozen=True, slots=True)
class Given:
    """What a member is given: rights, up to which amount they approve, and their last day."""

    rights: frozenset[Right]
    approve_up_to_minor: int | None = None
    ends_on: date | None = None


def rights_of_contact(*, has_billing: bool) -> frozenset[Right]:
    """What an address on the record may do."""
    return EVERYTHING if has_billing else WITHOUT_PRICES


def complete(rights: frozenset[Right]) -> frozenset[Right]:
    """Whoever pays or approves sees what it costs."""
    return rights | {Right.PRICES} if rights & NEEDS_PRICES else rights


def within(wanted: Given, *, own: frozenset[Right], before: Given | None) -> Given:
    """What an owner may make of it: nobody gives what they have not, and what they cannot see stays as it was."""
    kept = (before.rights if before else frozenset()) - own
    rights = complete((wanted.rights & own) | kept)
    source = wanted if Right.APPROVE in own or before is None else before
    return Given(rights, source.approve_up_to_minor if Right.APPROVE in rights else None, wanted.ends_on)


def widens(wanted: Given, before: Given) -> bool:
    """Whether a change lets somebody do more, or for longer."""
    return (
        not wanted.rights <= before.rights
        or (wanted.approve_up_to_minor or 0) > (before.approve_up_to_minor or 0)
        or (before.ends_on is not None and (wanted.ends_on is None or wanted.ends_on > before.ends_on))
    )


def state(
    *,
    is_revoked: bool,
    has_left: bool,
    is_accepted: bool,
    is_backed: bool,
    ends_on: date | None,
    today: date,
) -> MemberState:
    """How far a member is. On hold: the owner who vouched for them is an owner no more."""
    if is_revoked or has_left:
        return MemberState.REVOKED if is_revoked else MemberState.LEFT
    if ends_on is not None and ends_on < today:
        return MemberState.ENDED
    if not is_backed:
        return MemberState.PAUSED
    return MemberState.ACTIVE if is_accepted else MemberState.INVITED

"""Who may approve how much, and where."""

from typing import Any, cast
from uuid import UUID

import pytest

from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Grant, Reach

EVERYTHING = frozenset(Right)
HOME, CABIN = 7, 8


def reach(*grants: Grant) -> Reach:
    return Reach(1, UUID(int=1), "Maria Ortega", "", grants, cast(Any, None))


def guest(up_to: int | None, *places: int, rights: frozenset[Right] = EVERYTHING) -> Grant:
    return Grant(is_own=False, rights=rights, places=places or None, approve_up_to=up_to)


OWNER = Grant(is_own=True, rights=EVERYTHING, places=None)
SMALL, AT_CABIN = guest(50000), guest(None, CABIN)
WITHOUT = guest(None, rights=EVERYTHING - {Right.APPROVE})


@pytest.mark.parametrize(
    ("grants", "amount", "place", "expected"),
    (
        ((OWNER,), 10**9, HOME, True),
        ((SMALL,), 50000, HOME, True),
        ((SMALL,), 50001, HOME, False),
        ((SMALL,), 50000, None, True),
        ((AT_CABIN,), 10**9, CABIN, True),
        ((AT_CABIN,), 1, HOME, False),
        ((AT_CABIN,), 1, None, False),
        ((WITHOUT,), 1, HOME, False),
        ((), 1, HOME, False),
        ((SMALL, AT_CABIN), 60000, CABIN, True),
        ((SMALL, AT_CABIN), 60000, HOME, False),
        ((guest(50000, HOME), WITHOUT), 60000, HOME, False),
    ),
)
def test_amount_is_approved_only_within_one_grant(
    grants: tuple[Grant, ...], amount: int, place: int | None, expected: bool
) -> None:
    assert reach(*grants).may_approve(amount, place) is expected

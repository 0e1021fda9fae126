"""How often something may be tried: counted in the database, which all processes share, before the costly part.

A try is taken before it is known whether it succeeds (so that fifty at once cannot all slip through) and may be given
back afterwards. Where the database does not answer, the try does not happen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portico.foundation.people.models import TryCount
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.kernel import clock, errors

KEPT = timedelta(days=2)

TAKE = """
INSERT INTO people_trycount (company_id, kind, key, window_starts_at, count) VALUES (%s, %s, %s, %s, 1)
ON CONFLICT (company_id, kind, key, window_starts_at) DO UPDATE SET count = people_trycount.count + 1
RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of one kind with one key in each fixed window."""

    kind: str
    most: int
    window: timedelta


class TooManyTries(errors.NotAllowed):
    """The budget of a key is spent until `retry_after` seconds from now."""

    code = "too_many_tries"

    def __init__(self, retry_after: int) -> None:
        super().__init__(_("Too many tries. Wait a few minutes and try again."))
        self.retry_after = retry_after


def spend(limit: Limit, *parts: str) -> None:
    """Take one try from the budget of the key made of `parts`; TooManyTries when there is none left."""
    if count(limit, *parts) > limit.most:
        raise TooManyTries(_seconds_left(limit))


def require_left(limit: Limit, *parts: str) -> None:
    """TooManyTries when the budget is used up; takes nothing from it."""
    if taken(limit, *parts) >= limit.most:
        raise TooManyTries(_seconds_left(limit))


@transaction.atomic
def count(limit: Limit, *parts: str) -> int:
    """Take one try; how many there were in this window, with this one."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [current_company_id(), limit.kind, _key(parts), _window_start(limit, clock.real_now())])
        tries: int = cursor.fetchone()[0]
    return tries


@reading
def taken(limit: Limit, *parts: str) -> int:
    """How many tries there were in this window."""
    rows = TryCount.objects.filter(
        kind=limit.kind, key=_key(parts), window_starts_at=_window_start(limit, clock.real_now())
    )
    return rows.values_list("count", flat=True).first() or 0


def may_spend(limit: Limit, *parts: str) -> bool:
    """Take one try and say whether there was one; for answers that must not differ."""
    try:
        spend(limit, *parts)
    except TooManyTries:
        return False
    return True


@transaction.atomic
def give_back(limit: Limit, *parts: str) -> None:
    """The try was a good one: it does not count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_trycount SET count = greatest(count - 1, 0)"
            " WHERE company_id = %s AND kind = %s AND key = %s AND window_starts_at = %s",
            [current_company_id(), limit.kind, _key(parts), _window_start(limit, clock.real_now())],
        )


@transaction.atomic
def forget(limit: Limit, *parts: str) -> None:
    """Begin the budget of this key anew: its owner has shown who they are."""
    TryCount.objects.filter(kind=limit.kind, key=_key(parts)).delete()


@transaction.atomic
def sweep() -> None:
    """Drop windows that are long over."""
    TryCount.objects.filter(window_starts_at__lt=clock.real_now() - KEPT).delete()


def _seconds_left(limit: Limit) -> int:
    now = clock.real_now()
    return max(1, int((_window_start(limit, now) + limit.window - now).total_seconds()))


def _window_start(limit: Limit, now: datetime) -> datetime:
    seconds = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def _key(parts: tuple[str, ...]) -> str:
    """A digest: typed addresses are nobody's business in this table."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

"""Short transactions that many begin at once: they wait a while for one another, and say so when that was too long."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import IntegrityError, OperationalError, connection, transaction

from portico.domain.booking.errors import Busy, SlotTaken

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 3
COLLISIONS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
OVERLAPS = (psycopg.errors.ExclusionViolation, psycopg.errors.UniqueViolation)


def one_transaction(work: Callable[P, T]) -> Callable[P, T]:
    """Run it in one transaction; anew after a deadlock, or when the database refused at the end what others wrote."""

    @wraps(work)
    def retried(*args: P.args, **kwargs: P.kwargs) -> T:
        for again in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    _wait_a_while()
                    return work(*args, **kwargs)
            except OperationalError as error:
                _raise_unless(again, isinstance(error.__cause__, COLLISIONS), error, Busy.now())
            except IntegrityError as error:
                _raise_unless(again, isinstance(error.__cause__, OVERLAPS), error, SlotTaken.now())
        raise AssertionError("the last try returns or raises")

    return retried


def _raise_unless(again: int, may_retry: bool, error: Exception, at_last: Exception) -> None:  # noqa: FBT001 - three facts of one error
    """Go on to the next try where there is one; else the sentence, or what it was."""
    if connection.in_atomic_block:
        raise error
    if isinstance(error.__cause__, psycopg.errors.LockNotAvailable | psycopg.errors.QueryCanceled):
        raise at_last from error
    if not may_retry:
        raise error
    if not again:
        raise at_last from error


def _wait_a_while() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '4s'")

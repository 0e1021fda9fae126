"""Short transactions that wait for one another in one order: payment, invoices by key, customer credit."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from portico.domain.billing.errors import InvoiceChanged, PaymentInProgress
from portico.domain.billing.models import Invoice, Payment
from portico.domain.customers.operations.holding import hold
from portico.kernel import locks

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 4
COLLISIONS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


def brief(work: Callable[P, T]) -> Callable[P, T]:
    """One transaction that waits two seconds for a lock at most, and starts anew after a deadlock.

    Never around anything that talks to a gateway: it would talk twice.
    """

    @wraps(work)
    def retried(*args: P.args, **kwargs: P.kwargs) -> T:
        for again in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    _wait_briefly()
                    return work(*args, **kwargs)
            except OperationalError as error:
                if not (again and isinstance(error.__cause__, COLLISIONS)) or connection.in_atomic_block:
                    raise
                time.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - only to part two that collided
        raise AssertionError("the last try returns or raises")

    return retried


def lock_payment(payment_id: int) -> Payment:
    """The payment, locked: always before its invoices."""
    return locks.lock_one(Payment.objects.filter(pk=payment_id))


def lock_invoices(invoice_ids: Iterable[int]) -> dict[int, Invoice]:
    """The invoices by key, locked in the order of their keys."""
    return {invoice.pk: invoice for invoice in locks.lock_all(Invoice.objects.filter(pk__in=list(invoice_ids)))}


def hold_payer(customer_id: int) -> None:
    """Nobody merges this customer until the transaction ends; to be asked before the first row is written.

    Raises InvoiceChanged where it is merged into another one already.
    """
    if hold(customer_id):
        raise InvoiceChanged(_("These records were merged with others just now. Look at what is due and start anew."))


@contextmanager
def busy_is(words: str) -> Iterator[None]:
    """Somebody else's lock, held for too long, as PaymentInProgress with these words."""
    try:
        yield
    except OperationalError as error:
        if not is_lock_timeout(error):
            raise
        raise PaymentInProgress(words) from error


def is_lock_timeout(error: OperationalError) -> bool:
    """Whether somebody else held a lock for too long."""
    return isinstance(error.__cause__, psycopg.errors.LockNotAvailable)


def _wait_briefly() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")

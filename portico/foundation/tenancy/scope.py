"""Who: the company in whose name this thread works. It says nothing to the database until a transaction begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

_company: ContextVar[int | None] = ContextVar("portico_company", default=None)


class OutsideScope(RuntimeError):
    """A tenant's table was touched without saying for which company, or outside a transaction. Always a bug."""


def current_company_id() -> int:
    """The company of the running scope; OutsideScope when there is none."""
    company_id = _company.get()
    if company_id is None:
        raise OutsideScope("enter company_scope() first")
    return company_id


def company_id_or_none() -> int | None:
    return _company.get()


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Work for one company. A different company inside is a bug; the same one again is allowed."""
    inside = _company.get()
    if inside is not None and inside != company_id:
        raise OutsideScope(f"company {company_id} inside the scope of company {inside}")
    token = _company.set(company_id)
    try:
        if connection.in_atomic_block:
            tell_database(company_id)
        yield
    finally:
        _company.reset(token)
        if connection.in_atomic_block and not connection.needs_rollback:
            tell_database(inside)


def adopt(company_id: int) -> None:
    """Set the scope for the rest of this context; the middleware does it when its entry function told the database."""
    _company.set(company_id)


def restore(company_id: int | None) -> None:
    """Go back to the scope from before the request; the middleware does it when the answer is made."""
    _company.set(company_id)
    if connection.in_atomic_block and not connection.needs_rollback:
        tell_database(company_id)


def tell_database(company_id: int | None) -> None:
    """Make the row-level policies see `company_id` until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('portico.company', %s, true)", ["" if company_id is None else str(company_id)]
        )


def reading(query: Callable[P, T]) -> Callable[P, T]:
    """Let a query run in the open transaction, or in one of its own where none is open (a POST)."""

    @wraps(query)
    def inside_a_transaction(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            return query(*args, **kwargs)
        with transaction.atomic():
            return query(*args, **kwargs)

    return inside_a_transaction

"""A program whose children each book, move or accept a time for one visit and kill themselves at a step of it.

python -m tests.races.dying_booking WAY COMPANY STRIDE PLAN: the plan is a file of what each child does. The first two
live and count the steps; the others die at every so-manyth step, and at each of the last. Prints at which they died.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import connection, connections  # noqa: E402 - the apps first

from portico.domain.booking.operations import booking, changing, holding, offering  # noqa: E402 - the apps first
from portico.domain.booking.operations.booking import Details  # noqa: E402 - the apps first
from portico.foundation.audit.operations import Actor, ActorKind  # noqa: E402 - the apps first
from portico.foundation.tenancy.scope import company_scope  # noqa: E402 - the apps first

LAST = 4
BY = Actor(ActorKind.CUSTOMER, name="Ana Alvarez")


class Steps:
    """Counts statements and commits, and ends the program before one of them or just after a commit; 0: never."""

    def __init__(self, last: int) -> None:
        self.last, self.count = last, 0

    def one(self) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def before_statement(self, execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        self.one()
        return execute(sql, params, many, context)

    def around_commit(self, commit: Any) -> Any:
        def counted() -> None:
            self.one()
            commit()
            self.one()

        return counted


def book(task: dict[str, Any]) -> None:
    place = {name: task[name] for name in ("customer_id", "location_id", "job_type_id", "window_id")}
    held = holding.hold(**place, answers={}, day=_day(task), by=BY)
    details = Details(email="ana@example.com")
    booking.confirm(hold=held.id, customer_id=task["customer_id"], key=task["key"], details=details, by=BY)


def move(task: dict[str, Any]) -> None:
    changing.move(appointment=UUID(task["appointment"]), day=_day(task), window_id=task["window_id"], by=BY)


def accept(task: dict[str, Any]) -> None:
    offering.accept(offer=UUID(task["offer"]), hold=UUID(task["hold"]), by=BY)


WAYS = {"book": book, "move": move, "accept": accept}


def main(way: str, company: str, stride: str, plan: str) -> None:
    connections.close_all()
    first, second, *others = json.loads(Path(plan).read_text())
    _child(way, int(company), first, 0)  # it makes rows that others find
    count = _child(way, int(company), second, 0)
    wanted = [step for step in range(1, count + 1) if step % int(stride) == 0 or step > count - LAST]
    for step, task in zip(wanted, others, strict=False):
        _child(way, int(company), task, step)
    print(json.dumps(wanted))


def _child(way: str, company: int, task: dict[str, Any], last: int) -> int:
    """How many steps it made; it must have been killed exactly when it was to be."""
    says, hears = os.pipe()
    child = os.fork()
    if child == 0:
        _run(way, company, task, Steps(last), hears)
    os.close(hears)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(says) as told:
        count = int(told.read() or 0)
    if os.WIFSIGNALED(status) != bool(last):
        raise SystemExit(f"the child of step {last} ended with {status}")
    return count


def _run(way: str, company: int, task: dict[str, Any], steps: Steps, hears: int) -> None:
    connection.ensure_connection()
    connection.execute_wrappers.append(steps.before_statement)
    connection._commit = steps.around_commit(connection._commit)
    try:
        with company_scope(company):
            WAYS[way](task)
    except BaseException as error:
        print(repr(error), file=sys.stderr)
        os._exit(1)
    os.write(hears, str(steps.count).encode())
    os._exit(0)


def _day(task: dict[str, Any]) -> Any:
    return date.fromisoformat(task["day"])


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Customers that owe something, and runs that mail them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from portico.config import env
from portico.domain.statements import operations
from portico.domain.statements.enums import Outcome
from portico.domain.statements.operations.runs import Choice
from portico.domain.statements.queries import runs
from portico.domain.statements.queries.runs import RunFacts, RunRow
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.companies import CompanyRow
from portico.foundation.tenancy.models import Branch
from portico.kernel import clock
from tests import database
from tests.factories import drain, people
from tests.factories.books import Books
from tests.factories.customers import make_customer


def owing(name: str, minor: int, *emails: str, ago: int = 3, due_in: int = 30) -> Books:
    """A customer with one open invoice."""
    books = Books(make_customer(name, *(emails or (f"{name.lower()}@example.com",))))
    books.bill(minor, ago=ago, due_in=due_in)
    return books


def many(count: int) -> None:
    with transaction.atomic():
        for n in range(count):
            owing(f"Owes{n}", 1000 + n)


def today() -> date:
    with transaction.atomic():
        return clock.today(Branch.objects.get(is_main=True).time_zone)


def begun(
    *, on: date | None = None, smallest: int = 1, is_overdue_only: bool = False, branch: UUID | None = None
) -> UUID:
    """A run whose preview is there."""
    found = operations.begin_run(choice=Choice(on or today(), smallest, is_overdue_only, branch), by=people.OFFICE)
    drain(queue="default")
    return found


def start(run: UUID) -> None:
    operations.start_run(run=run, by=people.OFFICE)


def facts(run: UUID) -> RunFacts:
    found = runs.run_of(run)
    assert found is not None
    return found


def rows(run: UUID) -> list[RunRow]:
    return [row for outcome in Outcome for row in runs.rows_of(facts(run).key, outcome, after=0, limit=100_000)]


def outcomes(run: UUID) -> dict[str, Outcome]:
    return {row.name: row.outcome for row in rows(run)}


def counts(run: UUID) -> dict[str, int]:
    return {name: told["customers"] for name, told in facts(run).tallies.items()}


def queued() -> Counter[str]:
    """How many statements went to each address."""
    with transaction.atomic():
        return Counter(Message.objects.filter(kind="statement").values_list("to_email", flat=True))


DIES = """
import os, signal, uuid, django
django.setup()
from portico.domain.statements import operations
from portico.domain.statements.operations import mailing, preparing
from portico.foundation.tenancy.scope import company_scope
work, calls = {what}, []
def work_and_die(*words):
    work(*words)
    calls.append(1)
    if len(calls) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
{what} = work_and_die
with company_scope({company}):
    operations.finish(run=uuid.UUID("{run}"))
"""


def killed_worker(company: CompanyRow, run: UUID, *, at: int, what: str = "mailing._record") -> int:
    """A worker of its own that is killed when it has done this so many times, before the last of it is committed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "DATABASE_URL": database.app_url(connection.settings_dict["NAME"]),
    }
    program = DIES.format(company=company.id, run=run, at=at, what=what)
    return subprocess.run([sys.executable, "-c", program], cwd=env.PROJECT, env=environment, check=False).returncode

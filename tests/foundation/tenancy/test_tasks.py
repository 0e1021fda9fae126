"""Background work knows its company, and is part of the transaction that asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import OutsideScope, company_id_or_none, company_scope, current_company_id
from portico.foundation.tenancy.tasks import (
    CompanyTask,
    PeriodicWorkFailed,
    all_company_ids,
    company_task,
    periodic_for_each_company,
)
from tests.factories import drain, people, waiting

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "tests.note"
seen: list[tuple[int, bool, int]] = []


@pytest.fixture
def note() -> Iterator[CompanyTask]:
    @company_task(name=NAME)
    def work(*, number: int) -> None:
        seen.append((current_company_id(), connection.in_atomic_block, number))

    seen.clear()
    yield work  # type: ignore[misc]
    del app.tasks[NAME]


@pytest.fixture
def a() -> int:
    return people.make_company("alder").id


@pytest.fixture
def b() -> int:
    return people.make_company("birch").id


def test_task_runs_in_its_company_outside_any_transaction(a: int, b: int, note: CompanyTask) -> None:
    for number, company in enumerate((a, b)):
        with company_scope(company), transaction.atomic():
            note.defer(number=number)
    assert drain() == [NAME, NAME]
    assert seen == [(a, False, 0), (b, False, 1)]
    assert company_id_or_none() is None


def test_task_is_taken_back_with_its_transaction(a: int, note: CompanyTask) -> None:
    with company_scope(a), transaction.atomic():
        note.defer(number=1)
        transaction.set_rollback(True)
    assert waiting() == []


def test_task_that_a_worker_defers_is_taken_back_with_its_transaction(a: int, note: CompanyTask) -> None:
    def work() -> None:
        with company_scope(a), transaction.atomic():
            note.defer(number=1)
            transaction.set_rollback(True)
        connection.close()

    asyncio.run(inside_a_worker(work))
    assert waiting() == []


async def inside_a_worker(work: Callable[[], None]) -> None:
    """Do some work in a thread of its own, while the queue is reached as a worker reaches it."""
    with app.replace_connector(app.connector.get_worker_connector()) as living:
        async with living.open_async():
            await asyncio.to_thread(work)


def test_task_waits_once_under_its_queueing_lock_and_the_transaction_stays_whole(a: int, note: CompanyTask) -> None:
    for number in (1, 2):
        with company_scope(a), transaction.atomic():
            note.defer(number=number, queueing_lock="once")
            Branch.objects.update(name=f"After {number}")
    assert waiting() == [NAME]
    with company_scope(a), transaction.atomic():
        assert Branch.objects.get().name == "After 2"


def test_task_without_a_scope_cannot_be_queued(note: CompanyTask) -> None:
    with transaction.atomic(), pytest.raises(OutsideScope):
        note.defer(number=1)


def test_periodic_work_goes_through_the_companies_one_by_one(a: int, b: int) -> None:
    visited = []
    with periodic(lambda: visited.append(current_company_id())) as run:
        run()
    assert visited == all_company_ids() == [a, b]


def test_periodic_work_goes_on_after_a_company_that_fails(a: int, b: int, caplog: pytest.LogCaptureFixture) -> None:
    visited = []

    def work() -> None:
        visited.append(current_company_id())
        if visited == [a]:
            with transaction.atomic():
                raise KeyError("a bug")

    with periodic(work) as run, pytest.raises(PeriodicWorkFailed, match=rf"tests.round failed in companies \[{a}\]"):
        run()
    assert visited == [a, b]
    assert [record.tenant_id for record in caplog.records if record.name == "portico.tasks"] == [a]  # type: ignore[attr-defined]
    assert company_id_or_none() is None


@contextmanager
def periodic(work: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """`work` as a periodic task for this test only; what is given runs it once."""
    periodic_for_each_company(name="tests.round", cron="0 0 * * *")(work)
    try:
        yield lambda: app.tasks["tests.round"].func(timestamp=0)
    finally:
        del app.tasks["tests.round"]
        app.periodic_registry.periodic_tasks.pop(("tests.round", ""))

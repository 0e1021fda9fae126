"""Jobs of a killed worker, over the worker's own kind of connection."""

import asyncio
from types import SimpleNamespace

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from portico.config import tasks


@pytest.fixture
def dead_worker(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes') RETURNING id"
        )
        (number,) = cursor.fetchone()
    return number


def held(worker: int, *, attempts: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, worker_id)"
            " VALUES ('default', 'nothing', 'doing', %s, %s) RETURNING id",
            [attempts, worker],
        )
        return cursor.fetchone()[0]


def state(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return cursor.fetchone()[0]


async def rescue() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as living:
        async with living.open_async():
            await tasks.rescue.func(SimpleNamespace(app=living), 0)


def test_job_of_a_dead_worker_waits_again(dead_worker):
    job = held(dead_worker, attempts=1)
    asyncio.run(rescue())
    assert state(job) == "todo"


def test_job_that_killed_its_worker_five_times_is_given_up(dead_worker):
    job = held(dead_worker, attempts=tasks.MOST_ATTEMPTS)
    asyncio.run(rescue())
    assert state(job) == "failed"


def test_job_of_a_living_worker_is_left_alone(dead_worker):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now()")
    job = held(dead_worker, attempts=1)
    asyncio.run(rescue())
    assert state(job) == "doing"

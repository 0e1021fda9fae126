"""Background work: each task says for which company it runs, or that it is global."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

from portico.foundation.tenancy.models import Company
from portico.foundation.tenancy.scope import company_scope, current_company_id

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger("portico.tasks")
# A worker's own connector is another connection: what it defers could run before our COMMIT, or in spite of a ROLLBACK.
JOBS_OF_THIS_TRANSACTION = JobManager(DjangoConnector())
RETRY = RetryStrategy(max_attempts=8, wait=0, exponential_wait=3)


class CompanyTask:
    """A task of one company. `defer` is part of the running transaction: rolled back with it."""

    def __init__(self, task: Any) -> None:
        self._task = task

    @property
    def name(self) -> str:
        return str(self._task.name)

    def defer(self, *, queueing_lock: str | None = None, lock: str | None = None, **arguments: Any) -> None:
        """Queue it for the current company. With `queueing_lock`, silently once while one waits."""
        options = {key: value for key, value in (("queueing_lock", queueing_lock), ("lock", lock)) if value}
        try:
            with transaction.atomic():  # a taken lock breaks only the savepoint
                waiting = self._task.configure(**options)
                waiting.job_manager = JOBS_OF_THIS_TRANSACTION
                waiting.defer(company=current_company_id(), **arguments)
        except AlreadyEnqueued:
            return


def company_task(
    *, name: str, queue: str = "default", retry: Any = RETRY
) -> Callable[[Callable[..., Any]], CompanyTask]:
    """Register a function as a task of one company; it runs inside that company's scope, outside any transaction."""

    def register(work: Callable[..., Any]) -> CompanyTask:
        @wraps(work)
        def inside_the_scope(*, company: int, **arguments: Any) -> None:
            with company_scope(company):
                work(**arguments)

        return CompanyTask(app.task(name=name, queue=queue, retry=retry)(inside_the_scope))

    return register


def periodic_for_each_company(*, name: str, cron: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register a function that runs on a schedule, company by company.

    What goes wrong in one company is logged and fails the job at the end; the companies after it have their turn.
    """

    def register(work: Callable[[], Any]) -> Callable[[], Any]:
        @app.periodic(cron=cron)
        @app.task(name=name, queue="default", queueing_lock=name)
        def in_every_company(timestamp: int) -> None:
            failed = [company_id for company_id in all_company_ids() if not _is_done(work, company_id, name)]
            if failed:
                raise PeriodicWorkFailed(f"{name} failed in companies {failed}")

        return work

    return register


class PeriodicWorkFailed(RuntimeError):
    """Scheduled work went wrong in some companies; the log has an entry for each."""


def _is_done(work: Callable[[], Any], company_id: int, name: str) -> bool:
    try:
        with company_scope(company_id):
            work()
    except Exception:
        log.exception("task.failed_in_company", extra={"task": name, "tenant_id": company_id})
        return False
    return True


def all_company_ids() -> list[int]:
    with transaction.atomic():
        return list(Company.objects.order_by("pk").values_list("pk", flat=True))

"""Two dispatchers at once: one step for each change. The twin without the lock writes two."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections

from portico.domain.jobs import operations
from portico.domain.jobs.models import Appointment, AppointmentStep, Job
from portico.foundation.tenancy.scope import company_scope
from portico.kernel.errors import PorticoError
from tests.factories import customers as make
from tests.factories import people
from tests.factories.visits import make_job, make_visit

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def clicked_at_once(company: Any, *clicks: tuple[Any, str]) -> list[Any]:
    """Each click in a thread of its own, let go together; what each gave or raised."""
    barrier, outcome = threading.Barrier(len(clicks)), [None] * len(clicks)

    def run(place: int, visit: Any, status: str) -> None:
        try:
            with company_scope(company.id):
                barrier.wait(10)
                outcome[place] = operations.set_appointment_status(
                    appointment=visit.public_id, status=status, by=people.OFFICE
                )
        except PorticoError as error:
            outcome[place] = error  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, *click)) for place, click in enumerate(clicks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def visits_of_a_job(company: Any, count: int) -> list[Any]:
    with people.inside(company):
        job = make_job(make.make_customer())
        return [make_visit(job) for _ in range(count)]


def steps_after_the_same_click_twice(company: Any) -> int:
    (visit,) = visits_of_a_job(company, 1)
    clicked_at_once(company, (visit, "Dispatched"), (visit, "Dispatched"))
    with people.inside(company):
        return AppointmentStep.objects.filter(appointment=visit).count()


def test_same_click_of_two_writes_one_step() -> None:
    company = people.make_company()
    assert [steps_after_the_same_click_twice(company) for _ in range(ROUNDS)] == [1] * ROUNDS


def test_two_last_visits_done_at_once_complete_the_job() -> None:
    company = people.make_company()
    for _ in range(ROUNDS):
        first, second = visits_of_a_job(company, 2)
        assert clicked_at_once(company, (first, "Done"), (second, "Done")) == [True, True]
        with people.inside(company):
            assert Job.objects.get(pk=first.job_id).status == "Completed"


def test_twin_without_the_lock_writes_two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same operation, its rows only read, and both readers there before either writes."""
    company, met = people.make_company(), threading.Barrier(2)

    def unlocked(appointment: Any) -> tuple[Job, Appointment]:
        visit = Appointment.objects.select_related("job").get(public_id=appointment)
        met.wait(10)
        return visit.job, visit

    monkeypatch.setattr(operations, "_locked", unlocked)
    assert steps_after_the_same_click_twice(company) == 2

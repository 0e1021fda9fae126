from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction

from portico.domain.jobs import imported
from portico.domain.jobs.errors import MissingVisit, VisitOver
from portico.domain.jobs.models import Appointment, AppointmentAssignment, AppointmentStep
from portico.domain.jobs.operations import set_appointment_status
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy import sourced
from tests.factories import customers as make
from tests.factories import people
from tests.factories.visits import make_job, make_visit

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def job(company):
    with people.inside(company):
        yield make_job(make.make_customer("Ana Alvarez"))


def click(visit, status, **said):
    return set_appointment_status(appointment=visit.public_id, status=status, by=people.OFFICE, **said)


def steps_of(visit):
    return list(AppointmentStep.objects.filter(appointment=visit).order_by("pk").values_list("status", "made_by_name"))


@pytest.mark.parametrize(
    ("status", "job_status", "assignment"),
    (
        ("Dispatched", "Dispatched", "Dispatched"),
        ("Working", "InProgress", "Working"),
        ("Hold", "Hold", "Scheduled"),
        ("Done", "Completed", "Done"),
    ),
)
def test_click_sets_visit_technicians_and_job_and_is_kept(job, status, job_status, assignment):
    visit = make_visit(job)
    assert click(visit, status, at=NOON) is True
    visit.refresh_from_db()
    job.refresh_from_db()
    assert (visit.status, job.status) == (status, job_status)
    assert job.completed_at == (NOON if status == "Done" else None)
    assert list(AppointmentAssignment.objects.values_list("status", flat=True)) == [assignment]
    assert list(AppointmentStep.objects.values_list("status", "at", "made_by_name")) == [(status, NOON, "Olga Office")]
    entry = AuditEntry.objects.get(verb="visit.status_set")
    assert (entry.subject_id, entry.facts) == (str(visit.public_id), {"before": "Scheduled", "after": status})
    assert entry.customer_id == job.customer.public_id


def test_same_click_again_changes_and_writes_nothing(job):
    visit = make_visit(job)
    assert [click(visit, "Dispatched"), click(visit, "Dispatched")] == [True, False]
    assert steps_of(visit) == [("Dispatched", "Olga Office")]
    assert AuditEntry.objects.filter(verb="visit.status_set").count() == 1


def test_job_is_completed_only_with_its_last_open_visit(job):
    first, second = make_visit(job), make_visit(job)
    click(first, "Done")
    job.refresh_from_db()
    assert (job.status, job.completed_at) == ("Scheduled", None)
    click(second, "Done", at=NOON)
    job.refresh_from_db()
    assert (job.status, job.completed_at) == ("Completed", NOON)


@pytest.mark.parametrize("status", ("Done", "Canceled"))
def test_visit_that_is_over_is_refused(job, status):
    visit = make_visit(job, status=status)
    with pytest.raises(VisitOver):
        click(visit, "Working")
    assert steps_of(visit) == []


def test_visit_of_a_canceled_job_is_refused(job):
    visit = make_visit(job)
    job.status = "Canceled"
    job.save()
    with pytest.raises(VisitOver):
        click(visit, "Dispatched")


def test_visit_of_nobody_is_missing(job):
    with pytest.raises(MissingVisit):
        set_appointment_status(appointment=uuid4(), status="Done", by=people.OFFICE)


@pytest.mark.parametrize("change", ("update", "delete"))
def test_steps_cannot_be_changed_or_removed(job, change):
    visit = make_visit(job)
    click(visit, "Working")
    rows = AppointmentStep.objects.filter(appointment=visit)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(status="Done") if change == "update" else rows.delete()


def says(status="Scheduled", *, hours=2):
    return {
        "number": "1-1",
        "status": status,
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=2),
        "window_starts_at": NOON,
        "window_ends_at": NOON + timedelta(hours=hours),
        "special_instructions": "",
        "is_confirmed": False,
    }


def write(job, now, before=None, *, at=NOON):
    change = sourced.Change(51, now, before, {"job_id": job.pk})
    imported.write_appointments(changes=[change], changed_at={51: at})
    return Appointment.objects.get(source_id=51)


def test_import_writes_a_step_when_first_seen_changed_or_moved_and_none_else(job):
    visit = write(job, says())
    write(job, says(), says(), at=NOON + timedelta(hours=1))
    write(job, says("Dispatched"), says(), at=NOON + timedelta(hours=2))
    write(job, says("Dispatched", hours=3), says("Dispatched"), at=NOON + timedelta(hours=3))
    assert steps_of(visit) == [("Scheduled", "Import"), ("Dispatched", "Import"), ("Dispatched", "Import")]
    times = AppointmentStep.objects.order_by("pk").values_list("at", flat=True)
    assert list(times) == [NOON, NOON + timedelta(hours=2), NOON + timedelta(hours=3)]


def test_click_here_stays_while_the_source_says_the_same(job):
    visit = write(job, says())
    click(visit, "Working")
    write(job, says(), says())
    visit.refresh_from_db()
    assert visit.status == "Working"
    assert steps_of(visit) == [("Scheduled", "Import"), ("Working", "Olga Office")]


def test_source_wins_where_both_changed(job):
    visit = write(job, says())
    click(visit, "Working")
    write(job, says("Done"), says())
    visit.refresh_from_db()
    assert visit.status == "Done"
    assert steps_of(visit)[-1] == ("Done", "Import")

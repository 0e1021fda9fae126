"""Visits that are booked for something: one that a membership includes, and the work of an accepted estimate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portico.domain.billing import invariants as billing_invariants
from portico.domain.billing.models import Deposit, Invoice
from portico.domain.booking.models import Booking
from portico.domain.capacity.models import AnswerOption, JobTypeScheduling, Question
from portico.domain.estimates.models import Approval, ApprovalUndo
from portico.domain.estimates.operations import invoicing
from portico.domain.jobs.models import Appointment, Job
from portico.domain.memberships.models import Membership, RecurringServiceEvent, RecurringServiceType
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.models import Login
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.domain.estimates import deciding
from tests.faces.customer.test_booking import DETAILS, HOST, Street
from tests.factories import estimates, memberships, people, read, scheduling, visits
from tests.factories.books import Books

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(db: None) -> Street:
    return Street()


def take(street: Street, start: str, window: int = 480, **more: str) -> Any:
    """From what offers the visit to the booked one."""
    windows = street.browser.get(start)
    path, _mark, query = windows.url.partition("?")
    kept = dict(part.split("=") for part in query.split("&"))
    held = street.browser.post(f"{path}hold/", kept | {"slot": street.slot(window), "asked": "1"})
    return street.browser.post(held.url, DETAILS | {"step": "confirm", "key": f"key {window}"} | more)


@pytest.fixture
def event(street: Street) -> RecurringServiceEvent:
    with people.inside(street.company):
        kind = memberships.make_type("Comfort Plan", "Spring tune-up", "Fall tune-up")
        RecurringServiceType.objects.filter(name="Spring tune-up").update(job_type=street.town.kind)
        return memberships.make_visit(memberships.make_membership(street.town.home, kind), days=-3)


def plan_of(street: Street) -> str:
    """The page of the membership."""
    with people.inside(street.company):
        return f"/memberships/{Membership.objects.get().public_id}/"


def due_on_home(street: Street) -> list[str]:
    return read(street.browser.get("/")).rows("due-visit")


def test_due_visit_is_one_tap_from_home_and_is_no_longer_due(street: Street, event: RecurringServiceEvent) -> None:
    start = f"/booking/due/{event.public_id}/"
    assert start in read(street.browser.get("/")).links.values()
    membership = read(street.browser.get(f"{plan_of(street)}"))
    assert membership.links["Book Spring tune-up"] == start
    assert street.browser.get(start).url == f"{street.start}?due={event.public_id}"
    booked = take(street, start)
    assert booked.url.startswith("/appointments/")
    assert due_on_home(street) == []
    with people.inside(street.company):
        event.refresh_from_db()
        assert event.booked_as == Job.objects.get()
    again = street.browser.get(start)
    assert again.url == f"{plan_of(street)}"
    street.browser.post(f"{booked.url}cancel/", {"reason": "Away"})
    assert due_on_home(street) == ["Spring tune-up"]
    assert take(street, start, 600).url.startswith("/appointments/")


def test_due_visit_is_booked_once_though_two_windows_are_held(street: Street, event: RecurringServiceEvent) -> None:
    held = street.hold(due=str(event.public_id))
    with people.inside(street.company):
        job = visits.make_job(street.town.home.customer, status="Scheduled")
        RecurringServiceEvent.objects.update(job=job)
    refused = street.browser.post(held.url, DETAILS | {"step": "confirm"})
    assert refused.status_code == 409
    assert "no longer due" in read(refused).text
    assert street.count(Booking) == 0


def test_due_visit_of_unknown_kind_or_place_starts_at_the_first_step(
    street: Street, event: RecurringServiceEvent
) -> None:
    street.change(RecurringServiceType, job_type=None)
    first = street.browser.get(f"/booking/due/{event.public_id}/")
    assert first.url.startswith("/booking/?")
    (kind,) = [href for href in read(street.browser.get(first.url)).links.values() if href.startswith(street.start)]
    assert kind.endswith(f"due={event.public_id}")


def test_due_visit_asks_the_questions_of_its_kind_and_keeps_what_it_is_for(
    street: Street, event: RecurringServiceEvent
) -> None:
    with people.inside(street.company):
        asked = Question.objects.create(job_type=street.town.kind, position=1, kind="choice", wording="What heater?")
        AnswerOption.objects.create(question=asked, position=1, label="With a tank")
    page = street.browser.get(street.browser.get(f"/booking/due/{event.public_id}/").url)
    assert f'name="due" value="{event.public_id}"' in page.content.decode()


def test_due_visit_of_somebody_else_is_not_found(street: Street, event: RecurringServiceEvent) -> None:
    with people.inside(street.company):
        theirs = memberships.make_visit(memberships.make_membership(scheduling.make_home()), days=-3)
    assert street.browser.get(f"/booking/due/{theirs.public_id}/").status_code == 404
    assert street.hold(due=str(theirs.public_id)).status_code == 404


@pytest.fixture
def estimate(street: Street) -> Any:
    """Accepted, of a job of the bookable kind that waits for its work."""
    with people.inside(street.company):
        town = street.town
        job = visits.make_job(town.home.customer, status="Scheduled", job_type=town.kind, business_unit=town.unit)
        Job.objects.filter(pk=job.pk).update(location=town.home)
        job.refresh_from_db()
        made = estimates.make_estimate(job)
        deciding.noted(made)
        deciding.approve(made, Login.objects.get(email="ana@example.com"))
        return made


def test_accepted_estimate_offers_its_visit_on_the_same_job(street: Street, estimate: Any) -> None:
    start = f"/booking/estimate/{estimate.public_id}/"
    own = f"/estimates/{estimate.public_id}/"
    assert read(street.browser.get("/")).rows("work") == [estimate.name]
    assert read(street.browser.get(own)).links["Choose a time"] == start
    booked = take(street, start)
    with people.inside(street.company):
        (job,) = Job.objects.all()
        visit = Appointment.objects.get()
        assert (visit.job, visit.number, job.status) == (job, f"{job.number}-1", "Scheduled")
        assert Booking.objects.get().estimate == estimate
    page = read(street.browser.get(own))
    assert booked.url in page.links.values()
    assert ("visit" in page.rows("step"), "Choose a time" in page.links) == (True, False)
    assert read(street.browser.get("/")).rows("work") == []
    assert street.browser.get(start).url == own
    street.browser.post(f"{booked.url}cancel/", {"reason": "Away"})
    with people.inside(street.company):
        assert Job.objects.get().status == "Scheduled"
    assert read(street.browser.get(own)).links["Choose a time"] == start


def test_visit_of_the_work_can_be_moved_though_the_first_visit_of_the_job_is_done(
    street: Street, estimate: Any
) -> None:
    with people.inside(street.company):
        visits.make_visit(Job.objects.get(), status="Done", starts_at=clock.now() - timedelta(days=2))
    booked = take(street, f"/booking/estimate/{estimate.public_id}/")
    with people.inside(street.company):
        assert Appointment.objects.get(status="Scheduled").number.endswith("-2")
    street.browser.post(f"{booked.url}move/", {"slot": street.slot(900), "step": "confirm"})
    assert "3–5 PM" in read(street.browser.get(booked.url)).text
    street.browser.post(f"{booked.url}cancel/", {"reason": "Away"})
    assert street.count(Appointment, status="Canceled") == 1


def test_finished_job_gets_a_linked_one_for_the_work(street: Street, estimate: Any) -> None:
    street.change(Job, status="Completed")
    booked = take(street, f"/booking/estimate/{estimate.public_id}/")
    assert street.count(Job) == 2
    assert booked.url in read(street.browser.get(f"/estimates/{estimate.public_id}/")).links.values()


@pytest.mark.parametrize(
    ("change", "told"),
    (
        (lambda street: street.change(JobTypeScheduling, is_self_schedulable=False), "Call us, and we find a time"),
        (lambda street: owe(street), "Pay the deposit first."),
        (lambda street: visit_at(street, "Working"), "The work has begun."),
        (lambda street: visit_at(street, "Scheduled"), "The visit is booked."),
    ),
)
def test_visit_that_cannot_be_booked_says_what_happens_next(
    street: Street, estimate: Any, change: Any, told: str
) -> None:
    held = street.hold(estimate=str(estimate.public_id))
    change(street)
    page = read(street.browser.get(f"/estimates/{estimate.public_id}/"))
    assert told in page.text
    assert "Choose a time" not in page.links
    assert read(street.browser.get("/")).rows("work") == []
    assert street.browser.post(held.url, DETAILS | {"step": "confirm"}).status_code == 409
    assert street.count(Booking) == 0


def test_home_takes_as_many_statements_for_thirty_accepted_estimates(street: Street, estimate: Any) -> None:
    street.browser.get("/")
    with statements(4):
        street.browser.get("/")
    with people.inside(street.company):
        for _one in range(29):
            estimates.approve(estimates.make_estimate(estimate.proposal.job))
    with statements(4):
        street.browser.get("/")


def owe(street: Street) -> None:
    with people.inside(street.company):
        approval = Approval.objects.get()
        job = approval.estimate.proposal.job
        Deposit.objects.create(
            customer=job.customer,
            job=job,
            approval_ref=approval.public_id,
            title="Deposit",
            amount_minor=5000,
            currency="USD",
            created_at=clock.now(),
        )


def visit_at(street: Street, status: str) -> None:
    with people.inside(street.company):
        visits.make_visit(Job.objects.get(), status=status)


@pytest.mark.parametrize("job_status", ("Scheduled", "Completed"))
def test_approval_stands_while_its_visit_is_booked(street: Street, estimate: Any, job_status: str) -> None:
    """Also where the job was done, and another one was made for the work."""
    own, undo = f"/estimates/{estimate.public_id}/", f"/estimates/{estimate.public_id}/undo/"
    change = {"completed_at": clock.now() - timedelta(days=1)} if job_status == "Completed" else {}
    street.change(Job, status=job_status, **change)
    assert undo in read(street.browser.get(own)).links.values()
    booked = take(street, f"/booking/estimate/{estimate.public_id}/")
    assert undo not in read(street.browser.get(own)).links.values()
    for answer in (street.browser.get(undo), street.browser.post(undo)):
        assert (answer.status_code, "Cancel the visit first" in read(answer).text) == (409, True)
    with people.inside(street.company):
        olga = people.sign_in(people.office(HOST), people.make_staff())
    told = olga.get(own).content.decode()
    assert ("Take the approval back" in told, "once the visit that is booked for it is canceled" in told) == (
        False,
        True,
    )
    olga.post(undo)
    assert street.count(ApprovalUndo) == 0
    street.browser.post(f"{booked.url}cancel/", {"reason": "Away"})
    assert undo in read(street.browser.get(own)).links.values()
    assert street.browser.post(undo).status_code == 303
    assert street.count(ApprovalUndo) == 1


@pytest.mark.parametrize("status", ("Dispatched", "Working", "Done"))
def test_approval_stands_once_the_work_began_on_another_job(street: Street, estimate: Any, status: str) -> None:
    street.change(Job, status="Completed", completed_at=clock.now() - timedelta(days=1))
    take(street, f"/booking/estimate/{estimate.public_id}/")
    street.change(Appointment, status=status)
    refused = street.browser.post(f"/estimates/{estimate.public_id}/undo/")
    assert (refused.status_code, "The work has begun" in read(refused).text) == (409, True)


def kept_for(estimate: Any) -> Deposit:
    """The deposit of its approval, whose money is here."""
    work = estimate.proposal.job
    deposit = Books(work.customer).keep(5000, ago=0)
    other, deposit.job = deposit.job, work
    deposit.approval_ref = Approval.objects.get().public_id
    deposit.save()
    other.delete()
    return deposit


def billed(street: Street, estimate: Any) -> tuple[int | None, int, list[Any]]:
    """On which job its invoice is, what was put on it, and what billing has broken in the books."""
    with company_scope(street.company.id):
        before = billing_invariants.check()  # the factory's payment has neither a try nor a receipt
        made = invoicing.make_invoice(estimate=estimate.public_id, by=people.OFFICE)
        broken = [one for one in billing_invariants.check() if one not in before]
    with people.inside(street.company):
        invoice = Invoice.objects.get(public_id=made)
        return invoice.job_id, invoice.paid_minor, broken


@pytest.mark.parametrize("is_canceled", (False, True))
def test_deposit_pays_the_invoice_of_the_job_on_which_its_work_is_done(
    street: Street, estimate: Any, is_canceled: bool
) -> None:
    street.change(Job, status="Completed")
    with people.inside(street.company):
        deposit, own = kept_for(estimate), Job.objects.get()
    booked = take(street, f"/booking/estimate/{estimate.public_id}/")
    with people.inside(street.company):
        made = Job.objects.exclude(pk=own.pk).get()
        assert Deposit.objects.get().job_id == made.pk
    if is_canceled:
        street.browser.post(f"{booked.url}cancel/", {"reason": "Away"})
    assert billed(street, estimate) == (own.pk if is_canceled else made.pk, 5000, [])
    with people.inside(street.company):
        deposit.refresh_from_db()
        assert (deposit.job_id, deposit.released_at is None) == (own.pk if is_canceled else made.pk, False)


def test_deposit_stays_with_its_job_where_the_work_is_done_there(street: Street, estimate: Any) -> None:
    with people.inside(street.company):
        kept_for(estimate)
        own = Job.objects.get()
    take(street, f"/booking/estimate/{estimate.public_id}/")
    assert street.count(AuditEntry, verb="deposit.moved") == 0
    assert billed(street, estimate) == (own.pk, 5000, [])

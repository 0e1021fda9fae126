"""Taking an approval back: within the window, as long as nothing followed; then everything waits again."""

from datetime import timedelta

import pytest

from portico.domain.billing.models import Deposit, Invoice, Payment
from portico.domain.estimates.errors import MissingApproval, UndoBarred
from portico.domain.estimates.models import ApprovalUndo, Estimate, EstimateEvent, EstimatePolicy, Proposal
from portico.domain.estimates.operations import undoing
from portico.domain.jobs.operations import set_appointment_status
from portico.foundation.audit.models import AuditEntry
from portico.kernel import clock, ids
from tests.domain.estimates.deciding import LINES, actor, approve, noted, states
from tests.factories import people
from tests.factories.billing import make_invoice
from tests.factories.estimates import make_estimate, make_options
from tests.factories.visits import make_job, make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(home):
    made = make_options(home)
    noted(*made)
    return made


def bar_of(approval, ana):
    with pytest.raises(UndoBarred) as refused:
        undoing.undo(approval=approval, by=actor(ana))
    return refused.value.bar


def test_undo_opens_the_estimate_and_what_was_closed_by_it(options, ana):
    good, better, best = options
    Estimate.objects.filter(pk=best.pk).update(status="Withdrawn")
    made = approve(better, ana)
    undoing.undo(approval=made, by=actor(ana))
    assert states(good, better, best) == [("Open", False), ("Open", False), ("Withdrawn", False)]
    assert Proposal.objects.get().state == "open"
    story = EstimateEvent.objects.order_by("pk").values_list("estimate__name", "kind")
    assert list(story) == [("Better", "approved"), ("Good", "closed"), ("Better", "undone"), ("Good", "reopened")]
    assert AuditEntry.objects.get(verb="estimate.approval_undone").subject_id == str(made)


def test_undo_leaves_what_was_declined_before_declined(options, ana):
    good, better, best = options
    Estimate.objects.filter(pk=good.pk).update(status="Dismissed", decided_at=clock.now())
    Estimate.objects.filter(pk=best.pk).update(
        status="Dismissed", is_other_chosen=True, decided_at=clock.now() - timedelta(days=3)
    )
    undoing.undo(approval=approve(better, ana), by=actor(ana))
    assert states(*options) == [("Dismissed", False), ("Open", False), ("Dismissed", True)]


def test_undo_again_does_nothing(options, ana):
    made = approve(options[0], ana)
    undoing.undo(approval=made, by=actor(ana))
    again = approve(options[1], ana)
    undoing.undo(approval=made, by=actor(ana))
    assert list(ApprovalUndo.objects.values_list("approval__public_id", flat=True)) == [made]
    assert again != made
    assert states(options[1]) == [("Sold", False)]


def test_undo_by_the_office_says_so(options, ana):
    undoing.undo(approval=approve(options[0], ana), by=people.OFFICE)
    undo = ApprovalUndo.objects.get()
    assert (undo.by_office, undo.made_by_name) == (True, "Olga Office")


@pytest.mark.parametrize(("hours", "is_too_late"), ((2, True), (4, False), (0, True)))
def test_undo_ends_with_the_companys_window(options, ana, time_machine, hours, is_too_late):
    EstimatePolicy.objects.create(undo_hours=hours)
    made = approve(options[0], ana)
    time_machine.move_to(clock.real_now() + timedelta(hours=3))
    if is_too_late:
        assert bar_of(made, ana) == "too_late"
    else:
        undoing.undo(approval=made, by=actor(ana))
    assert ApprovalUndo.objects.exists() is not is_too_late


@pytest.mark.parametrize("status", ("Dispatched", "Working", "Done"))
def test_undo_is_barred_once_somebody_was_sent(options, ana, status):
    made = approve(options[0], ana)
    visit = make_visit(options[0].proposal.job)
    set_appointment_status(appointment=visit.public_id, status=status, by=people.OFFICE)
    assert bar_of(made, ana) == "work_began"


def test_visit_before_the_approval_bars_nothing(options, ana):
    visit = make_visit(options[0].proposal.job)
    set_appointment_status(
        appointment=visit.public_id, status="Done", by=people.OFFICE, at=clock.now() - timedelta(hours=1)
    )
    undoing.undo(approval=approve(options[0], ana), by=actor(ana))
    assert states(options[0]) == [("Open", False)]


def test_undo_is_barred_once_it_is_billed(options, ana, home):
    made = approve(options[0], ana)
    invoice = make_invoice(home)
    Estimate.objects.filter(pk=options[0].pk).update(invoice=invoice)
    assert bar_of(made, ana) == "invoiced"
    Invoice.objects.update(state="void")
    undoing.undo(approval=made, by=actor(ana))
    assert states(options[0]) == [("Open", False)]


@pytest.mark.parametrize(
    ("columns", "is_barred"),
    (
        ({}, True),
        ({"created_at": -2, "issued_in": 1}, True),
        ({"created_at": -2}, False),
        ({"state": "void"}, False),
        ({"total": 0}, False),
    ),
)
def test_undo_is_barred_by_an_imported_bill_that_came_to_its_job_afterwards(options, ana, home, columns, is_barred):
    made, now = approve(options[0], ana), clock.now()
    told = {**columns, "created_at": now + timedelta(hours=columns.get("created_at", 0))}
    told["issued_on"] = clock.today(home.branch.time_zone) + timedelta(days=told.pop("issued_in", 0))
    make_invoice(home, job=options[0].proposal.job, source_id=77, **told)
    if is_barred:
        assert bar_of(made, ana) == "invoiced"
    else:
        undoing.undo(approval=made, by=actor(ana))
    assert ApprovalUndo.objects.exists() is not is_barred


def test_undo_is_barred_by_a_bill_of_another_job_never(options, ana, home):
    made = approve(options[0], ana)
    make_invoice(home, job=make_job(home), source_id=77)
    undoing.undo(approval=made, by=actor(ana))
    assert states(options[0]) == [("Open", False)]


@pytest.mark.parametrize("status", ("Dispatched", "Working"))
def test_undo_is_barred_while_an_imported_visit_is_under_way(options, ana, status):
    """Imported visits have no steps of ours."""
    made = approve(options[0], ana)
    make_visit(options[0].proposal.job, status=status)
    assert bar_of(made, ana) == "work_began"


def test_undo_takes_the_question_for_a_deposit_back(home, ana):
    estimate = make_estimate(home, lines=LINES, deposit_kind="fixed", deposit_minor=5_000)
    noted(estimate)
    undoing.undo(approval=approve(estimate, ana), by=actor(ana))
    assert Deposit.objects.get().canceled_at is not None


def test_undo_is_barred_while_the_deposit_is_on_its_way(home, ana):
    estimate = make_estimate(home, lines=LINES, deposit_kind="fixed", deposit_minor=5_000)
    noted(estimate)
    made = approve(estimate, ana)
    Payment.objects.create(
        customer=home, deposit=Deposit.objects.get(), amount_minor=5_000, state="processing", created_at=clock.now()
    )
    assert bar_of(made, ana) == "deposit_paid"
    assert states(estimate) == [("Sold", False)]


def test_unknown_approval_is_missing(options, ana):
    with pytest.raises(MissingApproval):
        undoing.undo(approval=ids.new_public_id(), by=actor(ana))

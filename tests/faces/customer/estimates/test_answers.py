"""Declining, asking, asking anew, taking back; what a household member may; that a look is kept; the proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from portico.domain.billing.models import Deposit, Payment
from portico.domain.customers import operations as customers
from portico.domain.customers.enums import Right
from portico.domain.customers.household_rules import Given, complete
from portico.domain.customers.models import Customer
from portico.domain.estimates.models import (
    Approval,
    Estimate,
    EstimateEvent,
    EstimateItem,
    EstimateMessage,
    EstimatePolicy,
)
from portico.domain.jobs.models import Job
from portico.foundation.people import operations as people_operations
from portico.foundation.people.models import Login
from portico.foundation.tenancy.companies import CompanyRow
from portico.kernel import clock
from tests.domain.estimates import deciding
from tests.faces.customer.estimates.test_approving import address, post, shown
from tests.factories import drain, people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.estimates import line, make_estimate, make_options
from tests.factories.visits import make_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def pump(company: CompanyRow, ortega: Customer) -> Estimate:
    with people.inside(company):
        return make_estimate(ortega, name="New pump", lines=[line("Pump", 90000), line("Cover", 900, is_optional=True)])


def states(company: CompanyRow, *estimates: Estimate) -> list[str]:
    with people.inside(company):
        return [state for state, _other in deciding.states(*estimates)]


def approved(company: CompanyRow, estimate: Estimate, email: str = "maria@example.com") -> UUID:
    with people.inside(company):
        return deciding.approve(estimate, Login.objects.get(email=email))


def test_decline_takes_all_options_with_the_reason(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    with people.inside(company):
        options = make_options(ortega)
        EstimatePolicy.objects.create(decline_reasons=["Too expensive", "Another contractor"])
    form = read(maria.get(address(options[0], "decline/")))
    assert ("Decline all 3 options" in form.text, "Too expensive" in form.text) == (True, True)
    sent = maria.post(address(options[0], "decline/"), {"reason": "Too expensive", "text": "Sorry."})
    assert (sent.status_code, states(company, *options)) == (303, ["Dismissed"] * 3)
    with people.inside(company):
        assert EstimateEvent.objects.filter(kind="declined", note="Too expensive\nSorry.").count() == 3
    page = read(maria.get(address(options[0], "")))
    assert ("This estimate was declined." in page.text, "Ask for a new one" in page.links) == (True, False)


def test_decline_needs_no_reason_and_refuses_a_foreign_one(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    with people.inside(company):
        EstimatePolicy.objects.create(decline_reasons=["Too expensive"])
    bad = maria.post(address(pump, "decline/"), {"reason": "<b>", "text": "kept"})
    assert (bad.status_code, "kept" in bad.content.decode(), states(company, pump)) == (422, True, ["Open"])
    assert (maria.post(address(pump, "decline/")).status_code, states(company, pump)) == (303, ["Dismissed"])


def test_question_about_a_line_stays_on_the_page(
    company: CompanyRow, maria: Client, luis: Client, pump: Estimate
) -> None:
    with people.inside(company):
        item = EstimateItem.objects.get(estimate=pump, name="Cover").public_id
    empty = maria.post(address(pump, "ask/"), {"about": f"{pump.public_id}:{item}", "text": " "})
    assert (empty.status_code, "Write your question." in empty.content.decode()) == (422, True)
    sent = maria.post(address(pump, "ask/"), {"about": f"{pump.public_id}:{item}", "text": "Is it <b>steel</b>?"})
    said = read(luis.get(address(pump, ""))).row("message", "Maria Ortega").text
    assert (sent.status_code, "Is it <b>steel</b>?" in said, "about Cover" in said) == (303, True, True)


def test_question_about_what_is_not_here_is_refused(
    company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate
) -> None:
    with people.inside(company):
        other = make_estimate(ortega)
    sent = maria.post(address(pump, "ask/"), {"about": str(other.public_id), "text": "Hm?"})
    with people.inside(company):
        assert (sent.status_code, EstimateMessage.objects.count()) == (422, 0)


def test_expired_estimate_says_so_and_takes_a_wish_for_a_new_one(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        old = make_estimate(ortega, name="Old offer", expires_in=-2)
    page = read(maria.get(address(old, "")))
    assert ("This estimate has expired." in page.text, page.links["Ask for a new one"]) == (
        True,
        address(old, "renew/"),
    )
    assert maria.get(address(old)).headers["Location"] == address(old, "")
    assert maria.post(address(old, "renew/"), {"text": "Same pump, please"}).status_code == 303
    with people.inside(company):
        assert list(EstimateMessage.objects.values_list("kind", "text")) == [("renewal", "Same pump, please")]


def begun(job: Job) -> None:
    make_visit(job, status="Working")


def billed_elsewhere(job: Job) -> None:
    make_invoice(job.customer, job=job, source_id=77)


def deposit_on_its_way(job: Job) -> None:
    wanted = {"deposit": Deposit.objects.get(), "amount_minor": 5_000, "state": "processing"}
    Payment.objects.create(customer=job.customer, created_at=clock.now(), **wanted)


@pytest.mark.parametrize(
    ("follows", "said"),
    (
        (begun, "The work has begun"),
        (billed_elsewhere, "The work is billed"),
        (deposit_on_its_way, "The deposit"),
        (lambda job: EstimatePolicy.objects.create(undo_hours=0), "The time for taking this approval back is over."),
    ),
)
def test_undo_is_not_offered_and_refused_in_words_once_something_followed(
    company: CompanyRow, ortega: Customer, maria: Client, follows: Callable[[Job], object], said: str
) -> None:
    with people.inside(company):
        estimate = make_estimate(ortega, deposit_kind="fixed", deposit_minor=5_000)
    approved(company, estimate)
    assert "undo/" in maria.get(address(estimate, "")).text
    with people.inside(company):
        follows(estimate.proposal.job)
    assert "undo/" not in maria.get(address(estimate, "")).text
    for answer in (maria.get(address(estimate, "undo/")), maria.post(address(estimate, "undo/"))):
        assert (answer.status_code, said in read(answer).text, "Take it back" in answer.text) == (409, True, False)
    assert states(company, estimate) == ["Sold"]


def test_waiting_estimate_cannot_be_renewed_nor_undone(maria: Client, pump: Estimate) -> None:
    assert {maria.post(address(pump, act)).status_code for act in ("renew/", "undo/")} == {303}
    assert maria.get(address(pump, "proof/")).status_code == 404


def test_withdrawn_estimate_is_told_kindly_and_shows_no_lines(
    company: CompanyRow, ortega: Customer, maria: Client
) -> None:
    with people.inside(company):
        gone = make_estimate(ortega, name="Gone", status="Withdrawn", lines=[line("Secret pump", 12300)])
    page = read(maria.get(address(gone, "")))
    assert (page.status, "No longer offered" in page.text) == (200, True)
    assert ("Secret pump" in page.text, "123" in page.text) == (False, False)
    assert [maria.get(address(gone, act)).status_code for act in ("ask/", "decline/", "renew/")] == [404] * 3
    assert maria.get(address(gone)).status_code == 303


def test_approval_is_taken_back_within_the_window(company: CompanyRow, ortega: Customer, maria: Client) -> None:
    with people.inside(company):
        options = make_options(ortega)
    approved(company, options[1])
    page = read(maria.get(address(options[1], "")))
    assert ("You can take this back until" in page.text, "Take this approval back" in page.links) == (True, True)
    assert maria.post(address(options[1], "undo/")).status_code == 303
    assert states(company, *options) == ["Open"] * 3


@pytest.mark.parametrize("change", ({"status": "InProgress"}, {"status": "Completed", "completed_at": True}))
def test_approval_stands_once_the_work_began(
    company: CompanyRow, maria: Client, pump: Estimate, change: dict[str, object]
) -> None:
    approved(company, pump)
    columns = change | ({"completed_at": clock.now() + timedelta(hours=1)} if "completed_at" in change else {})
    with people.inside(company):
        Job.objects.update(**columns)
    assert "Take this approval back" not in read(maria.get(address(pump, ""))).text
    response = maria.post(address(pump, "undo/"))
    assert (response.status_code, "no longer be taken back" in response.content.decode()) == (409, True)
    assert states(company, pump) == ["Sold"]


def test_window_of_the_office_decides(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    approved(company, pump)
    with people.inside(company):
        EstimatePolicy.objects.create(undo_hours=0)
    assert "Take this approval back" not in read(maria.get(address(pump, ""))).text
    assert maria.post(address(pump, "undo/")).status_code == 409


def test_proof_is_there_for_readers_with_prices(
    company: CompanyRow, maria: Client, luis: Client, pump: Estimate
) -> None:
    approved(company, pump)
    assert maria.get(address(pump, "proof/")).status_code == 404
    drain()
    response = maria.get(address(pump, "proof/"))
    assert (response.status_code, response.content[:5], response.headers["Content-Type"]) == (
        200, b"%PDF-", "application/pdf",
    )  # fmt: skip
    assert "Signed copy (PDF)" in read(maria.get(address(pump, ""))).links
    assert luis.get(address(pump, "proof/")).status_code == 404


def member(company: CompanyRow, ortega: Customer, rights: frozenset[Right], limit: int | None) -> Client:
    with people.inside(company):
        login = people.make_login("nora@example.com", name="Nora New")
        let_in = customers.invite_member(
            customer=ortega.public_id,
            location=None,
            email=login.email,
            given=Given(complete(rights | {Right.HISTORY}), approve_up_to_minor=limit),
            message="",
            owner="maria@example.com",
            by=people.OFFICE,
        )
        by = people_operations.actor_of(login, "")
        customers.accept_household(member=let_in, email=login.email, name=login.name, by=by)
    return people.sign_in(people.portal(), login)


@pytest.mark.parametrize(("limit", "status"), ((89999, 403), (90000, 303), (90899, 303)))
def test_member_approves_up_to_the_limit(
    company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate, limit: int, status: int
) -> None:
    nora = member(company, ortega, frozenset({Right.APPROVE}), limit)
    page = read(nora.get(address(pump, "")))
    assert "You can approve up to $" in page.text
    assert (post(nora, pump, "confirm", shown(company, pump)).status_code) == status


def test_limit_counts_what_is_ticked(company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate) -> None:
    nora = member(company, ortega, frozenset({Right.APPROVE}), 90000)
    with people.inside(company):
        cover = str(EstimateItem.objects.get(estimate=pump, name="Cover").public_id)
    response = post(nora, pump, "confirm", shown(company, pump), item=cover)
    assert (response.status_code, "You can approve up to $900.00." in response.content.decode()) == (403, True)


def test_member_with_prices_alone_looks(company: CompanyRow, ortega: Customer, maria: Client, pump: Estimate) -> None:
    nora = member(company, ortega, frozenset({Right.PRICES}), None)
    page = read(nora.get(address(pump, "")))
    assert ("$900.00" in page.text, "Continue to sign" in page.text) == (True, False)
    assert "The owner of the account can approve it." in page.text
    assert nora.post(address(pump, "decline/")).status_code == 404


def test_look_is_kept_once_for_each_version(company: CompanyRow, maria: Client, pump: Estimate) -> None:
    def looks() -> list[int]:
        with people.inside(company):
            return list(EstimateEvent.objects.filter(kind="viewed").order_by("pk").values_list("version_n", flat=True))

    found = [looks()]
    for _look in range(2):
        maria.get(address(pump, ""))
        found.append(looks())
    with people.inside(company):
        pump.refresh_from_db()
        pump.summary = "New words"
        pump.save()
        deciding.noted(pump)
    maria.get(address(pump, ""))
    assert [*found, looks()] == [[], [1], [1], [1, 2]]


@pytest.mark.parametrize("count", (1, 20))
def test_pages_of_an_accepted_proposal_take_a_fixed_number_of_statements(
    company: CompanyRow, ortega: Customer, maria: Client, count: int
) -> None:
    with people.inside(company):
        options = make_options(ortega, *((f"Option {n}", 1000 * (n + 1)) for n in range(count)))
    approved(company, options[0])
    maria.get(address(options[0], ""))
    with statements(4):  # the work to be booked, and its deposit
        maria.get(address(options[0], ""))
    with people.inside(company):
        assert Approval.objects.count() == 1

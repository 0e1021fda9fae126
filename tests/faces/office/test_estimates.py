"""Estimates in the office: writing, sending, answering, approvals by phone, billing."""

import pytest

from portico.domain.billing.models import Deposit, Invoice, LedgerEntry, Payment
from portico.domain.estimates.models import Approval, Estimate, EstimateMessage, EstimatePolicy
from portico.domain.estimates.operations import asking
from portico.domain.estimates.queries import proofs
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.counting import statements
from tests.domain.estimates import deciding
from tests.factories import customers as make
from tests.factories import drain, people, read, visits
from tests.factories.estimates import line, make_estimate, make_options

LIST, PAGE = 2, 5
FORM = {
    "name": "Better",
    "summary": "A new furnace.",
    "tax_percent": "8.25",
    "expires_on": "2030-01-31",
    "deposit_kind": "percent",
    "deposit_percent": "10",
    "rows": "3",
    "name_0": "Furnace",
    "quantity_0": "1",
    "price_0": "2,000.00",
    "member_price_0": "1800",
    "kind_0": "always",
    "is_taxable_0": "on",
    "sku_0": "F-1",
    "name_1": "Thermostat",
    "quantity_1": "2",
    "price_1": "90",
    "kind_1": "suggested",
    "quantity_2": "1",
    "kind_2": "always",
    "is_taxable_2": "on",
}


ITEM = {
    "ref": "", "name": "Pipe", "description": "", "quantity": "1", "price": "10", "member_price": "", "kind": "always",
    "is_taxable": "on", "sku": "",
}  # fmt: skip


@pytest.fixture
def home(company):
    with people.inside(company):
        yield make.make_customer("Alvarez", "ana@example.com")


@pytest.fixture
def job(home):
    return visits.make_job(home)


@pytest.fixture
def ana(home):
    return people.make_login("ana@example.com", name="Ana Alvarez")


def path(estimate: Estimate, act: str = "") -> str:
    return f"/estimates/{estimate.public_id}/{act and act + '/'}"


def only(**found) -> Estimate:
    return Estimate.objects.get(**found)


def test_estimate_is_written_on_a_job_and_shown_there_and_in_the_list(olga, job, home):
    answer = olga.post(f"/jobs/{job.public_id}/estimates/new/", FORM)
    estimate = only()
    assert (answer.status_code, answer["Location"]) == (302, path(estimate))
    assert (estimate.total_minor, estimate.items.count(), estimate.deposit_kind) == (216_500, 2, "percent")
    for where in (path(estimate), "/estimates/?state=draft", f"/customers/{home.public_id}/jobs/{job.public_id}/"):
        assert "Better" in olga.get(where).text


def test_second_one_becomes_an_option_of_the_first(olga, job):
    first = make_estimate(job)
    where = f"/jobs/{job.public_id}/estimates/new/?proposal={first.proposal.public_id}"
    assert "It becomes an option beside" in olga.get(where).text
    olga.post(where, FORM)
    assert only(name="Better").proposal_id == first.proposal_id


def test_more_lines_keep_what_was_typed_and_write_nothing(olga, job):
    answer = olga.post(f"/jobs/{job.public_id}/estimates/new/", FORM | {"act": "more", "price_1": "nonsense"})
    fields = next(form.fields for form in read(answer).forms if "name_0" in form.fields)
    assert (answer.status_code, fields["rows"], fields["name_0"], fields["price_1"]) == (
        200,
        "8",
        "Furnace",
        "nonsense",
    )
    assert Estimate.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ({"name": ""}, "This field is required."),
        ({"price_0": "-5", "price_1": "1", "member_price_0": ""}, "The rebates come to more than the rest."),
        ({"price_0": "--5"}, "is not an amount"),
        ({"member_price_0": "-5"}, "below zero only for a rebate"),
        ({"price_0": "a lot"}, "is not an amount"),
        ({"price_0": "99999999999"}, "That is more"),
        ({"quantity_1": "-2"}, "greater than or equal"),
        ({"quantity_1": "two"}, "Enter a number."),
        ({"name_0": ""}, "Give the item a name."),
        ({"member_price_0": "2500"}, "no more than the price"),
        ({"tax_percent": "180"}, "less than or equal"),
        ({"expires_on": "2001-01-01"}, "This day is over."),
        ({"deposit_percent": ""}, "Enter the percentage"),
        ({"name_0": "", "price_0": "", "sku_0": "", "name_1": "", "price_1": ""}, "Enter at least one item."),
    ),
)
def test_wrong_input_is_told_by_field_and_what_was_typed_stays(olga, job, typed, told):
    answer = olga.post(f"/jobs/{job.public_id}/estimates/new/", FORM | typed)
    page = read(answer)
    fields = next(form.fields for form in page.forms if "name_0" in form.fields)
    assert (answer.status_code, told in page.text, {name: fields[name] for name in typed}) == (422, True, typed)
    assert (fields["quantity_0"], Estimate.objects.count()) == ("1", 0)


def test_open_one_is_changed_with_a_new_version_and_the_difference_is_told(olga, job):
    estimate = make_estimate(job, lines=[line("Thermostat", 18_000)])
    form = next(form for form in read(olga.get(path(estimate, "edit"))).forms if "name_0" in form.fields)
    olga.post(path(estimate, "edit"), form.fields | {"price_0": "210", "act": "save"})
    page = read(olga.get(path(estimate)))
    estimate.refresh_from_db()
    assert (estimate.version, "Thermostat: $180.00 → $210.00" in page.text) == (2, True)


def test_one_with_more_items_than_the_page_holds_is_not_edited_here(olga, job):
    estimate = make_estimate(job, lines=[line(f"Item {nth}", 100) for nth in range(41)])
    told = "It has 41 items, and at most 40 can be edited here. Write a new estimate instead."
    page = olga.get(path(estimate))
    assert (told in read(page).text, path(estimate, "edit") in page.text) == (True, False)
    assert told in read(olga.get(path(estimate, "edit"), follow=True)).text
    olga.post(path(estimate, "withdraw"))
    assert deciding.states(estimate) == [("Withdrawn", False)]


def test_as_many_items_as_the_page_holds_are_saved_and_no_more_rows_are_offered(olga, job):
    where = f"/jobs/{job.public_id}/estimates/new/"
    rows = {f"{name}_{nth}": value for nth in range(40) for name, value in ITEM.items()}
    assert "Add lines" in olga.post(where, FORM | {"act": "more", "rows": "34"}).text
    full = olga.post(where, FORM | rows | {"act": "more", "rows": "38"})
    assert ("Add lines" in full.text, "There is no room for more items." in read(full).text) == (False, True)
    refused = olga.post(where, FORM | rows | {"rows": "41", "name_40": "One more", "price_40": "1"})
    assert (refused.status_code, "There is room for at most 40 items." in read(refused).text) == (422, True)
    assert olga.post(where, FORM | rows | {"rows": "40"}).status_code == 302
    assert only().items.count() == 40


@pytest.mark.parametrize("typed", ("-25", "\u2212$25.00", "-$25"))
def test_rebate_is_typed_with_a_minus_and_edited_again(olga, job, typed):
    olga.post(f"/jobs/{job.public_id}/estimates/new/", FORM | {"name_2": "Rebate", "price_2": typed})
    estimate = only()
    assert estimate.items.get(name="Rebate").total_minor == -2_500
    form = next(form for form in read(olga.get(path(estimate, "edit"))).forms if "name_0" in form.fields)
    assert (form.fields["price_2"], olga.post(path(estimate, "edit"), form.fields | {"act": "save"}).status_code) == (
        "-25.00",
        302,
    )
    estimate.refresh_from_db()
    assert (estimate.version, "\u2212$25.00" in olga.get(path(estimate)).text) == (1, True)


def test_accepted_one_cannot_be_changed(olga, job, ana):
    estimate = make_estimate(job)
    form = next(form for form in read(olga.get(path(estimate, "edit"))).forms if "name_0" in form.fields)
    deciding.approve(estimate, ana)
    answer = olga.post(path(estimate, "edit"), form.fields | {"price_0": "1", "act": "save"})
    assert (answer.status_code, "This estimate is accepted." in read(answer).text) == (409, True)


def test_estimate_is_sent_answered_and_withdrawn(olga, job, ana):
    estimate, other = make_options(job, ("Good", 100), ("Best", 200), status="Draft")
    page = read(olga.get(path(estimate)))
    form = next(form for form in page.forms if "token" in form.fields)
    token = {"token": form.fields["token"], "with_options": "on"}
    assert olga.post(path(estimate, "send"), token).status_code == 422
    olga.post(path(estimate, "send"), token | {"to_emails": "ana@example.com"})
    assert deciding.states(estimate, other) == [("Open", False), ("Open", False)]
    assert Message.objects.get(kind="estimate").to_email == "ana@example.com"
    question = asking.ask(estimate=estimate.public_id, item=None, text="With filter?", by=deciding.actor(ana))
    assert "With filter?" in olga.get("/estimates/?state=questions").text
    refused = olga.post(path(estimate, "answer"), {"question": question, "text": " "})
    olga.post(path(estimate, "answer"), {"question": question, "text": "Yes, it is."})
    assert (refused.status_code, EstimateMessage.objects.filter(kind="answer").count()) == (422, 1)
    assert Message.objects.get(kind="estimate_answer").to_email == "ana@example.com"
    olga.post(path(estimate, "withdraw"))
    assert deciding.states(estimate, other) == [("Withdrawn", False), ("Open", False)]


def test_question_of_another_estimate_is_not_answered_here(olga, job, ana):
    estimate, other = make_estimate(job), make_estimate(job)
    question = asking.ask(estimate=estimate.public_id, item=None, text="With filter?", by=deciding.actor(ana))
    assert olga.post(path(other, "answer"), {"question": question, "text": "Yes"}).status_code == 404


def test_approval_by_phone_is_taken_down_billed_and_shown(olga, job, home):
    estimate = make_estimate(job, lines=deciding.LINES)
    page = read(olga.get(path(estimate, "phone-approval")))
    shown = next(form for form in page.forms if "shown" in form.fields).fields["shown"]
    told = {"shown": shown, "signer_name": "Ana Alvarez", "note": "Called at noon."}
    assert olga.post(path(estimate, "phone-approval"), told | {"note": ""}).status_code == 422
    assert olga.post(path(estimate, "phone-approval"), told).status_code == 302
    text = olga.get(path(estimate)).text
    assert ("Ana Alvarez approved it by phone" in text, "Called at noon." in text) == (True, True)
    answer = olga.post(path(estimate, "invoice"))
    invoice = Invoice.objects.get()
    assert answer["Location"] == f"/customers/{home.public_id}/invoices/{invoice.public_id}/"
    assert invoice.total_minor == Approval.objects.get().total_minor
    assert invoice.number in olga.get(path(estimate)).text


def test_changed_estimate_is_not_approved_by_phone_and_the_difference_is_shown(olga, job):
    estimate = make_estimate(job, lines=[line("Thermostat", 18_000)])
    old = deciding.shown(estimate)
    estimate.items.update(price_minor=21_000, total_minor=21_000)
    Estimate.objects.update(subtotal_minor=21_000, total_minor=21_000)
    deciding.noted(estimate)
    told = {"shown": old, "signer_name": "Ana Alvarez", "note": "Called."}
    answer = olga.post(path(estimate, "phone-approval"), told)
    assert (answer.status_code, "Thermostat: $180.00 → $210.00" in answer.text) == (409, True)
    assert Approval.objects.count() == 0


def test_office_takes_an_approval_back(olga, job, ana):
    estimate = make_estimate(job)
    deciding.approve(estimate, ana)
    olga.post(path(estimate, "undo"))
    assert deciding.states(estimate) == [("Open", False)]


@pytest.mark.parametrize(
    ("columns", "said"),
    (
        ({"status": "Working"}, "It can no longer be taken back: the work has begun."),
        ({"undo_hours": 0}, "The time for taking it back is over."),
    ),
)
def test_office_is_not_offered_to_take_back_what_stands(olga, job, ana, columns, said):
    estimate = make_estimate(job)
    deciding.approve(estimate, ana)
    offered = path(estimate, "undo")
    assert offered in olga.get(path(estimate)).text
    if "status" in columns:
        visits.make_visit(job, **columns)
    else:
        EstimatePolicy.objects.create(**columns)
    page = olga.get(path(estimate)).text
    assert (offered in page, said in page) == (False, True)
    refused = olga.post(offered, follow=True)
    assert ("Call us." in read(refused).text, deciding.states(estimate)) == (True, [("Sold", False)])


def test_signed_copy_is_there_for_the_office_once_the_worker_has_made_it(olga, staff, home, ana):
    estimate = make_estimate(home)
    made = deciding.approve(estimate, ana)
    assert olga.get(path(estimate, "proof")).status_code == 404
    assert path(estimate, "proof") not in olga.get(path(estimate)).text
    drain()
    paper = proofs.paper_of(approval=made)
    for client in (olga, staff(StaffRole.ACCOUNTANT)):
        answer = client.get(path(estimate, "proof"))
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/pdf", paper)
        assert path(estimate, "proof") in client.get(path(estimate)).text


def test_deposit_and_how_it_stands_are_told_in_the_office(olga, job, ana):
    estimate = make_estimate(job, deposit_kind="fixed", deposit_minor=5_000)
    deciding.approve(estimate, ana)
    assert "$50.00 · To pay" in read(olga.get(path(estimate))).text
    paid = Payment.objects.create(
        customer=job.customer, deposit=Deposit.objects.get(), amount_minor=5_000, state="succeeded",
        received_minor=5_000, created_at=clock.now(),
    )  # fmt: skip
    entry = {"customer": job.customer, "payment": paid, "currency": "USD", "source_ref": "1", "at": clock.now()}
    LedgerEntry.objects.create(kind="payment_in", amount_minor=5_000, source_type="test", **entry)
    Deposit.objects.update(payment=paid)
    page = olga.get(path(estimate))
    told = ("$50.00 · Paid and kept for this work", "It can be taken back once its deposit is given back.")
    assert [words in read(page).text for words in told] == [True, True]
    assert [where in page.text for where in (f"/payments/{paid.public_id}/", path(estimate, "undo"))] == [True, False]


@pytest.mark.parametrize("role", (StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_who_may_not_write_looks_and_changes_nothing(staff, job, role):
    client, estimate = staff(role), make_estimate(job)
    codes = [client.post(path(estimate, act)).status_code for act in ("edit", "send", "withdraw", "answer", "invoice")]
    codes += [client.post(path(estimate, act)).status_code for act in ("phone-approval", "undo")]
    assert (client.get(path(estimate)).status_code, codes) == (200, [403] * 7)


@pytest.mark.parametrize("state", ("waiting", "accepted", "declined", "expired", "draft", "withdrawn"))
def test_list_goes_on_page_by_page_without_gap(olga, job, state, monkeypatch):
    columns = {
        "waiting": {},
        "accepted": {"status": "Sold"},
        "declined": {"status": "Dismissed"},
        "expired": {"expires_in": -3},
        "draft": {"status": "Draft"},
        "withdrawn": {"status": "Withdrawn"},
    }[state]
    made = {make_estimate(job, **columns).number for _ in range(28 if state != "waiting" else 26)}
    if state == "waiting":
        made |= {make_estimate(job, expires_in=None).number for _ in range(27)}
    found, where = [], f"/estimates/?state={state}"
    while where:
        page = olga.get(where)
        seen = [number for number in made if f'data-key="{number}"' in page.text]
        found += seen
        where = read(page).links.get("Further", "")
    assert (len(found), set(found)) == (len(made), made)


def test_pages_ask_a_fixed_number_of_statements(olga, job):
    estimate = make_estimate(job)
    for _ in range(2):
        with statements(LIST):
            olga.get("/estimates/")
        with statements(PAGE):
            olga.get(path(estimate))
        for nth in range(29):
            make_estimate(estimate.proposal if nth < 15 else job)


def test_foreign_and_missing_ones_are_not_found(olga):
    other = people.make_company("birch")
    with people.inside(other):
        foreign = make_estimate(make.make_customer("Brown", "bob@example.com"))
    for act in ("", "edit", "phone-approval", "proof"):
        assert olga.get(path(foreign, act)).status_code == 404

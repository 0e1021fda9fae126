"""Statements of somebody whose deposit is held: it pays nothing else, so nothing is taken off for it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import statement_papers
from portico.domain.billing.queries import invoices, statements
from portico.domain.billing.queries.statements import Activity, Kept, OpenStatement
from portico.domain.billing.statement_rules import Span
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.billing.depositing import cancel, held, issue, pending, refund, void
from tests.factories import read
from tests.stripe_sandbox import Till
from tests.sweeps.papers import text_of_pdf

FURNACE = Kept("New furnace", 5000)
NOTE = "$50.00 is paid as a deposit for New furnace. It is kept for that work and not taken off here."


def today(till: Till):
    return clock.today(till.customer.branch.time_zone)


def as_of(till: Till, ago: int = 0) -> OpenStatement:
    with company_scope(till.company_id):
        return statements.open_statement(customer=till.customer.pk, on=today(till) - timedelta(days=ago))


def activity(till: Till) -> Activity:
    span = Span(today(till) - timedelta(days=300), today(till))
    with company_scope(till.company_id):
        return statements.activity(customer=till.customer.pk, span=span)


def asked(till: Till) -> int:
    """What the portal asks for: every invoice to pay, less the credit that may go on them."""
    with company_scope(till.company_id):
        scope = Scope([till.customer.pk], [None])
        rows = invoices.invoices(scope=scope, paid=False, currency="USD", now=clock.now(), limit=100).rows
    return sum(row.due.minor for row in rows) - till.usable()


def agree(till: Till) -> int:
    """Both statements ask for what the portal does; how much that is."""
    due = {as_of(till).total_due, activity(till).total_due, asked(till)}
    assert len(due) == 1
    return due.pop()


def test_held_deposit_is_not_taken_off_what_is_due(till: Till):
    till.owes(10000)
    assert (agree(till), as_of(till).kept) == (10000, [])
    held(till)
    found, told = as_of(till), activity(till)
    assert (agree(till), found.kept, told.kept) == (10000, [FURNACE], [FURNACE])
    assert (found.unapplied, found.ageing.credit, found.ageing.balance) == (0, 0, 10000)
    assert (told.closing, told.ageing) == (5000, found.ageing)


def test_credit_beside_a_deposit_is_taken_off(till: Till):
    till.owes(10000)
    held(till)
    till.has_credit(3000)
    assert (agree(till), as_of(till).unapplied, as_of(till).kept) == (7000, 3000, [FURNACE])


def test_deposit_on_its_way_is_nothing_yet(till: Till):
    till.owes(10000)
    _deposit, intent = pending(till)
    assert (agree(till), as_of(till).kept) == (10000, [])
    till.settle(intent)
    till.hear()
    assert (agree(till), as_of(till).kept) == (10000, [FURNACE])
    till.come_back(intent)
    till.hear()
    assert (agree(till), as_of(till).kept) == (10000, [])


@pytest.mark.parametrize(("total", "due"), ((8000, 13000), (5000, 10000), (2000, 7000)))
def test_invoiced_deposit_pays_its_invoice_and_its_rest_is_credit(till: Till, total: int, due: int):
    till.owes(10000)
    deposit = held(till)
    bill = issue(till, deposit, total)
    assert (agree(till), as_of(till).kept) == (due, [])
    void(till, bill)
    assert (agree(till), as_of(till).kept) == (10000, [FURNACE])


def test_deposit_that_was_given_back_is_kept_no_longer(till: Till):
    till.owes(10000)
    deposit = held(till)
    refund(till, deposit, 2000)
    assert (agree(till), as_of(till).kept) == (10000, [Kept("New furnace", 3000)])
    refund(till, deposit, 3000)
    cancel(till, deposit)
    assert (agree(till), as_of(till).kept) == (10000, [])


def test_two_deposits_are_told_one_by_one(till: Till):
    held(till)
    held(till, 700)
    assert (agree(till), as_of(till).kept) == (0, [FURNACE, Kept("New furnace", 700)])


@pytest.fixture
def days_ago(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Goes back so many days, by the business clock."""
    return lambda ago: monkeypatch.setattr(clock, "_shift", timedelta(days=-ago))


def test_statement_of_an_earlier_day_says_what_was_kept_then(till: Till, days_ago: Callable[[int], None]):
    days_ago(10)
    till.owes(10000, issued_on=today(till) - timedelta(days=5))
    deposit = held(till)
    days_ago(5)
    issue(till, deposit, 8000)
    days_ago(0)
    assert [as_of(till, ago).kept for ago in (11, 10, 6, 5, 0)] == [[], [FURNACE], [FURNACE], [], []]
    assert [as_of(till, ago).unapplied for ago in (11, 10, 6, 5, 0)] == [0] * 5
    assert (as_of(till, 6).total_due, agree(till)) == (10000, 13000)


def test_earlier_statement_knows_a_deposit_that_was_returned_and_paid_again(
    till: Till, days_ago: Callable[[int], None]
):
    days_ago(10)
    deposit, intent = pending(till)
    till.settle(intent)
    till.hear()
    days_ago(5)
    till.come_back(intent)
    till.hear()
    days_ago(0)
    till.pay_deposit(deposit, method=till.saved().public_id)
    assert [as_of(till, ago).kept for ago in (8, 3, 0)] == [[FURNACE], [], [FURNACE]]
    assert [as_of(till, ago).total_due for ago in (8, 3, 0)] == [0, 0, 0]


def test_pages_and_papers_say_what_is_kept(till: Till):
    till.owes(10000)
    held(till)
    browser = till.browser()
    page = read(browser.get("/statements/"))
    assert (page.one(data_row="total").text, page.one(data_row="kept").text) == ("$100.00", NOTE)
    assert page.one(data_row="balance").text == "$100.00"
    assert "Credit not yet used" not in page.text
    moved = read(browser.get("/statements/", {"show": "activity", "period": "this_year"}))
    assert moved.one(data_row="total").text == "$100.00"
    assert [words for words in ("Closing balance", "Deposit kept for New furnace") if words not in moved.text] == []
    with company_scope(till.company_id), transaction.atomic():
        papers = [statement_papers.print_open(as_of(till)), statement_papers.print_activity(activity(till))]
    said = [" ".join(text_of_pdf(paper.content).split()) for paper in papers]
    assert NOTE in said[0]
    assert "Total due $100.00" in said[0]
    assert "Closing balance $50.00 Deposit kept for New furnace $50.00 Total due $100.00" in said[1]


def test_who_only_has_a_deposit_is_told_of_it(till: Till):
    held(till)
    page = read(till.browser().get("/statements/"))
    assert (page.one(data_row="total").text, page.one(data_row="kept").text) == ("$0.00", NOTE)

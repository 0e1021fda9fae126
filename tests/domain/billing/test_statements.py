"""Statements against the books: whatever happened, the balances agree with one another and with the invoice list."""

from datetime import time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portico.domain.billing import statement_papers
from portico.domain.billing.models import LedgerEntry
from portico.domain.billing.queries import invoices, statements
from portico.domain.billing.statement_rules import Ageing, Span
from portico.domain.billing.statement_words import line_note, line_title
from portico.domain.customers.queries import Scope
from portico.foundation.messaging import ports
from portico.kernel import clock
from tests.factories import people
from tests.factories import statements as counted
from tests.factories.books import Books
from tests.factories.customers import make_customer
from tests.sweeps.papers import text_of_pdf


@pytest.fixture
def company(db):
    return people.make_company()


@pytest.fixture
def books(company):
    with people.inside(company):
        yield Books(make_customer("Ana Sample", "ana@example.com"))


def as_of(books, ago=0):
    return statements.open_statement(customer=books.customer.pk, on=books.day(ago))


def between(books, since, until=0):
    return statements.activity(customer=books.customer.pk, span=Span(books.day(since), books.day(until)))


def told(activity):
    return [(line_title(line), line.amount, line.balance) for line in activity.lines]


def balances(statement):
    return {item.number: (item.total, item.paid, item.balance) for item in statement.items}


# --- As of a day ------------------------------------------------------------------------------------------------


def test_statement_says_what_was_open_on_its_day(books):
    first, second = books.bill(10000, ago=100), books.bill(5000, ago=20)
    books.pay(4000, (first, 4000), ago=60)
    books.pay(6000, (first, 6000), ago=10)
    assert balances(as_of(books, 101)) == {}
    assert balances(as_of(books, 61)) == {first.number: (10000, 0, 10000)}
    assert balances(as_of(books, 15)) == {first.number: (10000, 4000, 6000), second.number: (5000, 0, 5000)}
    assert balances(as_of(books)) == {second.number: (5000, 0, 5000)}
    assert as_of(books, 15).ageing == Ageing(current=5000, to_60=6000)


def test_money_without_an_invoice_is_credit(books):
    books.bill(10000, ago=9)
    books.pay(2500, ago=5)
    found = as_of(books)
    assert (found.unapplied, found.ageing.balance, found.total_due) == (2500, 7500, 7500)


def test_money_that_came_before_its_invoice_is_credit_until_then(books):
    late = books.bill(10000, ago=3)
    payment = books.pay(10000, ago=30, channel="import")
    books.put(payment, late, 10000, ago=30)
    assert (as_of(books, 10).unapplied, balances(as_of(books, 10))) == (10000, {})
    assert (as_of(books).unapplied, balances(as_of(books))) == (0, {})


def test_imported_payment_counts_on_the_days_the_source_says(books):
    """Paid 30 days ago, put on the invoice 10 days ago, imported today."""
    bill = books.bill(10000, ago=40)
    payment = books.pay(10000, ago=0, channel="import", paid_on=books.day(30))
    books.put(payment, bill, 10000, ago=0, applied_ago=10)
    assert (as_of(books, 31).ageing.balance, as_of(books, 30).ageing.balance) == (10000, 0)
    assert (as_of(books, 11).unapplied, as_of(books, 10).unapplied) == (10000, 0)
    assert [line.on for line in between(books, 60).lines] == [books.day(40), books.day(30)]


def test_check_recorded_later_counts_on_the_day_it_was_paid(books):
    books.bill(10000, ago=40)
    books.pay(10000, ago=0, channel="office", paid_on=books.day(4))
    assert (as_of(books, 5).ageing.balance, as_of(books, 4).ageing.balance) == (10000, 0)


def test_day_is_the_one_in_the_zone_of_the_branch(books):
    """One in the evening at the branch is the next day in UTC already."""
    books.enter("credit", 700, ago=3, at=time(23, 30))
    assert (as_of(books, 4).unapplied, as_of(books, 3).unapplied) == (0, 700)
    assert [line.on for line in between(books, 9).lines] == [books.day(3)]


def test_pending_bank_payment_is_told_apart(books):
    bill = books.bill(10000, ago=70)
    books.pending(bill, 3000, ago=2)
    books.pending(books.bill(4000, ago=1), 4000, ago=0, state="open")
    found = as_of(books)
    assert found.ageing == Ageing(current=4000, to_60=7000, pending=3000)
    assert (found.ageing.balance, found.total_due) == (14000, 11000)
    assert as_of(books, 3).ageing.pending == 0


def test_bank_payment_that_settled_later_was_pending_until_then(books):
    bill = books.bill(10000, ago=20)
    payment = books.pay(10000, (bill, 10000), ago=2, method="ach")
    payment.created_at = books.moment(6)
    payment.save()
    assert [as_of(books, ago).ageing.pending for ago in (7, 6, 3, 2)] == [0, 10000, 10000, 0]


def test_credit_memo_stands_in_the_customers_favor(books):
    books.bill(10000, ago=20)
    memo = books.bill(-3000, ago=5)
    found = as_of(books)
    assert ([one.number for one in found.memos], found.unapplied, found.total_due) == ([memo.number], 0, 7000)
    assert told(between(books, 9)) == [(f"Credit memo {memo.number}", -3000, 7000)]


def test_credit_memo_paid_out_leaves_nothing(books):
    memo = books.bill(-3000, ago=5)
    books.pay(-3000, (memo, -3000), ago=2)
    found = as_of(books)
    assert (found.memos, found.ageing, told(between(books, 3))) == ([], Ageing(), [("Money given back", 3000, 0)])


def test_void_invoice_was_never_there_and_its_money_is_credit(books):
    bill = books.bill(10000, ago=20)
    payment = books.pay(4000, (bill, 4000), ago=10)
    books.void(bill, ago=5)
    for ago in (15, 8, 0):
        assert balances(as_of(books, ago)) == {}
    assert (as_of(books, 8).unapplied, as_of(books).unapplied) == (4000, 4000)
    assert [(line.kind, line.payment) for line in between(books, 30).lines] == [("payment_in", payment.public_id)]


def test_invoices_of_others_are_on_no_statement(books):
    """Who pays for somebody else: each sees the money move, and neither the other's invoice."""
    other = Books(make_customer("Ben Sample"))
    theirs = other.bill(8000, ago=9)
    books.pay(8000, (theirs, 8000), ago=4)
    assert [(one.ageing, one.items) for one in (as_of(books), as_of(other))] == [(Ageing(), [])] * 2
    assert told(between(books, 30)) == [
        ("Payment", -8000, -8000),
        ("Put on an invoice of another account", 8000, 0),
    ]
    assert told(between(other, 30))[1:] == [("Paid from another account", -8000, 0)]
    assert [line_note(line) for line in between(books, 30).lines] == ["Visa ending 4242", "Visa ending 4242"]


# --- Between two days -------------------------------------------------------------------------------------------


def test_every_kind_of_entry_is_told_in_order(books):
    bill = books.bill(10000, ago=50)
    payment = books.pay(10000, (bill, 10000), ago=40)
    books.give_back(payment, bill, 2000, ago=30)
    books.enter("refund_out", 500, ago=28, payment=payment)
    books.give_back(payment, bill, 8000, ago=20, kind="dispute_out")
    books.enter("dispute_back", 8000, ago=10, payment=payment)
    books.enter("allocate", -8000, ago=10, payment=payment, invoice=bill)
    books.note(bill, paid=8000)
    books.write_off(bill, 1500, ago=5)
    books.enter("credit", 300, ago=4)
    books.enter("fee", -100, ago=3)
    found = between(books, 60)
    assert (found.opening, told(found), found.closing) == (
        0,
        [
            (f"Invoice {bill.number}", 10000, 10000),
            ("Payment", -10000, 0),
            ("Refund", 2000, 2000),
            ("Refund that did not go through", -500, 1500),
            ("Payment returned by the bank", 8000, 9500),
            ("Payment given back by the bank", -8000, 1500),
            ("Written off", -1500, 0),
            ("Credit", -300, -300),
            ("Fee", 100, -200),
        ],
        -200,
    )


def test_what_was_put_right_the_same_day_is_not_told(books):
    payment = books.pay(5000, ago=9, channel="import")
    books.enter("payment_in", -5000, ago=9, payment=payment)
    assert told(between(books, 30)) == []


def test_payment_names_the_first_invoices_it_went_to(books):
    bills = [books.bill(100, ago=9, due_in=number) for number in range(9)]
    books.pay(900, *((bill, 100) for bill in bills), ago=2)
    numbers = ", ".join(bill.number for bill in bills[:6])
    assert line_note(between(books, 5).lines[-1]) == f"Visa ending 4242 · for invoice {numbers} and 3 more"


def test_more_than_a_statement_holds_is_refused(books, monkeypatch):
    monkeypatch.setattr(statements, "MOST_LINES", 3)
    for _ in range(3):
        books.bill(100, ago=2)
    assert len(between(books, 9).lines) == 3
    books.bill(100, ago=1)
    with pytest.raises(statements.TooManyLines):
        between(books, 9)


# --- Whatever happened ------------------------------------------------------------------------------------------

AGO = st.integers(0, 400)
CENTS = st.integers(1, 30_000)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("bill"), AGO, st.integers(-8_000, 30_000).filter(bool), st.integers(0, 90)),
        st.tuples(st.just("pay"), AGO, CENTS, st.sampled_from(("portal", "office", "import"))),
        st.tuples(st.just("back"), AGO, CENTS, st.sampled_from(("refund_out", "dispute_out"))),
        st.tuples(st.sampled_from(("write_off", "pending", "void")), AGO, CENTS, st.none()),
        st.tuples(st.just("keep"), AGO, CENTS, st.none() | AGO),
        st.tuples(
            st.just("enter"),
            AGO,
            st.integers(-5_000, 5_000).filter(bool),
            st.sampled_from(("refund_out", "dispute_back", "credit", "fee", "writeoff")),
        ),
    ),
    max_size=14,
)


class Life:
    """Lets it all happen; an invoice is paid as far as there is room, the rest stays credit."""

    def __init__(self, books):
        self.books, self.bills, self.paid, self.held = books, [], [], []

    def bill(self, amount, ago, due_in):
        self.bills.append(self.books.bill(amount, ago=ago, due_in=due_in))

    def pay(self, amount, ago, channel):
        payment, room = self.books.pay(amount, ago=ago, channel=channel), self.room()
        if room:
            self.books.put(payment, room, min(left(room), amount), ago=ago)
            self.paid.append((payment, room))

    def back(self, amount, ago, kind):
        found = next(((payment, bill) for payment, bill in self.paid if put_on(bill) > 0), None)
        if found:
            self.books.give_back(*found, min(put_on(found[1]), amount), ago=ago, kind=kind)

    def write_off(self, amount, ago, _):
        if room := self.room():
            self.books.write_off(room, min(left(room), amount), ago=ago)

    def pending(self, amount, ago, _):
        if room := self.room():
            self.books.pending(room, min(left(room), amount), ago=ago)

    def void(self, _amount, ago, _):
        room = self.room()
        if room and not room.reserved_minor:
            self.books.void(room, ago=ago)

    def enter(self, amount, ago, kind):
        self.books.enter(kind, amount, ago=ago)

    def keep(self, amount, ago, released_ago):
        released = None if released_ago is None else min(ago, released_ago)
        self.books.keep(amount, ago=ago, released_ago=released)
        self.held += [] if released is not None else [amount]

    def room(self):
        """The newest invoice that lacks something."""
        return next((bill for bill in reversed(self.bills) if left(bill) > 0 and bill.state == "issued"), None)


def live(books, events):
    life = Life(books)
    for what, ago, amount, more in events:
        getattr(life, what)(amount, ago, more)
    for bill in life.bills:
        bill.refresh_from_db()
    return life.bills, sum(life.held)


def left(bill):
    bill.refresh_from_db()
    return bill.total_minor - bill.paid_minor - bill.reserved_minor


def put_on(bill):
    bill.refresh_from_db()
    return bill.paid_minor if bill.state == "issued" else 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, cut=st.integers(0, 399), early=st.integers(0, 400))
def test_balances_agree_whatever_happened(company, events, cut, early):
    with people.inside(company):
        books = Books(make_customer())
        bills, held = live(books, events)
        whole, now = between(books, 400), as_of(books)
        kept = sum(
            LedgerEntry.objects.filter(customer=books.customer, invoice=None).values_list("amount_minor", flat=True)
        )
        issued = sum(bill.total_minor for bill in bills if bill.state == "issued")
        assert (whole.opening, whole.closing, now.ageing.balance) == (0, issued - kept, issued - kept + held)
        assert whole.closing == whole.opening + sum(line.amount for line in whole.lines)
        assert whole.ageing == now.ageing

        first, second = between(books, 400, cut + 1), between(books, cut)
        assert (first.closing, second.closing) == (second.opening, whole.closing)
        assert first.lines + second.lines == whole.lines
        then = as_of(books, early)
        assert (then.ageing.balance - then.ageing.kept, then.ageing) == (
            between(books, 400, early).closing,
            between(books, 400, early).ageing,
        )
        assert then.ageing.open == sum(item.balance for item in then.items)

        scope = Scope([books.customer.pk], [None])
        rows = invoices.invoices(scope=scope, paid=False, currency="USD", now=clock.now(), limit=1000).rows
        listed = {row.number: row.due.minor + row.pending.minor for row in rows}
        assert {item.number: item.balance for item in now.items} == listed
        assert now.ageing.pending == sum(row.pending.minor for row in rows)
        credit = sum(LedgerEntry.objects.filter(customer=books.customer).values_list("amount_minor", flat=True))
        assert (now.unapplied, now.ageing.kept) == (credit - held, held)


@pytest.mark.parametrize("count", (1, 120))
def test_statements_take_one_look_however_long_the_books_are(books, count):
    for number in range(count):
        bill = books.bill(1000 + number, ago=30)
        books.pay(500, (bill, 500), ago=10)
    with counted(1):
        assert len(as_of(books).items) == count
    with counted(1):
        assert len(between(books, 60).lines) == 2 * count


# --- On paper ---------------------------------------------------------------------------------------------------


def test_paper_says_what_is_open(books):
    bill = books.bill(10000, ago=45, title="Furnace repair")
    books.bill(20000, ago=1)
    books.pay(1500, (bill, 1000), ago=10)
    books.pending(bill, 2000, ago=1)
    made = statement_papers.print_open(as_of(books))
    said = " ".join(text_of_pdf(made.content).split())
    expected = ("Ana Sample", bill.number, "Furnace repair", "$20.00 on its way", "$90.00")
    assert [words for words in expected if words not in said] == []
    assert [words for words in ("Total due", "$265.00", "1–30 days past due", "Page 1 / 1") if words not in said] == []
    assert made.file_name == f"statement-{books.customer.number}-{books.today}.pdf"


def test_paper_says_what_happened_on_as_many_pages_as_it_takes(books):
    for number in range(60):
        books.bill(1000 + number, ago=20)
    made = statement_papers.print_activity(between(books, 30))
    said = " ".join(text_of_pdf(made.content).split())
    closing = sum(1000 + number for number in range(60)) / 100
    wanted = ("Opening balance", "Closing balance", f"${closing:,.2f}", "Page 2 /")
    assert [words for words in wanted if words not in said] == []
    assert made.file_name == f"statement-{books.customer.number}-{books.day(30)}-{books.day(0)}.pdf"


def test_paper_about_nothing_says_so(books):
    said = text_of_pdf(statement_papers.print_open(as_of(books)).content)
    assert "Nothing was open on" in said
    assert between(books, 30).lines == []


def test_statement_can_be_enclosed_in_a_mail(books):
    bill = books.bill(10000, ago=4)
    make = ports.ENCLOSURES["statement_pdf"]
    until = books.today.isoformat()
    opened = make(books.customer.public_id, {"until": until})
    since = (books.today - timedelta(days=9)).isoformat()
    moved = make(books.customer.public_id, {"since": since, "until": until})
    assert [bill.number in text_of_pdf(one.content) for one in (opened, moved)] == [True, True]

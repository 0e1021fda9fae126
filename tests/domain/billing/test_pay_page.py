"""What the pay page and the page of a payment are told."""

from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import rules
from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import PaymentPolicy
from portico.domain.billing.queries import payments as queries
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.factories.customers import make_customer
from tests.stripe_sandbox import Till


def page_of(till: Till, *invoices, scope: Scope | None = None) -> queries.Till:
    with company_scope(till.company_id):
        return queries.till(
            scope=scope or Scope([till.customer.pk], [None]),
            invoices=[invoice.public_id for invoice in invoices],
            login=till.login.public_id,
            now=clock.now(),
        )


def details(till: Till, begun) -> queries.PaymentDetails | None:
    with company_scope(till.company_id):
        return queries.payment(scope=Scope([till.customer.pk], [None]), payment=begun.payment)


def test_page_offers_what_is_saved_and_the_credit(till: Till):
    invoice = till.owes()
    till.saved(), till.saved("pm_usBankAccount_success"), till.has_credit(3000)
    page = page_of(till, invoice)
    assert [(row.label, row.is_default, row.is_offered) for row in page.methods] == [
        ("Visa ending 4242", True, True),
        ("Stripe Test Bank ending 6789", False, True),
    ]
    assert (page.credit.minor, page.takes_cards, page.takes_ach) == (3000, True, True)


def test_who_reaches_only_a_place_is_offered_nothing_saved(till: Till):
    invoice = till.owes()
    till.saved(), till.has_credit(3000)
    page = page_of(till, invoice, scope=Scope([till.customer.pk], [4711]))
    assert (page.methods, page.credit.minor) == ([], 0)


def test_invoices_of_two_customers_have_no_saved_methods_yet(till: Till):
    invoice = till.owes()
    till.saved(), till.has_credit(3000)
    with company_scope(till.company_id), transaction.atomic():
        other = make_customer("Ben Sample", "ben@example.com")
    theirs = Till(till.company_id, till.host, till.shop, other, till.login).owes()
    page = page_of(till, invoice, theirs, scope=Scope([till.customer.pk, other.pk], [None, None]))
    assert (len(page.invoices), page.methods, page.credit.minor) == (2, [], 0)


def test_company_without_bank_payments_marks_saved_accounts(till: Till):
    invoice = till.owes()
    till.saved("pm_usBankAccount_success")
    with company_scope(till.company_id), transaction.atomic():
        PaymentPolicy.objects.create(is_ach_allowed=False, cards_paused_until=clock.real_now() + timedelta(hours=1))
    page = page_of(till, invoice)
    assert (page.takes_ach, page.takes_cards, page.methods[0].is_offered) == (False, False, False)
    assert page.methods[0].why_not == "Bank payments are not taken at the moment."


def test_page_tells_what_is_on_its_way(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000), method=MethodKind.ACH)
    till.pay_by_bank(begun.url)
    till.come_back_to(begun)
    (shown,) = page_of(till, invoice).invoices
    today = clock.today(till.customer.branch.time_zone)
    told = [(one.amount.minor, one.since, one.settles_on, one.is_bank) for one in shown.pending]
    assert (shown.due.minor, told) == (4000, [(6000, today, rules.settles_on(today), True)])


def test_payment_tells_since_when_it_is_pending_and_until_when(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000), method=MethodKind.ACH)
    till.pay_by_bank(begun.url)
    till.come_back_to(begun)
    found, today = details(till, begun), clock.today(till.customer.branch.time_zone)
    assert (found.is_bank, found.pending_since, found.settles_on) == (True, today, rules.settles_on(today))
    till.settle(till.attempt(begun).intent_ref or "")
    till.hear()
    assert (details(till, begun).pending_since, details(till, begun).verify_url) == (None, "")


def test_payment_tells_where_the_account_is_verified(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000), method=MethodKind.ACH)
    till.pay_by_bank(begun.url, way="manual")
    till.come_back_to(begun)
    assert details(till, begun).verify_url == till.attempt(begun).verify_url != ""


def test_payment_tells_the_credit_of_the_same_form(till: Till):
    invoice, card = till.owes(), till.saved("pm_card_chargeCustomerFail")
    till.has_credit(3000)
    begun = till.pay((invoice, 10000), credit=3000, method=card.public_id)
    assert (details(till, begun).row.state.value, details(till, begun).credit_used.minor) == ("failed", 3000)


@pytest.mark.parametrize("count", (1, 10))
def test_statements_do_not_grow_with_methods_and_credit(till: Till, count):
    invoice = till.owes()
    for _ in range(count):
        till.saved()
        till.has_credit(100)
    with statements(2):
        assert len(page_of(till, invoice).methods) == count


@pytest.mark.parametrize(
    ("started", "expected"),
    (("2026-11-16", "2026-11-20"), ("2026-11-19", "2026-11-25"), ("2026-11-21", "2026-11-26")),
)
def test_four_weekdays_of_a_bank(started, expected):
    day = clock.now().date()
    assert rules.settles_on(day.fromisoformat(started)) == day.fromisoformat(expected)


@pytest.mark.parametrize(
    ("balances", "amount", "credit", "expected"),
    (
        ((10000,), 10000, 4000, None),
        ((10000,), 10000, 10000, None),
        ((30,), 30, 30, None),
        ((30,), 30, 0, rules.Fault.BALANCE_TOO_SMALL),
        ((10000,), 10000, 9970, rules.Fault.REST_TOO_SMALL),
        ((10000,), 5000, 6000, rules.Fault.TOO_MUCH_CREDIT),
        ((10000,), 11000, 0, rules.Fault.TOO_MUCH),
    ),
)
def test_amounts_with_credit(balances, amount, credit, expected):
    today = clock.now().date()
    owed = [rules.Owed(key, str(key), today, total, total) for key, total in enumerate(balances, 1)]
    try:
        rules.require_payable(owed, amount, policy=rules.Policy(), credit=credit)
        found = None
    except rules.BadAmount as bad:
        found = bad.fault
    assert found == expected


def test_credit_is_split_in_the_order_of_the_parts():
    parts = [rules.Part(1, 4000), rules.Part(2, 10000)]
    assert rules.split_credit(parts, 5000) == ([rules.Part(1, 4000), rules.Part(2, 1000)], [rules.Part(2, 9000)])
    assert rules.split_credit(parts, 0) == ([], parts)
    assert rules.split_credit(parts, 14000) == (parts, [])

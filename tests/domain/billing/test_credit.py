import pytest
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.models import Allocation, CreditUse, LedgerEntry, Payment
from portico.domain.billing.queries import credit as queries
from portico.domain.billing.queries import invoices
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations


def scope_of(till: Till) -> Scope:
    return Scope([till.customer.pk], [None])


def usable(till: Till) -> list[int]:
    with company_scope(till.company_id):
        return [row.amount.minor for row in queries.usable_credit(scope=scope_of(till))]


def test_credit_covers_everything_and_nothing_is_charged(till: Till):
    invoice, source = till.owes(10000), till.has_credit(15000)
    begun = till.pay((invoice, 10000), credit=10000)
    assert (begun.payment, begun.url, begun.credit_minor) == (None, "", 10000)
    assert (till.balance(invoice), till.invoice(invoice).is_settled, till.cash()) == ((10000, 0), True, 0)
    assert (till.credit(), usable(till), till.open_pages()) == (5000, [5000], [])
    assert till.ledger() == [("payment_in", 15000), ("allocate", -10000)]
    with company_scope(till.company_id), transaction.atomic():
        allocation = Allocation.objects.get()
    assert (allocation.payment_id, allocation.posted_minor, allocation.state) == (source.pk, 10000, "posted")
    assert violations(till) == []


def test_rest_after_the_credit_is_charged(till: Till):
    older, newer = till.owes(4000, due_in=2), till.owes(10000, due_in=9)
    till.has_credit(5000)
    begun = till.pay((newer, 10000), (older, 4000), credit=5000)
    assert (till.balance(older), till.balance(newer)) == ((4000, 0), (1000, 9000))
    assert till.payment(begun).amount_minor == 9000
    submit(begun.url)
    till.reconcile()
    assert (till.balance(newer), till.cash(), till.credit()) == ((10000, 0), 9000, 0)
    assert (usable(till), violations(till)) == ([], [])


def test_credit_stays_applied_when_the_card_is_declined(till: Till):
    invoice, card = till.owes(10000), till.saved("pm_card_chargeCustomerFail")
    till.has_credit(3000)
    begun = till.pay((invoice, 10000), credit=3000, method=card.public_id)
    assert (till.payment(begun).state, till.balance(invoice), till.credit()) == ("failed", (3000, 0), 0)
    assert violations(till) == []


def test_same_form_uses_credit_once(till: Till):
    invoice = till.owes(10000)
    till.has_credit(9000)
    first, second = (till.pay((invoice, 2000), credit=2000, token="one") for _ in range(2))
    assert (first, till.balance(invoice), till.credit()) == (second, (2000, 0), 7000)
    with pytest.raises(errors.FormReused):
        till.pay((invoice, 2000), credit=1000, token="one")


def test_more_credit_than_there_is_is_refused_and_nothing_is_held(till: Till):
    invoice = till.owes(10000)
    till.has_credit(3000)
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 10000), credit=4000)
    with company_scope(till.company_id), transaction.atomic():
        assert (CreditUse.objects.count(), Payment.objects.count()) == (0, 1)
    assert (till.balance(invoice), till.credit(), till.open_pages()) == ((0, 0), 3000, [])


def test_credit_of_several_payments_is_taken_from_the_oldest_first(till: Till):
    invoice = till.owes(10000)
    first, second = till.has_credit(3000), till.has_credit(4000)
    till.pay((invoice, 5000), credit=5000)
    with company_scope(till.company_id), transaction.atomic():
        taken = dict(Allocation.objects.values_list("payment_id", "posted_minor"))
    assert taken == {first.pk: 3000, second.pk: 2000}
    till.pay((invoice, 1500), credit=1500)
    with company_scope(till.company_id), transaction.atomic():
        grown = Allocation.objects.get(payment=second)
    assert (grown.posted_minor, grown.amount_minor, till.credit(), violations(till)) == (3500, 3500, 500, [])


@pytest.mark.parametrize("change", ({"state": "disputed"}, {"quarantine_note": "differs"}, {"is_voided": True}))
def test_credit_of_money_in_doubt_is_not_used(till: Till, change):
    invoice, source = till.owes(10000), till.has_credit(3000)
    with company_scope(till.company_id), transaction.atomic():
        Payment.objects.filter(pk=source.pk).update(**change)
    assert usable(till) == []
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 1000), credit=1000)


def test_money_that_was_given_back_elsewhere_bounds_what_can_be_used(till: Till):
    invoice = till.owes(10000)
    till.has_credit(3000)
    debt = till.has_credit(1)
    with company_scope(till.company_id), transaction.atomic():
        LedgerEntry.objects.create(
            kind="refund_out",
            customer=till.customer,
            payment=debt,
            amount_minor=-2001,
            currency="USD",
            source_type="refund",
            source_ref="elsewhere",
            at=debt.created_at,
        )
    assert usable(till) == [1000]
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 1001), credit=1001)
    assert till.pay((invoice, 1000), credit=1000).credit_minor == 1000


def test_credit_of_another_customer_is_out_of_reach(till: Till):
    till.has_credit(3000)
    with company_scope(till.company_id):
        assert queries.usable_credit(scope=Scope([till.customer.pk], [4711])) == []
        assert queries.usable_credit(scope=Scope([till.customer.pk + 1], [None])) == []


def test_invoice_tells_what_came_out_of_credit(till: Till):
    invoice, card = till.owes(10000), till.saved()
    till.has_credit(3000)
    till.pay((invoice, 10000), credit=3000, method=card.public_id)
    with company_scope(till.company_id):
        page = invoices.invoice_page(scope=scope_of(till), invoice=invoice.public_id, now=clock.now())
    told = [(one.label, one.amount.minor, one.is_credit) for one in page.applied]
    assert told == [("Check 1001", 3000, True), ("Visa ending 4242", 7000, False)]


def test_uses_of_credit_are_told_with_their_invoices(till: Till):
    invoice = till.owes(10000)
    till.has_credit(3000)
    till.pay((invoice, 2500), credit=2500)
    with company_scope(till.company_id):
        (use,) = queries.credit_uses(scope=scope_of(till))
    told = [(line.number, line.amount.minor) for line in use.lines]
    assert (use.amount.minor, use.made_by_name, told) == (2500, "Ana Sample", [(invoice.number, 2500)])


def test_more_credit_than_is_paid_is_refused_and_nothing_is_kept(till: Till):
    till.has_credit(5000)
    invoice = till.owes(10000)
    with pytest.raises(errors.CreditChanged):
        till.pay((invoice, 1000), credit=1001)
    assert (till.balance(invoice), till.credit(), till.payments()[1:]) == ((0, 0), 5000, [])

from datetime import timedelta

import pytest
from django.db import transaction

from portico.domain.billing import errors
from portico.domain.billing.enums import AttemptState, MethodKind
from portico.domain.billing.models import Alert
from portico.domain.billing.operations import accounts, starting, webhooks
from portico.domain.billing.operations.payments import Begun
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from tests.sandbox.running import verify
from tests.stripe_sandbox import Till, violations

ACH = MethodKind.ACH


def begin(till: Till, invoice, amount: int, account: str = "000123456789", **typed) -> Begun:
    """A bank payment on its page; the page is over."""
    begun = till.pay((invoice, amount), method=ACH)
    till.pay_by_bank(begun.url, account, **typed)
    till.come_back_to(begun)
    return begun


def intent_of(till: Till, begun: Begun) -> str:
    return till.attempt(begun).intent_ref or ""


def mails(till: Till) -> list[tuple[str, str]]:
    with company_scope(till.company_id), transaction.atomic():
        return sorted(Message.objects.values_list("kind", "to_email"))


def open_alerts(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return sorted(Alert.objects.filter(closed_at=None).values_list("kind", flat=True))


def test_bank_payment_is_pending_for_days_and_then_paid(till: Till):
    invoice = till.owes()
    begun = begin(till, invoice, 6000)
    payment = till.payment(begun)
    assert (payment.state, payment.method, payment.method_label) == (
        "processing",
        "ach",
        "Stripe Test Bank ending 6789",
    )
    assert (till.balance(invoice), till.cash(), mails(till)) == ((0, 6000), 0, [])
    assert violations(till) == []
    till.settle(intent_of(till, begun))
    till.hear()
    paid = till.payment(begun)
    assert (paid.state, till.balance(invoice), till.cash()) == ("succeeded", (6000, 0), 6000)
    assert paid.returnable_until == paid.paid_on + timedelta(days=60)
    assert (mails(till), violations(till)) == ([("receipt", "ana@example.com")], [])


def test_second_payment_of_a_pending_part_is_told_why(till: Till):
    invoice = till.owes()
    begin(till, invoice, 6000)
    with pytest.raises(errors.PartPending) as refused:
        till.pay((invoice, 10000))
    words = refused.value.message
    assert words.startswith(f"$60.00 of invoice {invoice.number} is already covered by a bank payment that is pending")
    assert words.endswith("$40.00 of it can still be paid.")
    assert till.pay((invoice, 4000)).url
    assert till.balance(invoice) == (0, 10000)


def test_bank_payment_that_fails_is_due_again_and_both_are_told(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        Branch.objects.update(support_email="office@example.com")
    invoice = till.owes()
    begun = begin(till, invoice, 6000)
    till.fail(intent_of(till, begun), "insufficient_funds")
    till.hear()
    payment = till.payment(begun)
    assert (payment.state, till.balance(invoice), till.cash()) == ("failed", (0, 0), 0)
    assert payment.failure_text.startswith("The bank account did not have enough funds.")
    assert mails(till) == [("payment_failed", "ana@example.com"), ("payment_failed", "office@example.com")]
    assert (open_alerts(till), violations(till)) == (["bank_failed"], [])
    till.hear()
    till.reconcile()
    assert len(mails(till)) == 2
    again = till.pay((invoice, 10000))
    assert again.url


@pytest.mark.parametrize("code", ("account_closed", "no_account", "debit_not_authorized"))
def test_account_that_the_bank_will_not_debit_again_is_disabled(till: Till, code):
    invoice, account = till.owes(), till.saved("pm_usBankAccount_success")
    begun = till.pay((invoice, 6000), method=account.public_id)
    assert (begun.url, till.payment(begun).state, till.balance(invoice)) == ("", "processing", (0, 6000))
    till.fail(intent_of(till, begun), code)
    till.hear()
    assert (till.payment(begun).state, till.balance(invoice)) == ("failed", (0, 0))
    now = till.method(account)
    assert (now.state, now.disabled_why, now.is_default) == ("disabled", code, False)
    with pytest.raises(errors.MethodNotOffered):
        till.pay((invoice, 6000), method=account.public_id)


def test_account_without_funds_can_be_used_again(till: Till):
    invoice, account = till.owes(), till.saved("pm_usBankAccount_success")
    begun = till.pay((invoice, 6000), method=account.public_id)
    till.fail(intent_of(till, begun), "insufficient_funds")
    till.hear()
    assert (till.payment(begun).state, till.method(account).state) == ("failed", "active")


def test_events_that_come_reversed_twice_or_never_end_in_the_same(till: Till):
    """The object is asked for anew each time: what an event says of itself does not count."""
    invoice = till.owes()
    begun = begin(till, invoice, 6000)
    till.fail(intent_of(till, begun))
    with company_scope(till.company_id):
        account = accounts.require_account()
        events = list(account.gateway.events_since(till.payment(begun).created_at - timedelta(days=1)))
        for event in [*reversed(events), *events]:
            kept = webhooks._keep(account, event)
            webhooks._work_on(account, kept)
    assert (till.payment(begun).state, till.balance(invoice), violations(till)) == ("failed", (0, 0), [])
    assert mails(till)[0] == ("payment_failed", "ana@example.com")


def test_lost_events_are_made_up_for_by_looking_daily(till: Till):
    invoice = till.owes()
    begun = begin(till, invoice, 6000)
    till.settle(intent_of(till, begun))
    till.reconcile()
    assert (till.payment(begun).state, till.balance(invoice)) == ("succeeded", (6000, 0))


# --- Verifying --------------------------------------------------------------------------------------------------


def test_account_to_be_verified_holds_nothing_until_it_is(till: Till):
    invoice = till.owes()
    begun = begin(till, invoice, 6000, way="manual")
    attempt = till.attempt(begun)
    assert (till.payment(begun).state, attempt.state, till.balance(invoice)) == ("verifying", "verifying", (0, 0))
    assert ("/microdeposits/" in attempt.verify_url, violations(till)) == (True, [])
    verify(attempt.verify_url, code="SM11AA")
    till.hear()
    assert (till.payment(begun).state, till.balance(invoice)) == ("processing", (0, 6000))
    till.settle(intent_of(till, begun))
    till.hear()
    assert (till.payment(begun).state, till.balance(invoice), violations(till)) == ("succeeded", (6000, 0), [])


def test_paying_otherwise_cancels_the_account_to_be_verified(till: Till):
    invoice = till.owes()
    waiting = begin(till, invoice, 6000, way="manual")
    verify_url = till.attempt(waiting).verify_url
    till.pay((invoice, 10000), method=till.saved().public_id)
    assert (till.payment(waiting).state, till.balance(invoice)) == ("canceled", (10000, 0))
    verify(verify_url, code="SM11AA")
    till.hear()
    assert (till.payment(waiting).state, till.cash(), violations(till)) == ("canceled", 10000, [])
    assert mails(till) == [("receipt", "ana@example.com")]


def test_paying_otherwise_after_it_was_verified_is_refused(till: Till):
    invoice = till.owes()
    waiting = begin(till, invoice, 6000, way="manual")
    verify(till.attempt(waiting).verify_url, code="SM11AA")
    with pytest.raises(errors.PartPending):
        till.pay((invoice, 10000))
    assert (till.payment(waiting).state, till.balance(invoice)) == ("processing", (0, 6000))


def test_verified_account_does_not_take_the_room_of_what_was_paid_meanwhile(till: Till):
    """The office, for one, does not ask the gateway before it puts money on an invoice."""
    invoice = till.owes()
    waiting = begin(till, invoice, 6000, way="manual")
    till.has_credit(7000)
    with company_scope(till.company_id):
        starting.start(wanted=till.wants((invoice, 7000), credit=7000), account_id=None, by=till.actor)
    verify(till.attempt(waiting).verify_url, code="SM11AA")
    till.hear()
    assert (till.payment(waiting).state, till.balance(invoice)) == ("processing", (7000, 0))
    till.settle(intent_of(till, waiting))
    till.hear()
    assert (till.balance(invoice), till.credit(), open_alerts(till)) == ((10000, 0), 3000, ["surplus"])
    assert violations(till) == []


def test_verifying_that_goes_wrong_for_good_ends_the_payment(till: Till):
    invoice = till.owes()
    begun = begin(till, invoice, 6000, way="manual")
    verify(till.attempt(begun).verify_url, code="SM33CC")
    till.hear()
    payment = till.payment(begun)
    assert (payment.state, till.balance(invoice)) == ("failed", (0, 0))
    assert payment.failure_text.startswith("The bank account could not be verified: too many tries.")
    assert (mails(till), open_alerts(till)) == ([("payment_failed", "ana@example.com")], [])


def test_coming_back_from_the_page_tells_that_it_waits(till: Till):
    invoice = till.owes()
    begun = till.pay((invoice, 6000), method=ACH)
    till.pay_by_bank(begun.url, way="manual")
    assert till.come_back_to(begun).state == AttemptState.VERIFYING


def test_saved_account_that_is_refused_at_once_is_news_to_nobody(till: Till):
    invoice, account = till.owes(), till.saved("pm_usBankAccount_success")
    till.shop.control("POST", "methods/disable", method=account.ref, reason="bank_account_closed")
    with pytest.raises(errors.MethodNotOffered):
        till.pay((invoice, 6000), method=account.public_id)
    assert (till.payments()[0].state, till.balance(invoice), till.method(account).state) == (
        "canceled",
        (0, 0),
        "disabled",
    )
    assert (mails(till), open_alerts(till), violations(till)) == ([], [], [])


def test_saved_account_is_kept_with_its_mandate_and_charged(till: Till):
    invoice = till.owes()
    account = till.saved("pm_usBankAccount_success")
    begun = till.pay((invoice, 6000), method=account.public_id)
    assert (till.payment(begun).state, till.payment(begun).method_label) == (
        "processing",
        "Stripe Test Bank ending 6789",
    )
    till.settle(intent_of(till, begun))
    till.hear()
    assert (till.balance(invoice), till.cash(), violations(till)) == ((6000, 0), 6000, [])

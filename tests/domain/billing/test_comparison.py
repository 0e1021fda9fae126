"""The gateway's cash against our books: what was missed is mended by asking, what differs is told once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from portico.domain.billing.models import Alert, GatewayMovement, LedgerEntry, PaymentAttempt, Refund
from portico.domain.billing.operations import alerts, comparison
from portico.domain.billing.ports import Unknown
from portico.domain.billing.queries import office_money
from portico.faces.commands import compare_payments
from portico.foundation.tenancy.scope import company_scope
from tests.domain.billing.test_refunds import BOSS, give_back, paid
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations


def compare(till: Till) -> comparison.Comparison:
    with company_scope(till.company_id):
        return comparison.compare_payments(settled_for=timedelta())


def kinds(till: Till) -> list[str]:
    return sorted(one.kind for one in compare(till).differences)


def open_alerts(till: Till) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Alert.objects.filter(kind="difference", closed_at=None).values_list("note", flat=True))


def in_books(till: Till, work: Any) -> None:
    with company_scope(till.company_id), transaction.atomic():
        work()


def test_books_that_agree_have_no_differences(till: Till):
    payment = paid(till, (till.owes(), 10000))
    give_back(till, payment, 2500)
    found = compare(till)
    assert (found.gateway, found.ledger, found.differences) == ({"USD": 7500}, {"USD": 7500}, ())
    with company_scope(till.company_id), transaction.atomic():
        mirror = GatewayMovement.objects.order_by("at", "pk").values_list("kind", "amount_minor", "payment_id")
        assert list(mirror) == [("charge", 10000, payment.pk), ("refund", -2500, payment.pk)]
    assert compare(till).differences == ()
    assert violations(till) == []


def test_payment_that_nobody_told_us_of_is_asked_for(till: Till):
    invoice = till.owes()
    submit(till.pay((invoice, 10000)).url)
    assert till.balance(invoice) == (0, 10000)
    assert compare(till).differences == ()
    assert (till.balance(invoice), violations(till)) == ((10000, 0), [])


def test_refund_made_at_the_gateway_is_imported(till: Till):
    payment = paid(till, (till.owes(), 10000))
    till.shop.control("POST", "refunds/create", intent=payment.reference, amount=4000)
    assert kinds(till) == []
    assert till.payment(payment.public_id).state == "partially_refunded"
    assert violations(till) == []


def test_charge_that_is_none_of_ours_is_told_once(till: Till):
    till.pay((till.owes(), 10000))
    till.shop.intent(amount=700)
    assert kinds(till) == ["not_in_books"]
    assert kinds(till) == ["not_in_books"]
    assert open_alerts(till) == ["At the payment provider, not in these books: $7.00."]
    assert violations(till) == []
    with company_scope(till.company_id):
        alert = office_money.needs_attention()[0]
        assert (alert.kind, alert.amount.minor, alert.payment) == ("difference", 700, None)
        assert alert.alert is not None
        alerts.close_alert(alert=alert.alert, note="A test of ours", by=BOSS)
    assert (kinds(till), open_alerts(till)) == (["not_in_books"], [])


def test_money_that_the_gateway_never_had_is_told(till: Till):
    payment = paid(till, (till.owes(), 10000))
    planted = {
        "kind": "payment_in",
        "customer": till.customer,
        "payment": payment,
        "amount_minor": 700,
        "currency": "USD",
        "source_type": "intent",
        "source_ref": "pi_lost",
        "at": payment.created_at,
    }
    in_books(till, lambda: LedgerEntry.objects.create(**planted))
    in_books(till, lambda: PaymentAttempt.objects.update(intent_ref="pi_lost"))
    found = compare(till).differences
    assert [(one.kind, one.ref, one.amount_minor) for one in found] == [("not_at_gateway", "pi_lost", 700)]
    assert open_alerts(till) == ["In these books, not at the payment provider."]


def test_refund_that_the_gateway_never_made_is_told(till: Till):
    payment = paid(till, (till.owes(), 10000))
    give_back(till, payment, 1000)
    in_books(till, lambda: Refund.objects.update(ref="re_lost"))
    assert "not_at_gateway" in kinds(till)


def test_amount_that_differs_is_told(till: Till):
    payment = paid(till, (till.owes(), 10000))
    compare(till)
    in_books(till, lambda: GatewayMovement.objects.update(amount_minor=9900))
    assert kinds(till) == ["amount"]
    assert open_alerts(till) == ["The payment provider says $99.00, these books say $100.00."]
    assert violations(till) == []
    in_books(till, lambda: GatewayMovement.objects.update(amount_minor=payment.received_minor))
    assert (kinds(till), open_alerts(till), violations(till)) == ([], [], [])


def test_unanswered_comparison_concludes_nothing(till: Till):
    paid(till, (till.owes(), 10000))
    till.fault("rate_limit", path="/v1/balance_transactions", method="GET", count=3)
    with pytest.raises(Unknown):
        compare(till)
    assert open_alerts(till) == []


def test_command_says_what_differs_and_exits_with_one(till: Till, capsys):
    paid(till, (till.owes(), 10000))
    assert compare_payments.run(None) == 0  # type: ignore[arg-type]
    till.shop.intent(amount=700)
    assert compare_payments.run(None) == 1  # type: ignore[arg-type]
    assert "not_in_books" in capsys.readouterr().out

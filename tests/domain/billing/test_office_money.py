"""What the office is shown of money: what needs a person, a payment's story, what can go back, a day's cash."""

from datetime import timedelta

from django.db import transaction

from portico.domain.billing.models import Payment, PaymentAttempt, Refund
from portico.domain.billing.queries import office_money, office_payments
from portico.domain.billing.queries.office_payments import Filter
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.billing.test_disputes import bank
from tests.domain.billing.test_manual import record
from tests.domain.billing.test_refunds import give_back, paid
from tests.stripe_sandbox import Till


def seen(till: Till) -> list[tuple[str, int]]:
    with company_scope(till.company_id):
        found = office_money.needs_attention()
        assert office_money.attention_count() == len(found)
        assert all(one.title and one.to_do for one in found)
    return [(one.kind, one.amount.minor) for one in found]


def test_outcome_needs_somebody_after_a_quarter_of_an_hour(till: Till):
    payment = paid(till, (till.owes(), 10000))
    till.fault("drop_before", count=3)
    till.pay((till.owes(), 4000))
    till.shop.control("DELETE", "faults")
    till.fault("drop_before", path="/v1/refunds", count=3)
    assert give_back(till, payment, 700) == "unknown"
    assert seen(till) == []
    with company_scope(till.company_id), transaction.atomic():
        long_ago = clock.real_now() - timedelta(minutes=16)
        PaymentAttempt.objects.filter(state="unknown").update(sent_at=long_ago)
        Refund.objects.update(sent_at=long_ago)
    assert sorted(seen(till)) == [("refund_unknown", 700), ("unknown", 4000)]
    with company_scope(till.company_id):
        page = office_payments.office_payments(show=Filter.ATTENTION)
    assert sorted(row.amount.minor for row in page.rows) == [4000, 10000]


def test_what_has_a_due_date_comes_first(till: Till):
    surplus = paid(till, (till.owes(), 10000))
    till.shop.control("POST", "refunds/create", intent=surplus.reference, amount=9000)
    give_back(till, surplus, 4000)
    bank(till, "disputes/open", intent=paid(till, (till.owes(), 2000)).reference)
    assert seen(till) == [("dispute", 2000), ("refund_failed", 4000)]


def test_payment_tells_its_whole_story(till: Till):
    payment = paid(till, (till.owes(), 10000))
    give_back(till, payment, 2500)
    bank(till, "disputes/open", intent=payment.reference, amount=7500)
    bank(till, "disputes/lose", intent=payment.reference)
    with company_scope(till.company_id):
        told = office_payments.office_payment(payment.public_id)
    assert told is not None
    assert (told.row.net.minor, told.row.state) == (0, "charged_back")
    assert [(one["state"], one["amount"].minor, one["by"]) for one in told.refunds] == [
        ("succeeded", 2500, "Mona Manager")
    ]
    assert [(one["state"], one["amount"].minor) for one in told.disputes] == [("lost", 7500)]
    assert [(one["kind"], one["amount"].minor) for one in told.entries] == [
        ("payment_in", 10000),
        ("allocate", -10000),
        ("unapply", 2500),
        ("refund_out", -2500),
        ("unapply", 7500),
        ("dispute_out", -7500),
    ]
    assert [(one["kind"], one["closed_by"]) for one in told.alerts] == [("dispute", "Portico")]
    assert {"payment_intent.succeeded", "refund.created", "charge.dispute.closed"} <= {
        one["type"] for one in told.events
    }


def test_refundable_says_how_much_from_where_and_why_not(till: Till):
    invoice = till.owes(6000)
    payment = record(till, 10000, (invoice, 6000), keeps_rest=True)
    with company_scope(till.company_id):
        found = office_money.refundable(payment)
    assert found is not None
    assert (found.left.minor, found.unapplied.minor, found.is_handed_back, found.why_not) == (10000, 4000, True, "")
    assert [(line.number, line.posted.minor) for line in found.lines] == [(invoice.number, 6000)]
    disputed = paid(till, (till.owes(), 2000))
    bank(till, "disputes/open", intent=disputed.reference)
    with company_scope(till.company_id):
        barred = office_money.refundable(disputed.public_id)
    assert barred is not None
    assert barred.why_not.startswith("The bank is deciding")


def test_bank_payment_warns_of_a_late_return(till: Till):
    payment = paid(till, (till.owes(), 2000))
    with company_scope(till.company_id), transaction.atomic():
        until = clock.now().date() + timedelta(days=40)
        Payment.objects.filter(pk=payment.pk).update(method="ach", returnable_until=until)
    with company_scope(till.company_id):
        found = office_money.refundable(payment.public_id)
    assert found is not None
    assert found.warning.startswith("Until ")


def test_day_totals_tell_cash_by_day_and_method(till: Till):
    card = paid(till, (till.owes(), 10000))
    give_back(till, card, 2500)
    record(till, 3000, (till.owes(), 3000))
    zone = till.customer.branch.time_zone
    today = clock.today(zone)
    with company_scope(till.company_id):
        totals = office_money.day_totals(since=today - timedelta(days=3), until=today)
        assert office_money.day_totals(since=today + timedelta(days=1), until=today + timedelta(days=2)) == []
    found = {(one.method, one.received.minor, one.refunded.minor, one.net.minor, one.count) for one in totals}
    assert found == {("card", 10000, 2500, 7500, 1), ("check", 3000, 0, 3000, 1)}


def test_open_invoices_tell_held_and_due(till: Till):
    free, held = till.owes(6000, due_in=1), till.owes(4000, due_in=9)
    till.pay((held, 1500))
    with company_scope(till.company_id):
        found = office_money.open_invoices(till.customer.public_id)
    told = [(one.id, one.due.minor, one.held.minor, one.pending.minor) for one in found]
    assert told == [(free.public_id, 6000, 0, 0), (held.public_id, 4000, 1500, 0)]


def test_list_is_narrowed_and_read_to_its_end(till: Till):
    first = till.owes(3000)
    paid(till, (till.owes(), 10000))
    record(till, 3000, (first, 3000))
    with company_scope(till.company_id):

        def amounts(**filters: object) -> list[int]:
            return [row.amount.minor for row in office_payments.every_payment(**filters)]

        assert amounts() == [3000, 10000]
        assert amounts(method="check") == [3000]
        assert amounts(channel="portal") == [10000]
        assert amounts(least=3001) == [10000]
        assert amounts(most=3000) == [3000]
        assert amounts(text="1042") == [3000]
        assert amounts(text=first.number) == [3000]
        assert amounts(text="ANA") == [3000, 10000]
        assert amounts(text="nobody") == []

"""Refunds from the payment page, through the gateway and by hand."""

import pytest
from django.db import transaction

from portico.domain.billing.models import Dispute, Payment, Refund
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read, statements
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till, violations


def staff(till: Till, role: StaffRole = StaffRole.MANAGER):
    with people.inside_id(till.company_id):
        login = people.make_staff(f"{role.value}@example.com", role=role)
    return people.sign_in(people.office(till.host), login)


def paid(till: Till, *parts) -> Payment:
    begun = till.pay(*parts)
    submit(begun.url)
    till.reconcile()
    return till.payment(begun)


def path(payment: Payment, rest: str = "") -> str:
    return f"/payments/{payment.public_id}/{rest}"


def typed(client, payment: Payment, **more: str) -> dict[str, str]:
    fields = read(client.get(path(payment, "refund/"))).form("").fields
    return fields | {"reason": "requested"} | more


def refunds_of(till: Till) -> list[tuple[str, int]]:
    with company_scope(till.company_id), transaction.atomic():
        return list(Refund.objects.order_by("pk").values_list("state", "amount_minor"))


def test_payment_is_refunded_once_and_tells_it(till: Till):
    invoice = till.owes()
    payment, client = paid(till, (invoice, 10000)), staff(till)
    assert read(client.get(path(payment))).links["Refund"] == path(payment, "refund/")
    form = typed(client, payment, amount="40", note="Too late")
    places = [client.post(path(payment, "refund/"), form).headers["Location"] for _ in range(2)]
    assert (places, refunds_of(till), till.cash()) == ([path(payment)] * 2, [("succeeded", 4000)], 6000)
    page = read(client.get(path(payment)))
    assert "$40.00 was refunded." in page.text
    assert (page.rows("refund"), "Too late" in page.text) == (["succeeded"], True)
    assert [one.text for one in page.all("dd", class_="num")] == ["$100.00", "$40.00", "$60.00"]
    assert page.rows("entry") == ["payment_in", "allocate", "unapply", "refund_out"]
    assert "payment_intent.succeeded" in page.text or page.rows("attempt") == ["1"]
    assert (till.balance(invoice), violations(till)) == ((6000, 0), [])


def test_amount_comes_off_the_invoices_that_were_chosen(till: Till):
    first, second = till.owes(), till.owes(5000)
    payment, client = paid(till, (first, 10000), (second, 5000)), staff(till)
    wanted = typed(client, payment, amount="30", **{f"off_{first.public_id}": "30"})
    client.post(path(payment, "refund/"), wanted)
    assert (till.balance(first), till.balance(second)) == ((7000, 0), (5000, 0))


@pytest.mark.parametrize(
    ("more", "told"),
    (
        ({"amount": "160"}, "At most $150.00 of this payment can be given back."),
        ({"amount": "nothing"}, "is not an amount"),
        ({"reason": ""}, "Choose why the money goes back."),
        ({"amount": "30", "off": "40"}, "The parts do not add up to $30.00."),
        ({"amount": "150", "off": "140"}, "Only $100.00 of this payment is on this invoice."),
    ),
)
def test_what_cannot_be_refunded_is_said_and_kept(till: Till, more: dict[str, str], told: str):
    first, second = till.owes(), till.owes(5000)
    payment, client = paid(till, (first, 10000), (second, 5000)), staff(till)
    off = more.pop("off", "")
    form = typed(client, payment, note="Keep me", **{f"off_{first.public_id}": off}) | more
    page = read(client.post(path(payment, "refund/"), form))
    assert (page.status, refunds_of(till)) == (422, [])
    assert any(told in error for error in page.errors)
    assert page.form("").fields["note"] == "Keep me"


def test_unknown_outcome_says_not_to_refund_again(till: Till):
    payment, client = paid(till, (till.owes(), 10000)), staff(till)
    form = typed(client, payment)
    till.fault("error_before", path="/v1/refunds", count=9)
    page = read(client.post(path(payment, "refund/"), form, follow=True))
    assert "We keep asking; do not refund again." in page.text
    till.shop.control("DELETE", "faults")


def test_disputed_payment_is_not_refunded_and_says_why(till: Till):
    payment, client = paid(till, (till.owes(), 10000)), staff(till)
    till.shop.control("POST", "disputes/open", intent=payment.reference)
    till.hear()
    with company_scope(till.company_id), transaction.atomic():
        assert Dispute.objects.count() == 1
    page = read(client.get(path(payment)))
    assert ("Refund" in page.links, page.rows("dispute")) == (False, ["open"])
    assert "a refund now could pay twice" in page.text
    attention = read(client.get("/payments/attention/"))
    assert (attention.rows("attention"), "Answer by" in attention.text) == (["dispute"], True)


@pytest.mark.parametrize(
    ("role", "status"), ((StaffRole.CSR, 403), (StaffRole.DISPATCHER, 403), (StaffRole.ADMIN, 200))
)
def test_only_who_keeps_the_books_refunds(till: Till, role: StaffRole, status: int):
    payment, client = paid(till, (till.owes(), 10000)), staff(till, role)
    assert client.get(path(payment, "refund/")).status_code == status
    if role != StaffRole.DISPATCHER:
        assert ("Refund" in read(client.get(path(payment))).links) == (status == 200)


def test_money_that_came_by_hand_is_handed_back(till: Till):
    payment, client = till.has_credit(2500), staff(till)
    page = read(client.get(path(payment, "refund/")))
    assert "hand the money back in cash or by check" in page.text
    done = read(client.post(path(payment, "refund/"), page.form("").fields | {"reason": "other"}, follow=True))
    assert "$25.00 is recorded as handed back." in done.text
    assert (refunds_of(till), till.credit()) == ([("succeeded", 2500)], 0)


def test_refund_statements_do_not_grow(till: Till):
    payment, client = paid(till, *[(till.owes(), 10000) for _ in range(30)]), staff(till)
    with statements(3):
        page = read(client.get(path(payment, "refund/")))
    assert len([name for name in page.form("").fields if name.startswith("off_")]) == 30
    with statements(3):
        assert len(read(client.get(path(payment))).rows("part")) == 30


def test_foreign_payment_is_not_refunded(till: Till):
    with people.inside(people.make_company("other", name="Other")):
        login = people.make_staff("eve@example.com", role=StaffRole.ADMIN)
    eve, payment = people.sign_in(people.office("other.localhost"), login), paid(till, (till.owes(), 10000))
    answers = [ask(path(payment, "refund/")).status_code for ask in (eve.get, eve.post)]
    assert (answers, refunds_of(till)) == ([404, 404], [])

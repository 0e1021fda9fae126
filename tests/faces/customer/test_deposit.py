"""The page of a deposit: how it stands in words, and paying it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.test import Client

from portico.domain.billing.lines import InvoiceLine
from portico.domain.billing.models import Deposit
from portico.domain.billing.operations import deposits
from portico.domain.billing.operations.issuing import bill_of_job, issue_invoice
from portico.domain.estimates.models import Approval, Estimate
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.tenancy.scope import company_scope
from tests.domain.estimates import deciding
from tests.factories import people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.customers import add_emails, make_customer
from tests.factories.estimates import make_estimate
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till


def approved(till: Till, total: int = 100000, deposit: int = 25000) -> Estimate:
    """An estimate that the customer has approved, with a deposit."""
    with company_scope(till.company_id), transaction.atomic():
        estimate = make_estimate(till.customer, total, deposit_kind="fixed", deposit_minor=deposit, name="New furnace")
        deciding.noted(estimate)
        deciding.approve(estimate, till.login)
        return estimate


def address(estimate: Estimate) -> str:
    return f"/estimates/{estimate.public_id}/deposit/"


def deposit_of(till: Till, estimate: Estimate) -> Deposit:
    with company_scope(till.company_id), transaction.atomic():
        return Deposit.objects.get(approval_ref=Approval.objects.get(estimate=estimate).public_id)


def actions(page: Any) -> list[str]:
    return [form.action for form in page.forms]


def standing(client: Client, estimate: Estimate) -> str:
    """How its page says that it stands."""
    (word,) = read(client.get(address(estimate))).rows("standing")
    return word


def sent(client: Client, estimate: Estimate, **changed: str) -> dict[str, str]:
    """What the browser would send from the page as it stands."""
    return read(client.get(address(estimate))).form(address(estimate)).fields | {"step": "pay"} | changed


def paid(till: Till, client: Client, estimate: Estimate) -> UUID:
    response = client.post(address(estimate), sent(client, estimate))
    back = urlsplit(submit(response["Location"]).headers["location"])
    client.get(back.path)
    return till.payments()[-1].public_id


def test_page_shows_the_amount_on_its_button_and_may_lead_to_the_hosted_page(till: Till):
    client, estimate = till.browser(), approved(till)
    response = client.get(address(estimate))
    page = read(response)
    assert (page.h1, page.rows("standing")) == ("Deposit for New furnace", ["to_pay"])
    assert "Continue to pay $250.00" in page.form(address(estimate)).buttons
    assert f"form-action 'self' {till.shop.sandbox.base};" in response["Content-Security-Policy"]


def test_paying_by_card_comes_back_to_a_receipt_that_says_what_for(till: Till):
    client, estimate = till.browser(), approved(till)
    response = client.post(address(estimate), sent(client, estimate))
    assert response.status_code == 303
    back = urlsplit(submit(response["Location"]).headers["location"])
    page = read(client.get(client.get(back.path)["Location"]))
    assert (page.h1, till.cash()) == ("Payment received", 25000)
    for words in ("Deposit for New furnace", "We keep the deposit for this work.", "Kept for this work"):
        assert words in page.text
    assert "Kept as your credit" not in page.text
    payment = till.payments()[0].public_id
    assert client.get(f"/payments/{payment}/pdf/").content[:5] == b"%PDF-"
    assert "Deposit for New furnace" in read(client.get("/payments/")).text
    assert standing(client, estimate) == "held"
    assert "We keep $250.00 for this work." in read(client.get(address(estimate))).text


def test_home_asks_for_the_deposit_then_says_what_it_is_kept_for(till: Till):
    client, estimate = till.browser(), approved(till)
    asked = read(client.get("/")).text
    assert ("Pay the deposit for New furnace" in asked, "$250.00" in asked) == (True, True)
    paid(till, client, estimate)
    home = read(client.get("/"))
    assert "Pay the deposit for New furnace" not in home.text
    assert "We keep $250.00 as the deposit for New furnace." in home.text
    assert "You can use it when you pay" not in home.text


def test_link_in_a_mail_leads_to_the_page(till: Till):
    client, estimate = till.browser(), approved(till)
    response = client.get(f"/deposits/{deposit_of(till, estimate).public_id}/")
    assert (response.status_code, response["Location"]) == (302, address(estimate))


def test_saved_card_is_charged_after_showing_who_one_is(till: Till):
    card, client, estimate = till.saved(), till.browser(), approved(till)
    form = sent(client, estimate)
    assert "Pay $250.00 with Visa ending 4242" in read(client.get(address(estimate))).form(address(estimate)).buttons
    people.make_stale(till.login)
    asked = client.post(address(estimate), form)
    assert (asked.status_code, till.payments()) == (403, [])
    confirmed = read(asked).form(address(estimate)).fields | {"confirm_password": people.PASSWORD}
    response = client.post(address(estimate), confirmed)
    assert (response.status_code, form["way"]) == (303, str(card.public_id))
    client.get(response["Location"])
    assert (till.cash(), standing(client, estimate)) == (25000, "held")


def test_another_way_is_shown_before_it_is_charged(till: Till):
    till.saved()
    client, estimate = till.browser(), approved(till)
    response = client.post(address(estimate), sent(client, estimate, way="new_bank"))
    assert (response.status_code, till.payments()) == (303, [])
    form = read(client.get(response["Location"])).form(address(estimate))
    assert (form.fields["way"], "Continue to pay $250.00" in form.buttons) == ("new_bank", True)


def test_bank_payment_is_on_its_way_and_cannot_be_paid_again(till: Till):
    client, estimate = till.browser(), approved(till)
    client.post(address(estimate), sent(client, estimate, way="new_bank", shown="25000:new_bank"))
    till.pay_by_bank(till.open_pages()[0])
    till.reconcile()
    page = read(client.get(address(estimate)))
    assert (page.rows("standing"), "We asked your bank for $250.00." in page.text) == (["pending"], True)
    assert address(estimate) not in actions(page)
    told = read(client.get(f"/payments/{till.payments()[0].public_id}/")).text
    assert "Until then the deposit cannot be paid again." in told


def test_declined_card_says_why_and_lets_try_again(till: Till):
    till.saved("pm_card_chargeCustomerFail")
    client, estimate = till.browser(), approved(till)
    response = client.post(address(estimate), sent(client, estimate))
    page = read(client.get(client.get(response["Location"])["Location"], follow=True))
    assert (page.rows("standing"), "Pay again below" in page.text) == (["failed"], True)
    assert till.cash() == 0


def test_open_page_can_be_gone_on_with_or_begun_anew(till: Till):
    client, estimate = till.browser(), approved(till)
    first = client.post(address(estimate), sent(client, estimate))["Location"]
    page = read(client.get(address(estimate)))
    assert page.rows("standing") == ["paying"]
    assert "Go on, or start again below." in page.text
    second = client.post(address(estimate), sent(client, estimate))["Location"]
    assert (till.open_pages(), first != second) == ([second], True)


def test_somebody_else_is_told_to_wait(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        add_emails(till.customer, "ben@example.com")
        ben = people.make_login("ben@example.com", name="Ben Sample")
    client, estimate = till.browser(), approved(till)
    client.post(address(estimate), sent(client, estimate))
    page = read(till.browser(ben).get(address(estimate)))
    assert "Somebody is paying this deposit at this moment." in page.text
    assert address(estimate) not in actions(page)


def test_two_tabs_leave_one_payment_and_say_so(till: Till):
    till.saved()
    client, estimate = till.browser(), approved(till)
    first, second = sent(client, estimate), sent(client, estimate)
    client.get(client.post(address(estimate), first)["Location"])
    response = client.post(address(estimate), second, follow=True)
    assert (till.cash(), len(till.payments())) == (25000, 1)
    assert read(response).rows("standing") == ["held"]


def test_invoiced_deposit_names_its_invoice(till: Till):
    client, estimate = till.browser(), approved(till)
    paid(till, client, estimate)
    deposit = deposit_of(till, estimate)
    with company_scope(till.company_id):
        line = InvoiceLine("Furnace", 1, 100000, 100000)
        issue_invoice(
            bill=bill_of_job(
                job_id=deposit.job_id,
                estimate_ref=uuid4(),
                title="New furnace",
                lines=(line,),
                tax_minor=0,
                currency="USD",
            ),
            by=SYSTEM,
        )
    page = read(client.get(address(estimate)))
    assert (page.rows("standing"), "$250.00 was taken off invoice P-1001." in page.text) == (["used"], True)


def test_undone_approval_asks_for_nothing(till: Till):
    client, estimate = till.browser(), approved(till)
    with company_scope(till.company_id):
        deposits.cancel(approval_ref=deposit_of(till, estimate).approval_ref, by=SYSTEM)
    page = read(client.get(address(estimate)))
    assert (page.rows("standing"), address(estimate) in actions(page)) == (["canceled"], False)


def test_typed_email_is_kept_and_refused_by_field(till: Till):
    client, estimate = till.browser(), approved(till)
    response = client.post(address(estimate), sent(client, estimate, email="nobody"))
    page = read(response)
    assert (response.status_code, page.form(address(estimate)).fields["email"]) == (422, "nobody")
    assert "Enter an email address such as name@example.com." in page.text


@pytest.mark.parametrize("whose", ("stranger", "unknown"))
def test_deposit_of_somebody_else_is_not_found(till: Till, whose: str):
    estimate: Any = approved(till)
    with company_scope(till.company_id), transaction.atomic():
        make_customer("Cora Sample", "cora@example.com")
        cora = people.make_login("cora@example.com", name="Cora Sample")
    client = till.browser(cora if whose == "stranger" else None)
    deposit = deposit_of(till, estimate).public_id if whose == "stranger" else uuid4()
    if whose == "unknown":
        estimate = type("Unknown", (), {"public_id": uuid4()})
    assert client.get(address(estimate)).status_code == 404
    assert client.get(f"/deposits/{deposit}/").status_code == 404


def test_page_costs_the_same_however_much_there_is(till: Till):
    client, estimate = till.browser(), approved(till)
    client.get(address(estimate))
    with statements(3):
        client.get(address(estimate))
    with company_scope(till.company_id), transaction.atomic():
        for _ in range(30):
            make_invoice(till.customer, 1000)
    with statements(3):
        client.get(address(estimate))

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from portico.domain.billing.models import Allocation, Payment
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import Location, PortalContact
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.customers import add_emails, make_customer, make_location
from tests.stripe_sandbox import Till


def paid(customer, *invoices, state: str = "succeeded", days_ago: int = 0, **columns) -> Payment:
    """A payment as an import leaves it."""
    payment = Payment.objects.create(
        customer=customer,
        amount_minor=sum(invoice.total_minor for invoice in invoices) or 700,
        currency="USD",
        method="check",
        method_label="Check",
        channel="import",
        state=state,
        created_at=datetime.now(UTC) - timedelta(days=days_ago),
        **columns,
    )
    for invoice in invoices:
        posted = invoice.total_minor if state == "succeeded" else 0
        Allocation.objects.create(
            payment=payment,
            invoice=invoice,
            amount_minor=invoice.total_minor,
            posted_minor=posted,
            state="posted" if posted else "reserved",
        )
    return payment


def make_job(location: Location) -> Job:
    unit, _ = BusinessUnit.objects.get_or_create(name="HVAC", branch=location.customer.branch)
    kind, _ = JobType.objects.get_or_create(name="Tune-up")
    return Job.objects.create(
        number=f"J{location.pk}",
        customer=location.customer,
        location=location,
        business_unit=unit,
        job_type=kind,
        status="Completed",
        created_at=datetime.now(UTC),
    )


@pytest.mark.parametrize("count", (1, 30))
def test_history_takes_the_same_statements_however_long_it_is(till: Till, count):
    with company_scope(till.company_id), transaction.atomic():
        for number in range(count):
            paid(till.customer, make_invoice(till.customer, 1000 + number), days_ago=number)
    client = till.browser()
    with statements(2):
        response = client.get("/payments/")
    assert read(response).text.count("Payment for invoice") == min(count, 25)


def test_history_goes_on_where_the_page_ended(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        numbers = [make_invoice(till.customer, 1000 + number) for number in range(30)]
        for days_ago, invoice in enumerate(numbers):
            paid(till.customer, invoice, days_ago=days_ago)
    client = till.browser()
    first = read(client.get("/payments/"))
    second = read(client.get(first.links["Older"]))
    told = [f"Payment for invoice {invoice.number}" for invoice in numbers]
    assert [link for link in first.links if link.startswith("Payment for")] == told[:25]
    assert [link for link in second.links if link.startswith("Payment for")] == told[25:]
    assert ("Older" in second.links, "Newest" in second.links) == (False, True)


def test_history_names_pending_and_failed_ones_and_leaves_out_what_never_happened(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        for state in ("succeeded", "processing", "failed", "canceled", "open"):
            paid(till.customer, state=state)
        paid(till.customer, state="succeeded", is_voided=True)
    page = read(till.browser().get("/payments/"))
    assert [word for word in ("Paid", "Pending", "Failed", "Canceled", "Started") if word in page.text] == [
        "Paid",
        "Pending",
        "Failed",
    ]
    assert page.text.count("$7.00") == 3


def test_history_without_any_payment_says_so(till: Till):
    assert "No payments yet" in read(till.browser().get("/payments/")).text


def test_contact_without_billing_access_sees_no_payment(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        payment = paid(till.customer, make_invoice(till.customer, 54321))
        PortalContact.objects.update(billing=BillingLevel.NONE)
    client = till.browser()
    assert client.get(f"/payments/{payment.public_id}/").status_code == 404
    assert client.get(f"/payments/{payment.public_id}/pdf/").status_code == 404
    assert "543.21" not in client.get("/payments/").content.decode()


def test_address_at_one_place_sees_payments_that_were_for_that_place_only(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        owner = make_customer("Lee Landlord")
        here, there = make_location(owner), make_location(owner)
        add_emails(owner, "tenant@example.com", location=here)
        tenant = people.make_login("tenant@example.com")
        mine = make_invoice(owner, 1000, job=make_job(here), location=here)
        other = make_invoice(owner, 2000, job=make_job(there), location=there)
        seen, unseen, both = paid(owner, mine), paid(owner, other), paid(owner, mine, other)
    client = till.browser(tenant)
    answers = [client.get(f"/payments/{payment.public_id}/").status_code for payment in (seen, unseen, both)]
    assert answers == [200, 404, 404]
    assert [link for link in read(client.get("/payments/")).links if link.startswith("Payment for")] == [
        f"Payment for invoice {mine.number}"
    ]


def test_page_of_a_check_from_the_office_says_that_it_was_paid(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        payment = paid(till.customer, make_invoice(till.customer, 1000), paid_on=date(2026, 11, 7))
    page = read(till.browser().get(f"/payments/{payment.public_id}/"))
    assert (page.h1, "Where it went" in page.text, "What it was for" in page.text) == ("Payment received", True, False)
    assert ("Nov 7, 2026" in page.text, "Nov 7, 2026," in page.text) == (True, False)
    assert "Receipt as PDF" not in page.links


def test_page_of_a_pending_payment_does_not_ask_for_the_money_again(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        payment = paid(till.customer, make_invoice(till.customer, 1000), state="processing")
    page = read(till.browser().get(f"/payments/{payment.public_id}/"))
    assert ("Payment pending" in page.text, "still to pay" in page.text) == (True, False)


def test_home_puts_what_can_be_paid_above_what_is_pending(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        pending = make_invoice(till.customer, 1000, due_in=1, reserved_minor=1000)
        payable = make_invoice(till.customer, 2000, due_in=2)
    text = read(till.browser().get("/")).text
    assert text.index(f"Invoice {payable.number}") < text.index(f"Invoice {pending.number}")

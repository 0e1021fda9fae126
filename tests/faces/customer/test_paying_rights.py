"""A pay button stands where it leads somewhere: at the places and customers of whom this visitor may pay."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from portico.domain.billing.models import Invoice
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer, HouseholdMember, Location
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.customers import add_emails, make_customer, make_location
from tests.stripe_sandbox import Till

BEN = "ben@example.com"


def bill(home: Location, total: int = 10_000) -> Invoice:
    unit, _ = BusinessUnit.objects.get_or_create(name="HVAC", branch=home.customer.branch)
    kind, _ = JobType.objects.get_or_create(name="Tune-up")
    job = Job.objects.create(
        number=f"J{home.pk}",
        customer=home.customer,
        location=home,
        business_unit=unit,
        job_type=kind,
        status="Completed",
        created_at=datetime.now(UTC),
    )
    return make_invoice(home.customer, total, job=job)


def let_in(customer: Customer, **columns: Any) -> None:
    """Ben was invited to see prices and jobs here, and accepted."""
    now = datetime.now(UTC)
    rights = {"may_see_history": True, "may_see_prices": True}
    HouseholdMember.objects.create(
        customer=customer, email=BEN, invited_by_name="Office", invited_at=now, accepted_at=now, **rights | columns
    )


@pytest.fixture
def ben(till: Till) -> tuple[Client, Invoice, Invoice, Invoice]:
    """Ben pays at the cottage, sees what the home costs, and sees what another customer owes."""
    with company_scope(till.company_id), transaction.atomic():
        cottage, home = make_location(till.customer, name="Cottage"), make_location(till.customer, name="House")
        add_emails(till.customer, BEN, location=cottage)
        let_in(till.customer, location=home)
        other = make_customer("Otherwise")
        let_in(other)
        bills = bill(cottage), bill(home, 20_000), bill(make_location(other), 30_000)
        login = people.make_login(BEN, name="Ben Berg")
    return till.browser(login), *bills


def pay_links(client: Client, path: str) -> list[str]:
    return [href for href in read(client.get(path)).links.values() if href.startswith("/invoices/pay/")]


def test_pay_button_stands_only_where_paying_is_allowed(ben: tuple[Client, Invoice, Invoice, Invoice]) -> None:
    client, *bills = ben
    for invoice, may_pay in zip(bills, (True, False, False), strict=True):
        assert invoice.job is not None
        links = [f"/invoices/pay/?invoice={invoice.public_id}"] if may_pay else []
        assert pay_links(client, f"/invoices/{invoice.public_id}/") == links
        assert pay_links(client, f"/jobs/{invoice.job.public_id}/") == links
        assert client.get(f"/invoices/pay/?invoice={invoice.public_id}").status_code == (200 if may_pay else 404)
    assert pay_links(client, "/") == [f"/invoices/pay/?invoice={bills[0].public_id}"]


def test_only_payable_invoices_can_be_ticked(ben: tuple[Client, Invoice, Invoice, Invoice]) -> None:
    client, *bills = ben
    with statements(4):  # the way in, its household, the list, and which of these
        shown = client.get("/invoices/").content.decode()
    assert [f'value="{invoice.public_id}"' in shown for invoice in bills] == [True, False, False]
    assert all(f"/invoices/{invoice.public_id}/" in shown for invoice in bills)


def test_who_pays_nowhere_is_told_to_call(till: Till) -> None:
    with company_scope(till.company_id), transaction.atomic():
        let_in(till.customer)
        invoice = bill(make_location(till.customer))
        login = people.make_login(BEN, name="Ben Berg")
    client = till.browser(login)
    assert pay_links(client, "/") == pay_links(client, f"/invoices/{invoice.public_id}/") == []
    assert "Pay selected" not in read(client.get("/invoices/")).text

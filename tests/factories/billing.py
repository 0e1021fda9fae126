"""A small contractor with customers who owe something."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from portico.domain.billing.models import Invoice, InvoiceItem
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.models import Branch, Company, HostName
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock

_numbers = count(1001)


def make_firm(host: str = "demo", *, name: str = "Brightwater", zone: str = "America/Chicago") -> Company:
    """A company with a host name and a main branch. Enter its scope to do anything with it."""
    company = Company.objects.create(name=name, portal_state="on")
    HostName.objects.create(company=company, host=host)
    with company_scope(company.pk):
        make_branch(name="Main", zone=zone)
    return company


def make_branch(*, name: str, zone: str = "America/Chicago", is_main: bool = True) -> Branch:
    return Branch.objects.create(
        name=name, display_name=f"Brightwater {name}", time_zone=zone, phone="512-555-0142", is_main=is_main
    )


def make_payer(name: str = "Ana Sample", **columns: object) -> Customer:
    """A customer of the running company's main branch."""
    number = next(_numbers)
    wanted = {"branch": Branch.objects.get(is_main=True), "street": "1 Sample Street", "city": "Austin"}
    return Customer.objects.create(
        number=f"C{number}", name=name, sort_key=name.casefold(), created_at=clock.now(), **(wanted | columns)
    )


def make_invoice(
    customer: Customer, total: int = 10000, *, due_in: int = 10, paid: int = 0, **columns: object
) -> Invoice:
    """An issued invoice with one line; `due_in` days from today."""
    today = date.today()
    wanted = {
        "number": str(next(_numbers)),
        "branch": customer.branch,
        "title": "Water heater repair",
        "issued_on": today - timedelta(days=3),
        "due_on": today + timedelta(days=due_in),
        "created_at": clock.now(),
    }
    invoice = Invoice.objects.create(
        customer=customer,
        subtotal_minor=total,
        tax_minor=0,
        total_minor=total,
        paid_minor=paid,
        is_settled=total == paid,
        was_ever_positive=total > 0,
        **(wanted | columns),
    )
    InvoiceItem.objects.create(
        invoice=invoice, position=1, name="Gas control valve", quantity=1, price_minor=total, total_minor=total
    )
    return invoice

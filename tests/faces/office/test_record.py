from datetime import UTC, datetime

import pytest

from portico.domain.billing.enums import Channel, MethodKind, PaymentState
from portico.domain.billing.models import Payment
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from portico.foundation.people.roles import StaffRole
from tests.factories import billing, people, read, statements
from tests.factories import customers as make
from tests.factories.estimates import approve, make_estimate


def add_job(customer, number="J1"):
    unit = BusinessUnit.objects.get_or_create(name="HVAC", branch=customer.branch)[0]
    location = customer.locations.first() or make.make_location(customer)
    return Job.objects.create(
        number=number,
        customer=customer,
        location=location,
        business_unit=unit,
        job_type=JobType.objects.get_or_create(name="Tune-up")[0],
        status="Completed",
        created_at=datetime.now(UTC),
    )


def add_payment(customer, amount=4000, **columns):
    wanted = {"method": MethodKind.CHECK, "channel": Channel.IMPORT, "state": PaymentState.SUCCEEDED}
    return Payment.objects.create(
        customer=customer,
        amount_minor=amount,
        received_minor=amount,
        created_at=datetime.now(UTC),
        **(wanted | columns),
    )


@pytest.fixture
def maria(company):
    with people.inside(company):
        customer = make.make_customer("Maria Ortega", "maria@example.com", do_not_service=True, memo="Dog in the yard")
        billing.make_invoice(customer, 48620, number="10482", due_in=-3)
        billing.make_invoice(customer, 1000, number="10483", due_in=10)
        billing.make_invoice(customer, 5000, number="9410", paid=5000)
        add_job(customer)
        add_payment(customer)
    return customer


def path(customer, rest=""):
    return f"/customers/{customer.public_id}/{rest}"


def test_record_shows_who_it_is_and_what_is_owed(olga, maria):
    page = read(olga.get(path(maria)))
    assert (page.h1, page.title) == ("Maria Ortega", "Maria Ortega – Brightwater Home")
    for text in ("Do not service", "Dog in the yard", f"No. {maria.number}", "$496.20", "$486.20", "0 of 1 active"):
        assert text in page.text
    assert page.rows("invoice") == ["10482", "10483", "9410"]
    assert page.rows("job") == ["J1"]
    assert page.rows("contact") == ["maria@example.com"]
    assert page.rows("portal") == ["maria@example.com"]
    assert len(page.rows("payment")) == 1


def test_portal_section_stands_below_the_jobs_and_in_the_side_list(olga, maria):
    page = read(olga.get(path(maria)))
    sections = [section.get("id") for section in page.all("section") if section.get("id")]
    assert sections == [
        "contacts",
        "locations",
        "jobs",
        "estimates",
        "portal",
        "household",
        "invoices",
        "equipment",
        "memberships",
        "documents",
        "payments",
        "trail",
    ]
    (side,) = page.all("nav", aria_label="Sections of this record")
    assert [link["href"] for link in side.all("a")] == [f"#{name}" for name in sections]


@pytest.mark.parametrize("count", (1, 300))
def test_record_statements_do_not_grow(olga, company, count):
    with people.inside(company):
        customer = make.make_customer("Desert Rentals", *(f"p{n}@example.com" for n in range(min(count, 40))))
        for number in range(count):
            billing.make_invoice(customer, 1000 + number)
            add_job(customer, f"J{number}")
            add_payment(customer)
            make_estimate(customer)
    with statements(11):
        page = read(olga.get(path(customer)))
    assert len(page.rows("invoice")) == min(count, 10)
    assert len(page.rows("estimate")) == min(count, 5)


def test_newest_estimates_stand_on_the_record_whatever_became_of_them(olga, maria, company):
    with people.inside(company):
        make_estimate(make.make_customer("Somebody Else"), name="Not hers")
        approve(make_estimate(maria, name="Water heater", number="E1"))
        job = make_estimate(maria, name="Furnace", number="E2").proposal.job
    page = read(olga.get(path(maria)))
    assert page.rows("estimate") == ["E2", "E1"]
    assert page.links[job.number] == f"{path(maria)}jobs/{job.public_id}/"
    assert ("Accepted" in page.text, "Not hers" in page.text) == (True, False)


def test_jobs_invoices_and_payments_go_on_page_by_page(olga, company):
    with people.inside(company):
        customer = make.make_customer("Desert Rentals")
        for number in range(30):
            billing.make_invoice(customer, 1000 + number)
            add_job(customer, f"J{number:02}")
            add_payment(customer)
    record = read(olga.get(path(customer)))
    for name, label in (("job", "All jobs"), ("invoice", "All invoices"), ("payment", "All payments")):
        first = read(olga.get(record.links[label]))
        second = read(olga.get(first.links["Older"]))
        shown = first.rows(name) + second.rows(name)
        assert (len(first.rows(name)), len(set(shown)), "Older" in second.links) == (25, 30, False)


def test_merged_away_record_leads_to_its_survivor(olga, maria, company):
    with people.inside(company):
        away = make.make_customer("Mary Ortega")
        Customer.objects.filter(pk=away.pk).update(merged_into=maria)
    answer = olga.get(path(away))
    assert answer.headers["Location"] == path(maria)
    page = read(olga.get(path(maria)))
    assert "Mary Ortega was merged into this customer." in page.text
    assert f"Merged into this record: Mary Ortega · {away.number}" in page.text


def test_record_without_anything_has_words_for_it(olga, company):
    with people.inside(company):
        customer = make.make_customer("Nobody Yet")
    page = read(olga.get(path(customer)))
    for text in (
        "No phone or email on record",
        "No jobs yet",
        "No email on record",
        "No invoices yet",
        "No equipment yet",
        "No documents yet",
        "No payments yet",
    ):
        assert text in page.text
    assert page.form(path(customer, "addresses/add/")).fields["email"] == ""


@pytest.mark.parametrize(
    ("role", "sees"),
    (
        (StaffRole.CSR, {"payments"}),
        (StaffRole.DISPATCHER, set()),
        (StaffRole.ACCOUNTANT, {"payments", "trail"}),
        (StaffRole.ADMIN, {"payments", "trail"}),
    ),
)
def test_role_sees_its_sections_only(staff, maria, role, sees):
    page = read(staff(role).get(path(maria)))
    ids = {section.get("id") for section in page.all("section")}
    assert ids & {"payments", "trail"} == sees


@pytest.mark.parametrize("rest", ("", "jobs/", "invoices/", "payments/", "addresses/add/"))
def test_foreign_and_missing_customers_look_the_same(olga, rest):
    with people.inside(people.make_company("other", name="Other")):
        foreign = make.make_customer("Maria Ortega")
    assert olga.get(path(foreign, rest)).status_code == 404
    assert olga.get(f"/customers/00000000-0000-4000-8000-000000000000/{rest}").status_code == 404

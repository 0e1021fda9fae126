"""`python -m bench.rows --customers N`: companies with customers, jobs, invoices and payments, set by set.

People come by COPY into a temporary table; everything else is INSERT … SELECT from it, as the application's role inside
its company, with row-level security on.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
os.environ.setdefault("PORTICO_DATABASE_ROLE", "direct")
django.setup()

from django.db import connection, models, transaction  # noqa: E402 - the apps first

from bench.cast import COMPANIES, FIRST_NUMBER, KINDS, Kind, secret_of  # noqa: E402 - the apps first
from bench.search import Person, people  # noqa: E402 - the apps first
from portico.domain.billing.models import (  # noqa: E402 - the apps first
    Allocation,
    Invoice,
    InvoiceItem,
    LedgerEntry,
    Payment,
    PaymentAccount,
    PaymentPolicy,
)
from portico.domain.capacity.models import Technician  # noqa: E402 - the apps first
from portico.domain.catalog.models import BusinessUnit, JobType  # noqa: E402 - the apps first
from portico.domain.customers.models import Contact, Customer, EmailAddress, Location, PortalContact  # noqa: E402 - the apps first
from portico.domain.equipment.models import InstalledEquipment  # noqa: E402 - the apps first
from portico.domain.jobs.models import Appointment, AppointmentAssignment, Job, JobEquipment  # noqa: E402 - the apps first
from portico.foundation.people.models import Login, LoginSession  # noqa: E402 - the apps first
from portico.foundation.tenancy.models import Branch, Company, HostName  # noqa: E402 - the apps first
from portico.foundation.tenancy.scope import company_scope, current_company_id  # noqa: E402 - the apps first
from portico.kernel.fields import PublicIdField  # noqa: E402 - the apps first

ORDINARY = Kind("ordinary", people=0, jobs=10, open=3)
STAGE = """CREATE TEMPORARY TABLE person (n bigint, name text, street text, city text, region text, postal text,
  phone text, email text, jobs int, open int, homes int, secret text) ON COMMIT DROP"""

STARTS = "coalesce(({}) - interval '3 hours', now() + interval '400 days')"
IN_TURN = """person p CROSS JOIN generate_series(1, p.jobs) g JOIN customers_customer c ON c.source_id = p.n
  JOIN customers_location l ON l.source_id = p.n * 100 + 1 + mod(g, p.homes)"""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    person: Person
    kind: Kind


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1000)
    customers = parser.parse_args().customers
    started = time.perf_counter()
    for company, rows in enumerate(_shares(customers)):
        fill_company(f"bench-{company}" if company else "bench", rows)
    print(f"rows written in {time.perf_counter() - started:.0f} s")


def _shares(customers: int) -> list[list[Row]]:
    """The customers of each company; the first also has those whose pages are measured."""
    shares: list[list[Row]] = [[] for _ in range(COMPANIES)]
    for at, person in enumerate(people(customers + sum(kind.people for kind in KINDS))):
        shares[at % COMPANIES].append(Row(FIRST_NUMBER + at, person, ORDINARY))
    kinds = [kind for kind in KINDS for _ in range(kind.people)]
    shares[0][: len(kinds)] = [Row(row.number, row.person, kind) for row, kind in zip(shares[0], kinds, strict=False)]
    return shares


def fill_company(host: str, rows: list[Row]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        company = Company.objects.create(name=f"Bench {host}", portal_state="on")
        HostName.objects.create(company=company, host=host)
        with company_scope(company.pk):
            _catalog(cursor)
            _stage(cursor, host, rows)
            for step in (_customers, _people, _jobs, _equipment, _invoices, _payments):
                step(cursor)


def _catalog(cursor: Any) -> None:
    branches = (
        "(VALUES ('Phoenix', 'America/Phoenix', true), ('Las Vegas', 'America/Los_Angeles', false)) v(name, zone, main)"
    )
    insert(
        cursor, Branch, branches, name="v.name", time_zone="v.zone", is_main="v.main",
        display_name="'Bench ' || v.name", phone="'(602) 555-0100'",
        support_email="'help@example.com'", address="'1 Main Street, Phoenix, AZ 85001'",
    )  # fmt: skip
    insert(cursor, BusinessUnit, "tenancy_branch b, generate_series(1, 3) g", branch_id="b.id", name="b.name || g")
    insert(cursor, JobType, "generate_series(1, 6) g", name="'Seasonal tune-up ' || g")
    insert(cursor, Technician, "generate_series(1, 12) g", name="'Technician ' || g")
    insert(cursor, PaymentPolicy, "(SELECT 1) one")
    insert(
        cursor, PaymentAccount, "(SELECT 1) one", gateway="'sandbox'", secret_key_sealed="''::bytea", key_hint="'none'"
    )


def _stage(cursor: Any, host: str, rows: list[Row]) -> None:
    cursor.execute(STAGE)
    with cursor.cursor.copy("COPY person FROM STDIN") as copy:
        for values in _staged(host, rows):
            copy.write_row(values)
    cursor.execute("ANALYZE person")


def _staged(host: str, rows: list[Row]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        who = row.person
        place = (who.street, who.city, who.region, who.postal_code)
        email = f"person{row.number}@{host}.example.com"
        counts = (row.kind.jobs, row.kind.open, row.kind.homes)
        yield row.number, who.name, *place, who.phone, email, *counts, secret_of(host, row.number)


def _customers(cursor: Any) -> None:
    place = {
        "street": "p.street",
        "city": "p.city",
        "region": "p.region",
        "postal_code": "p.postal",
        "country": "'USA'",
    }
    branch = "(SELECT b.id FROM tenancy_branch b WHERE b.is_main)"
    insert(
        cursor, Customer, "person p", source_id="p.n", number="'C-' || p.n", name="p.name", sort_key="lower(p.name)",
        branch_id=branch, created_at="now() - interval '5 years'", **place,
    )  # fmt: skip
    of = "person p JOIN customers_customer c ON c.source_id = p.n"
    insert(
        cursor, Location, f"{of} CROSS JOIN generate_series(1, p.homes) h", source_id="p.n * 100 + h",
        customer_id="c.id", name="p.name", created_at="now() - interval '5 years'",
        **place | {"street": "CASE h WHEN 1 THEN p.street ELSE h || ' ' || p.street END"},
    )  # fmt: skip
    insert(
        cursor, Contact, of, customer_id="c.id", type="'Phone'", value="p.phone",
        phone_digits="regexp_replace(p.phone, '\\D', '', 'g')",
    )  # fmt: skip
    insert(cursor, Contact, of, customer_id="c.id", type="'Email'", value="p.email", email="p.email")
    cursor.execute("ANALYZE customers_customer, customers_location")


def _people(cursor: Any) -> None:
    of = "person p JOIN customers_customer c ON c.source_id = p.n"
    insert(cursor, EmailAddress, "person p", email="p.email", customer_count="1")
    insert(
        cursor, PortalContact, f"{of} JOIN customers_emailaddress a ON a.email = p.email", customer_id="c.id",
        address_id="a.id", email="p.email", is_on_customer="true", invited_at="now()", told_at="now()",
    )  # fmt: skip
    insert(
        cursor, Login, "person p", side="'customer'", email="p.email", name="p.name", password="'!'", created_at="now()"
    )
    insert(
        cursor, LoginSession, "person p JOIN people_login l ON l.email = p.email", login_id="l.id",
        digest="sha256(p.secret::bytea)", started_at="now()", seen_at="now()", expires_at="now() + interval '1 day'",
    )  # fmt: skip


def _jobs(cursor: Any) -> None:
    """The first two jobs of everybody are still to be done. The day of a job is given: the bench has no triggers."""
    completed_at = "CASE WHEN g > 2 THEN now() - interval '1500 days' * g / p.jobs - interval '2 days' END"
    insert(
        cursor, Job,
        IN_TURN + " JOIN (SELECT id, row_number() OVER () - 1 AS at FROM catalog_businessunit) u ON u.at = mod(g, 6)"
        " JOIN (SELECT id, row_number() OVER () - 1 AS at FROM catalog_jobtype) t ON t.at = mod(g, 6)",
        source_id="p.n * 100000 + g", number="'J-' || p.n || '-' || g", customer_id="c.id", location_id="l.id",
        business_unit_id="u.id", job_type_id="t.id", status="CASE WHEN g <= 2 THEN 'Scheduled' ELSE 'Completed' END",
        summary="'Checked and cleaned'", created_at="now() - interval '1500 days' * g / p.jobs - interval '5 days'",
        completed_at=completed_at, happens_at=STARTS.format(completed_at),
    )  # fmt: skip
    insert(
        cursor, Appointment, f"jobs_job j CROSS JOIN LATERAL (SELECT {STARTS.format('j.completed_at')} AS at) v",
        source_id="j.source_id",
        job_id="j.id", number="j.number || '-1'",
        status="CASE WHEN j.status = 'Completed' THEN 'Done' ELSE 'Scheduled' END",
        starts_at="v.at", ends_at="v.at + interval '2 hours'", window_starts_at="v.at",
        window_ends_at="v.at + interval '4 hours'",
    )  # fmt: skip
    insert(
        cursor, AppointmentAssignment,
        "jobs_appointment a JOIN (SELECT id, row_number() OVER () - 1 AS at FROM capacity_technician) t"
        " ON t.at = mod(a.id, 12)",
        source_id="a.source_id", appointment_id="a.id", technician_id="t.id",
        status="CASE WHEN a.status = 'Done' THEN 'Done' ELSE 'Scheduled' END",
    )  # fmt: skip
    cursor.execute("ANALYZE jobs_job")


def _equipment(cursor: Any) -> None:
    """A unit for each job, every tenth no longer in use; the first of each customer was worked on in all its jobs."""
    insert(
        cursor, InstalledEquipment, IN_TURN,
        source_id="p.n * 100000 + g", customer_id="c.id", location_id="l.id", name="'Heat pump ' || g",
        type="'Heat Pump'", manufacturer="'Trane'", installed_on="current_date - g",
        manufacturer_warranty_end="current_date + g", is_active="mod(g, 10) > 0",
        created_at="now() - interval '3 years'",
    )  # fmt: skip
    insert(
        cursor, JobEquipment,
        "jobs_job j JOIN equipment_installedequipment e"
        " ON e.customer_id = j.customer_id AND mod(e.source_id, 100000) = 1",
        job_id="j.id", equipment_id="e.id",
    )  # fmt: skip
    cursor.execute("ANALYZE equipment_installedequipment, jobs_jobequipment")


def _invoices(cursor: Any) -> None:
    """One for each job; the newest of each customer are open."""
    total = "j.source_id - j.source_id / 100000 * 100000 + 10000"
    insert(
        cursor, Invoice,
        "person p JOIN jobs_job j ON j.source_id BETWEEN p.n * 100000 AND p.n * 100000 + 99999"
        " JOIN catalog_businessunit u ON u.id = j.business_unit_id"
        f" CROSS JOIN LATERAL (SELECT mod(j.source_id, 100000) > p.open AS is_paid, {total} AS net) v",
        source_id="j.source_id", number="'I-' || j.number", customer_id="j.customer_id", location_id="j.location_id",
        job_id="j.id", business_unit_id="u.id", branch_id="u.branch_id", title="'Seasonal tune-up'",
        issued_on="j.created_at::date", due_on="j.created_at::date + 30", subtotal_minor="v.net",
        tax_minor="v.net / 10", total_minor="v.net + v.net / 10",
        paid_minor="CASE WHEN v.is_paid THEN v.net + v.net / 10 ELSE 0 END",
        is_settled="v.is_paid", was_ever_positive="true", created_at="j.created_at",
    )  # fmt: skip
    insert(
        cursor, InvoiceItem, "billing_invoice i CROSS JOIN generate_series(1, 2) g", invoice_id="i.id", position="g",
        name="CASE g WHEN 1 THEN 'Tune-up of a heat pump' ELSE 'Air filter 16 × 25' END", type="'Service'",
        quantity="1", description="'Coils cleaned, drain flushed, charge checked.'", price_minor="i.subtotal_minor / 2",
        total_minor="i.subtotal_minor / 2 + CASE g WHEN 1 THEN mod(i.subtotal_minor, 2) ELSE 0 END",
    )  # fmt: skip
    cursor.execute("ANALYZE billing_invoice")


def _payments(cursor: Any) -> None:
    insert(
        cursor, Payment, "billing_invoice i WHERE i.is_settled", source_id="i.source_id", customer_id="i.customer_id",
        amount_minor="i.total_minor", method="'card'", method_label="'Visa ending in 4242'", channel="'office'",
        state="'succeeded'", received_minor="i.total_minor", paid_on="i.issued_on + 10",
        receipt_number="'R-' || i.source_id", created_at="i.created_at + interval '10 days'",
        succeeded_at="i.created_at + interval '10 days'",
    )  # fmt: skip
    of = "billing_payment p JOIN billing_invoice i ON i.source_id = p.source_id"
    insert(
        cursor, Allocation, of, payment_id="p.id", invoice_id="i.id", amount_minor="p.amount_minor",
        posted_minor="p.amount_minor", state="'posted'", applied_on="p.paid_on",
    )  # fmt: skip
    entry = {"customer_id": "p.customer_id", "payment_id": "p.id", "source_type": "'bench'", "at": "p.created_at"}
    entry |= {"source_ref": "'payment:' || p.source_id"}
    insert(cursor, LedgerEntry, of, kind="'payment_in'", amount_minor="p.amount_minor", **entry)
    insert(cursor, LedgerEntry, of, kind="'allocate'", amount_minor="-p.amount_minor", invoice_id="i.id", **entry)


def insert(cursor: Any, model: type[models.Model], source: str, **given: str) -> None:
    """INSERT … SELECT with the expressions given; the other columns get what the model says, as a new object would."""
    columns, expressions, values = [], [], []
    for field in model._meta.local_concrete_fields:
        if field.primary_key or (field.has_db_default() and field.column not in given):
            continue
        columns.append(f'"{field.column}"')
        if field.column in given:
            expressions.append(given[field.column])
        elif isinstance(field, PublicIdField):
            expressions.append("gen_random_uuid()")
        else:
            expressions.append("%s")
            values.append(_default(field))
    unknown = set(given) - {field.column for field in model._meta.local_concrete_fields}
    if unknown:
        raise SystemExit(f"{model.__name__} has no {unknown}")
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(expressions)} FROM {source}",
        values,
    )


def _default(field: Any) -> Any:
    if field.column == "company_id":
        return current_company_id()
    value = None if field.null and not field.has_default() else field.get_default()
    return field.get_db_prep_save(value, connection)


if __name__ == "__main__":
    main()

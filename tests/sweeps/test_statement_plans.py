"""A run of statements beside ten thousand open invoices: no statement of its pages or of its worker reads more than its
step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from portico.domain.statements import operations
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.models import StatementRun, StatementRunRow
from portico.domain.statements.operations import preparing
from portico.domain.statements.operations.runs import Choice
from portico.domain.statements.queries import mails, runs
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.factories import people
from tests.sweeps import long_history
from tests.sweeps.long_history import MOST_ROWS, listening, most_rows

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 10_000
READS = ("SELECT", "WITH", "UPDATE")
ROWS = (
    """INSERT INTO customers_customer (company_id, public_id, number, name, sort_key, type, branch_id, is_branch_fixed,
    street, unit, city, region, postal_code, country, memo, is_active, do_not_mail, do_not_service, created_at)
  SELECT b.company_id, gen_random_uuid(), 'M' || n, 'Person ' || n, 'person ' || n, 'Residential', b.id, false,
    '', '', '', '', '', '', '', true, false, false, now() FROM tenancy_branch b, generate_series(1, %(many)s) n""",
    """INSERT INTO customers_emailaddress (company_id, public_id, email, customer_count, is_placeholder, is_confirmed)
  SELECT b.company_id, gen_random_uuid(), 'm' || n || '@example.com', 1, false, false
  FROM tenancy_branch b, generate_series(1, %(many)s) n""",
    """INSERT INTO customers_portalcontact (company_id, public_id, customer_id, address_id, email, memo, billing,
    is_on_customer, is_widened, is_present)
  SELECT c.company_id, gen_random_uuid(), c.id, a.id, a.email, '', 'billing', true, false, true
  FROM customers_customer c JOIN customers_emailaddress a ON a.email = 'm' || substr(c.number, 2) || '@example.com'""",
    """INSERT INTO billing_invoice (company_id, public_id, number, customer_id, branch_id, title, term_name, issued_on,
    due_on, currency, subtotal_minor, tax_minor, total_minor, paid_minor, reserved_minor, state, is_settled,
    was_ever_positive, version, sync_status, created_at)
  SELECT c.company_id, gen_random_uuid(), c.number, c.id, c.branch_id, '', '', current_date - 40, current_date - 10,
    'USD', c.id, 0, c.id, 0, 0, 'issued', false, true, 1, '', now() FROM customers_customer c""",
)


@pytest.fixture
def company() -> Iterator[int]:
    made = people.make_company()
    for statement in ROWS:
        with people.inside(made), connection.cursor() as cursor:
            cursor.execute(statement, {"many": CUSTOMERS})
        long_history._analyze()  # triggers look around too
    with company_scope(made.id):
        yield made.id


def begun() -> UUID:
    with transaction.atomic():
        day = clock.today(Branch.objects.get(is_main=True).time_zone)
    choice = Choice(as_of_on=day, smallest_minor=1, is_overdue_only=False, branch=None)
    return operations.begin_run(choice=choice, by=people.OFFICE)


def test_steps_and_pages_of_a_run_read_their_part(company: int) -> None:
    run = begun()
    for _at in range(3):
        operations.step(run=run)
    with listening() as heard:
        operations.step(run=run)
    assert runs.run_of(run).walked == 4 * preparing.AT_ONCE  # type: ignore[union-attr]
    operations.finish(run=run)
    found = runs.run_of(run)
    assert found is not None
    assert (found.state, found.planned.customers, found.walked) == (RunState.READY, CUSTOMERS, CUSTOMERS)
    assert found.planned.open_minor == found.planned.due_minor
    operations.start_run(run=run, by=people.OFFICE)
    operations.step(run=run)
    long_history._analyze()
    with transaction.atomic():
        mailed = StatementRunRow.objects.filter(outcome=Outcome.MAILED)[0].customer_id
        StatementRun.objects.update(touched_at=clock.real_now() - timedelta(minutes=2))
    with listening() as further:
        operations.step(run=run)
        shown = runs.rows_of(found.key, Outcome.MAIL, after=5000)
        assert len(shown) == runs.SHOWN + 1
        assert len(runs.rows_of(found.key, Outcome.MAILED, after=0)) == 50
        assert len(runs.newest_runs()) == 1
        assert runs.run_of(run) is not None
        mails.prospect(mailed, on=found.as_of_on)
        operations.catch_up()
    every = [*heard, *further]
    asked = [told for told in every if told[0].lstrip().startswith(READS) and "procrastinate" not in told[0]]
    with transaction.atomic():
        rows = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in asked]
    assert [told for told in rows if told[0] > MOST_ROWS] == []
    assert len(rows) > 60

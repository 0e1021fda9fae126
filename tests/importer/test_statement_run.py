"""Statements for a whole export: to the cent what is open, each address once, however often it is run."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from portico.domain.billing.queries import invoices as portal
from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.statements import operations, rules
from portico.domain.statements.enums import Outcome
from portico.domain.statements.models import StatementMail, StatementRunRow
from portico.domain.statements.operations.runs import Choice
from portico.domain.statements.queries import runs
from portico.domain.statements.queries.runs import RunFacts
from portico.foundation.audit.operations import SHELL
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.models import Branch, Company, HostName, PortalState
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.importer import folders

pytestmark = pytest.mark.django_db(transaction=True)

# Recomputed from invoices and ledger alone, by statements that share nothing with the product's.
OPEN = """
SELECT i.customer_id, sum(i.total_minor + coalesce(l.moved, 0))::bigint
  FROM billing_invoice i
  LEFT JOIN (SELECT invoice_id, sum(amount_minor) AS moved FROM billing_ledgerentry
              WHERE invoice_id IS NOT NULL GROUP BY invoice_id) l ON l.invoice_id = i.id
 WHERE i.state <> 'void' AND i.issued_on <= %s AND i.total_minor > 0
   AND i.total_minor + coalesce(l.moved, 0) > 0
 GROUP BY i.customer_id"""
CREDIT = """
SELECT customer_id, sum(amount)::bigint FROM (
  SELECT customer_id, amount_minor AS amount FROM billing_ledgerentry
  UNION ALL
  SELECT i.customer_id, -i.total_minor - coalesce((SELECT sum(l.amount_minor) FROM billing_ledgerentry l
      WHERE l.invoice_id = i.id), 0)
    FROM billing_invoice i WHERE i.state <> 'void' AND i.total_minor < 0 AND i.issued_on <= %s) x
 GROUP BY customer_id"""
PENDING = """
SELECT i.customer_id, sum(a.amount_minor)::bigint
  FROM billing_allocation a JOIN billing_invoice i ON i.id = a.invoice_id JOIN billing_payment p ON p.id = a.payment_id
 WHERE a.state = 'reserved' AND p.state <> 'open' AND i.issued_on <= %s GROUP BY i.customer_id"""


def asked(statement: str, *values: Any) -> dict[int, int]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return {customer: int(amount) for customer, amount in cursor.fetchall() if amount}


def run_all() -> tuple[RunFacts, dict[str, float]]:
    """A run over everybody, from the first question to the last mail in the queue; and the seconds."""
    began = time.monotonic()
    with transaction.atomic():
        day = clock.today(Branch.objects.get(is_main=True).time_zone)
    run: UUID = operations.begin_run(choice=Choice(day, 1, is_overdue_only=False, branch=None), by=SHELL)
    operations.finish(run=run)
    prepared = time.monotonic()
    found = runs.run_of(run)
    assert found is not None
    if found.planned.customers:
        operations.start_run(run=run, by=SHELL)
        operations.finish(run=run)
    found = runs.run_of(run)
    assert found is not None
    return found, {"preview": prepared - began, "sending": time.monotonic() - prepared}


def test_run_over_an_export_asks_for_what_is_open_to_the_cent_and_once(
    export: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders.take(export)
    with transaction.atomic():
        company = HostName.objects.get(host=folders.host_of(export)).company_id
        Company.objects.filter(pk=company).update(portal_state=PortalState.ON)
    with company_scope(company):
        first, seconds = run_all()
        with transaction.atomic():
            rows = {row.customer_id: row for row in StatementRunRow.objects.filter(run__public_id=first.id)}
        opened, credit = asked(OPEN, first.as_of_on), asked(CREDIT, first.as_of_on)
        pending = asked(PENDING, first.as_of_on)
        assert {customer: row.open_minor for customer, row in rows.items() if row.open_minor} == opened
        due = {customer: opened[customer] - credit.get(customer, 0) - pending.get(customer, 0) for customer in opened}
        assert {customer: row.due_minor for customer, row in rows.items() if row.open_minor} == due
        every = rules.total(first.finals)
        assert (every.open_minor, every.customers) == (sum(opened.values()), len(rows))
        _equals_what_the_pay_page_asks_for(rows)

        mailed = {customer: row for customer, row in rows.items() if row.outcome == Outcome.MAILED}
        with transaction.atomic():
            mails = list(StatementMail.objects.values("customer_id", "due_minor", "emails"))
            went = Counter(Message.objects.filter(kind="statement").values_list("customer_id", "to_email"))
        assert {mail["customer_id"]: mail["due_minor"] for mail in mails} == {key: due[key] for key in mailed}
        assert set(went.values()) == {1}
        assert len(went) == sum(len(mail["emails"]) for mail in mails) == first.mailed.mails
        assert len(mailed) > 3

        second, _seconds = run_all()
        assert (second.planned.customers, second.mailed.customers) == (0, 0)
        assert rules.tally_of(second.found, Outcome.RECENT).customers == len(mailed)
        assert rules.total(second.found).open_minor == every.open_minor
        with transaction.atomic():
            assert Message.objects.filter(kind="statement").count() == len(went)
    with capsys.disabled():
        told = {outcome: one["customers"] for outcome, one in first.finals.items()}
        print(f"\n{told}; {first.mailed.as_json()}; open {every.open_minor}; {seconds}")


def _equals_what_the_pay_page_asks_for(rows: dict[int, StatementRunRow]) -> None:
    """What an account without credit is asked for by the mail is what its own pay page comes to."""
    with transaction.atomic():
        for customer in Customer.objects.filter(pk__in=rows, merged_into=None):
            row, scope = rows[customer.pk], Scope([customer.pk], [None])
            listed = portal.invoices(scope=scope, paid=False, currency="USD", now=clock.now(), limit=1)
            pending = sum(row.customer.invoices.values_list("reserved_minor", flat=True))
            assert listed.sums.due.minor == row.open_minor - pending

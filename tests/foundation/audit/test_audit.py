"""The trail: in the transaction of the fact, of one company, only ever added to."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from django.db import ProgrammingError, transaction

from portico.foundation.audit import operations as audit
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SYSTEM, Actor, ActorKind
from portico.foundation.audit.queries import trail_of_customer
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db
OLGA = Actor(ActorKind.STAFF, ref="7", name="Olga Office", ip_prefix="203.0.113.0/24")


@pytest.fixture(autouse=True)
def company():
    with people.inside(people.make_company()):
        yield


@pytest.fixture
def smith():
    return make.make_customer("Smith")


def test_entry_says_who_did_what_to_what(smith):
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        audit.record("invoice.mailed", smith, by=OLGA, customer=smith.public_id, note="ana@example.com", amount=100)
    entry = AuditEntry.objects.get(verb="invoice.mailed")
    assert (entry.actor_kind, entry.actor_ref, entry.actor_name, entry.ip_prefix) == (
        "staff",
        "7",
        "Olga Office",
        "203.0.113.0/24",
    )
    assert (entry.subject_kind, entry.subject_id, entry.note, entry.facts) == (
        "Customer",
        str(smith.public_id),
        "ana@example.com",
        {"amount": 100},
    )
    assert entry.at.isoformat() == "2026-07-01T12:00:00+00:00"


def test_entry_goes_with_the_fact_that_was_rolled_back(smith):
    with transaction.atomic():
        audit.record("planned", smith, by=SYSTEM)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.filter(verb="planned").exists()


def test_trail_is_of_one_customer_newest_first_and_short(smith):
    for number in range(4):
        audit.record(f"act {number}", smith, by=SYSTEM, customer=smith.public_id)
    audit.record("of another", smith, by=SYSTEM, customer=uuid4())
    assert [row.verb for row in trail_of_customer(smith.public_id, limit=3)] == ["act 3", "act 2", "act 1"]


@pytest.mark.parametrize("change", ("update", "delete"))
def test_entry_can_be_neither_changed_nor_removed(change, smith):
    audit.record("done", smith, by=SYSTEM)
    rows = AuditEntry.objects.filter(verb="done")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows.update(verb="undone") if change == "update" else rows.delete()
    assert rows.count() == 1

"""The trail of years is read a page at a time, however it is narrowed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection

from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.queries import Sought, trail
from portico.kernel import clock
from tests.factories import people
from tests.sweeps import long_history
from tests.sweeps.long_history import MOST_ROWS, listening, most_rows

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20_000
ROWS = """INSERT INTO audit_auditentry (company_id, public_id, at, verb, actor_kind, actor_ref, actor_name,
    subject_kind, subject_id, customer_id, note, facts, ip_prefix)
  SELECT id, gen_random_uuid(), now() - n * interval '1 minute',
    (ARRAY['payment.succeeded', 'portal.invited', 'person.signed_in', 'visit.booked'])[1 + mod(n, 4)],
    (ARRAY['customer', 'staff', 'gateway'])[1 + mod(n, 3)], md5(mod(n, 50)::text)::uuid::text, 'Somebody', 'Customer',
    '', md5(mod(n, 700)::text)::uuid, '', '{}', ''
  FROM tenancy_company, generate_series(1, %(many)s) n WHERE id = %(company)s"""


def test_every_narrowing_of_the_trail_reads_its_page() -> None:
    company = people.make_company()
    with people.inside(company), connection.cursor() as cursor:
        cursor.execute(ROWS, {"many": MANY, "company": company.id})
    long_history._analyze()
    now = clock.real_now()
    with people.inside(company):
        one = AuditEntry.objects.order_by("at")[MANY // 2]
        found = {
            "all": Sought(),
            "person": Sought(actor=UUID(one.actor_ref)),
            "side": Sought(kind="gateway"),
            "verb": Sought(verb="visit.booked"),
            "record": Sought(customer=one.customer_id),
            "days": Sought(since=now - timedelta(days=9), until=now - timedelta(days=8)),
            "verb and days": Sought(verb="visit.booked", since=now - timedelta(days=9), until=now - timedelta(days=8)),
        }
        assert most(found, None) == {}
        assert most({name: sought for name, sought in found.items() if "days" not in name}, one.public_id) == {}


def most(asked: dict[str, Sought], before: UUID | None) -> dict[str, int]:
    """Narrowings whose statements read more than a page should, of those that find something."""
    worst = {}
    for name, sought in asked.items():
        with listening() as heard:
            assert trail(sought=sought, before=before), name
        worst[name] = max(most_rows(sql, values) for sql, values in heard)
    return {name: rows for name, rows in worst.items() if rows > MOST_ROWS}

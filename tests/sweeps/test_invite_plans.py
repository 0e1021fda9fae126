"""Portal users and lists to invite beside ten thousand customers: no statement reads more than its page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from portico.domain.customers.models import PortalContact
from portico.domain.customers.search import refresh_search
from portico.domain.invitations import operations, people, queries
from portico.domain.invitations.people import UserState
from portico.domain.invitations.queries import standings
from portico.foundation.people.models import Login
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people as persons
from tests.sweeps import long_history
from tests.sweeps.long_history import MOST_ROWS, listening, most_rows

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 10_000
ROWS = (
    """INSERT INTO customers_customer (company_id, public_id, number, name, sort_key, type, branch_id, is_branch_fixed,
    street, unit, city, region, postal_code, country, memo, is_active, do_not_mail, do_not_service, created_at)
  SELECT b.company_id, gen_random_uuid(), 'M' || n, 'Person ' || n, 'person ' || n, 'Residential', b.id, false,
    '', '', '', '', '', '', '', true, false, false, now() FROM tenancy_branch b, generate_series(1, %(many)s) n""",
    """INSERT INTO people_login (company_id, public_id, side, email, name, password, role, is_active, created_at,
    last_signed_in_at)
  SELECT b.company_id, gen_random_uuid(), 'customer', 'm' || n || '@example.com', '', '', '', true,
    now() - interval '1 year', now() - n * interval '1 hour'
  FROM tenancy_branch b, generate_series(1, %(many)s / 3) n""",
    """INSERT INTO customers_emailaddress (company_id, public_id, email, customer_count, is_placeholder, is_confirmed)
  SELECT b.company_id, gen_random_uuid(), 'm' || n || '@example.com', 1, mod(n, 500) = 0, false
  FROM tenancy_branch b, generate_series(1, %(many)s) n""",
    """INSERT INTO customers_portalcontact (company_id, public_id, customer_id, address_id, email, memo, billing,
    is_on_customer, is_widened, is_present, invited_at)
  SELECT c.company_id, gen_random_uuid(), c.id, a.id, a.email, '', 'billing', true, false, true,
    CASE WHEN mod(c.id, 2) = 0 THEN now() - c.id * interval '1 minute' END
  FROM customers_customer c JOIN customers_emailaddress a ON a.email = 'm' || substr(c.number, 2) || '@example.com'""",
)


@pytest.fixture
def company() -> Iterator[int]:
    made = persons.make_company()
    with persons.inside(made):
        with connection.cursor() as cursor:
            for statement in ROWS:
                cursor.execute(statement, {"many": CUSTOMERS})
        make.make_customer("Zebulon Quartermain", "zebulon@example.com")
        refresh_search()
    long_history._analyze()
    with persons.inside(made):
        yield made.id


def test_lists_of_portal_users_read_their_page(company: int) -> None:
    with listening() as heard:
        for state in (UserState.NEVER, UserState.SENT, UserState.ACTIVE, UserState.DORMANT, UserState.NOBODY):
            first = people.users_in(state, after=None)
            people.users_in(state, after=first[len(first) // 2].id)
        assert len(people.users_found("Zebulon")) == 1
        counts = people.counts()
    full = {UserState.NEVER, UserState.SENT, UserState.ACTIVE, UserState.DORMANT}
    assert {state for state, count in counts.items() if count == people.MOST_COUNTED} == full
    found = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in heard]
    assert [told for told in found if told[0] > MOST_ROWS] == []
    assert len(found) > 11


def test_stages_of_ten_thousand_are_what_their_records_say(company: int) -> None:
    line = clock.real_now() - timedelta(days=90)
    stages = PortalContact.objects.values_list("stage", "email", "invited_at", "address__is_placeholder")
    logins = dict(Login.objects.values_list("email", "last_signed_in_at"))
    wrong = [
        email
        for stage, email, invited_at, is_placeholder in stages
        if stage
        != ("nobody" if is_placeholder else "account" if email in logins else "sent" if invited_at else "never")
    ]
    assert wrong == []
    assert sum(at < line for at in logins.values()) > 1000


def test_addresses_of_a_list_are_looked_up_by_their_keys(company: int) -> None:
    emails = [f"m{n}@example.com" for n in range(1, 60)]
    which = operations.add_list(name="a.csv", content=" ".join(emails).encode(), by=persons.OFFICE)
    operations.finish(invite_list=which)
    with listening() as heard:
        assert len(standings(emails).of) == 59
        assert len(queries.rows_of(which, after=10)) == 49
        assert len(queries.newest_lists()) == 1
    found = [(most_rows(sql, values), " ".join(sql.split())[:300]) for sql, values in heard]
    assert [told for told in found if told[0] > MOST_ROWS] == []

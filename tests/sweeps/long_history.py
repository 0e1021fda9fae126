"""A customer with ten thousand jobs among ordinary ones, and how many rows the plan of a statement touches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from bench.cast import Kind, secret_of
from bench.rows import Row, fill_company, insert
from bench.search import people
from portico.domain.billing.models import Deposit, LedgerEntry, Payment
from portico.domain.estimates.models import Approval
from portico.foundation.people.browser import COOKIE
from portico.foundation.people.enums import Side
from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import company_scope
from tests import database

MOST_ROWS = 200
JOBS, MEMBERSHIPS, PROPOSALS, ADDRESSES, PHOTOS_OF_ONE = 10_000, 2_000, 2_000, 61, 1_000
OFFERS = 5_000  # more than anybody gets
LONG = Kind("long", people=1, jobs=JOBS, open=12)
ORDINARY = Kind("ordinary", people=49, jobs=10, open=3)
COMPANIES = 5
LONG_ONE, SHORT_ONE = 0, 1  # numbers of people
HOST = "plans-0"

# Beside the rows of the bench, for the two people whose pages are looked at: an address that nobody worked at, photos,
# memberships with visits and bills.
ADDRESS_ROWS = """INSERT INTO customers_location (company_id, public_id, customer_id, name, street, unit, city, region,
    postal_code, country, is_active, created_at)
  SELECT c.company_id, gen_random_uuid(), c.id, 'House ' || n, n || ' Elm Street', '', 'Phoenix', 'AZ', '85001', 'USA',
    true, now() FROM customers_customer c, generate_series(2, %(addresses)s) n WHERE c.source_id = %(person)s"""
PHOTO_ROWS = """INSERT INTO documents_document (company_id, public_id, source, source_path, kind, name, customer_id,
    location_id, job_id, answers, form_status, created_at, uploaded_by_name, is_shared, shared_by_name)
  SELECT j.company_id, gen_random_uuid(), '', '', 'photo', 'photo.jpg', j.customer_id, j.location_id, j.id, '[]', '',
    j.happens_at + n * interval '1 second', '', true, ''
  FROM jobs_job j CROSS JOIN LATERAL generate_series(
    1, CASE WHEN j.source_id = %(middle)s THEN %(photos)s::int ELSE 1 END) n
  WHERE j.source_id / 100000 = %(person)s"""
TYPE_ROW = """INSERT INTO memberships_membershiptype (company_id, public_id, name, display_name, billing, is_active)
  SELECT id, gen_random_uuid(), 'Plan', 'Plan', '[]', true FROM tenancy_company WHERE id = %(company)s"""
MEMBERSHIP_ROWS = """INSERT INTO memberships_membership (company_id, public_id, source_id, customer_id, location_id,
    type_id, status, starts_at, listed_at, billing_frequency, memo, created_at)
  SELECT c.company_id, gen_random_uuid(), c.source_id * 100000 + n, c.id,
    (SELECT min(l.id) FROM customers_location l WHERE l.customer_id = c.id),
    (SELECT t.id FROM memberships_membershiptype t LIMIT 1),
    (ARRAY['Active', 'Suspended', 'Expired', 'Canceled', 'Deleted'])[1 + mod(n, 5)],
    now() - n * interval '1 hour', now() - n * interval '1 hour', 'Annual', '', now()
  FROM customers_customer c, generate_series(1, %(memberships)s) n WHERE c.source_id = %(person)s"""
EVENT_ROWS = """INSERT INTO memberships_recurringserviceevent
    (company_id, public_id, membership_id, name, due_at, status)
  SELECT m.company_id, gen_random_uuid(), m.id, 'Tune-up', now() + n * interval '5 days', 'NotAttempted'
  FROM memberships_membership m, generate_series(-2, 2) n WHERE m.source_id / 100000 = %(person)s"""
BILLS = """UPDATE billing_invoice
  SET membership_source_id = source_id - mod(source_id, 100000) + 1 + mod(source_id, 1000)
  WHERE source_id / 100000 = %(person)s"""
# Other times that were offered for visits; two such offers still wait for an answer.
OFFER_ROWS = """INSERT INTO booking_visitoffer (company_id, public_id, appointment_id, customer_id, state, message,
    was_starts_at, was_ends_at, made_by, made_by_name, made_at, expires_at, ended_by_name)
  SELECT a.company_id, gen_random_uuid(), a.id, a.customer_id, CASE WHEN a.n <= 2 THEN 'open' ELSE 'expired' END, '',
    a.window_starts_at, a.window_ends_at, '', '', now(), now() + interval '30 days', ''
  FROM (SELECT a.*, j.customer_id, row_number() OVER (ORDER BY a.id DESC) AS n
    FROM jobs_appointment a JOIN jobs_job j ON j.id = a.job_id WHERE j.source_id / 100000 = %(person)s) a
  WHERE a.n <= %(offers)s"""
# Proposals of three options in each state: waiting, without an end, expired, accepted, declined; every tenth is of a
# job that was canceled. One estimate has a long thread.
STATES = "(ARRAY['open', 'open', 'open', 'accepted', 'declined'])[1 + mod(mod(j.source_id, 100000), 5)]"
ESTIMATE_ROWS = (
    """UPDATE jobs_job SET status = 'Canceled' WHERE source_id / 100000 = %(person)s AND status = 'Completed'
  AND mod(source_id, 100000) <= %(proposals)s AND mod(mod(source_id, 100000), 10) = 7""",
    f"""INSERT INTO estimates_proposal (company_id, public_id, customer_id, location_id, job_id, tag, state, open_until,
    listed_at)
  SELECT j.company_id, gen_random_uuid(), j.customer_id, j.location_id, j.id, 'Options', {STATES},
    CASE mod(mod(j.source_id, 100000), 5) WHEN 0 THEN now() + mod(j.source_id, 100000) * interval '1 hour'
      WHEN 2 THEN now() - mod(j.source_id, 100000) * interval '1 hour' END, j.happens_at
  FROM jobs_job j WHERE j.source_id / 100000 = %(person)s AND mod(j.source_id, 100000) <= %(proposals)s""",
    """INSERT INTO estimates_estimate (company_id, public_id, source_id, proposal_id, position, number, name, summary,
    status, is_other_chosen, is_recommended, is_active, business_unit_id, branch_id, currency, subtotal_minor,
    tax_minor, total_minor, deposit_kind, deposit_minor, deposit_percent, expires_at, owner_name, version, created_at)
  SELECT p.company_id, gen_random_uuid(), j.source_id * 10 + n, p.id, n, (j.source_id * 10 + n)::text, 'Option', '',
    CASE p.state WHEN 'open' THEN 'Open' WHEN 'declined' THEN 'Dismissed' ELSE CASE n WHEN 0 THEN 'Sold'
      ELSE 'Dismissed' END END, p.state = 'accepted' AND n > 0, n = 1, true, j.business_unit_id, u.branch_id, 'USD',
    9000, 1000, 10000, 'none', 0, 0, p.open_until, '', 1, p.listed_at
  FROM estimates_proposal p JOIN jobs_job j ON j.id = p.job_id JOIN catalog_businessunit u ON u.id = j.business_unit_id
  CROSS JOIN generate_series(0, 2) n WHERE j.source_id / 100000 = %(person)s""",
    """INSERT INTO estimates_estimateversion (company_id, estimate_id, n, content, made_by_name, at)
  SELECT e.company_id, e.id, 1, jsonb_build_object('estimate', e.public_id, 'number', e.number, 'name', e.name,
    'summary', '', 'currency', 'USD', 'tax_rate', NULL, 'tax_minor', 1000, 'deposit',
    jsonb_build_object('kind', 'none', 'minor', 0, 'percent', '0'), 'expires_at', NULL, 'lines', jsonb_build_array(
      jsonb_build_object('ref', gen_random_uuid(), 'name', 'Tank', 'description', '', 'quantity', '1', 'price_minor',
        9000, 'member_price_minor', NULL, 'total_minor', 9000, 'is_optional', false, 'is_suggested', false,
        'is_taxable', true))), '', now()
  FROM estimates_estimate e JOIN estimates_proposal p ON p.id = e.proposal_id JOIN jobs_job j ON j.id = p.job_id
  WHERE j.source_id / 100000 = %(person)s""",
    """INSERT INTO estimates_estimateevent (company_id, estimate_id, kind, version_n, made_by_name, note, at)
  SELECT e.company_id, e.id, 'changed', 1, '', '', now() FROM estimates_estimate e
  JOIN estimates_proposal p ON p.id = e.proposal_id JOIN jobs_job j ON j.id = p.job_id, generate_series(1, 3)
  WHERE j.source_id / 100000 = %(person)s""",
    """INSERT INTO estimates_estimatemessage (company_id, public_id, estimate_id, kind, side, item_name, text,
    author_name, author_email, at)
  SELECT e.company_id, gen_random_uuid(), e.id, 'question', 'customer', '', 'When?', '', '', now()
  FROM estimates_estimate e JOIN estimates_proposal p ON p.id = e.proposal_id JOIN jobs_job j ON j.id = p.job_id
  CROSS JOIN LATERAL generate_series(1, CASE WHEN e.position = 0 THEN 5 ELSE 1 END) n
  WHERE j.source_id / 100000 = %(person)s""",
)


@pytest.fixture(scope="module")
def long_history(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Several companies, their statistics known; in one a customer has a thousand times the history of any other."""
    with django_db_blocker.unblock(), database.filled("long_history", _fill):
        company = int(HostName.objects.get(host=HOST).company_id)
        with django_db_blocker.block():
            yield company


@pytest.fixture
def company(long_history: int, db: None) -> Iterator[int]:
    """The company with the long history, and its scope."""
    with company_scope(long_history):
        yield long_history


def _fill() -> None:
    crowd = list(people(COMPANIES * ORDINARY.people + 1))
    shares = [crowd[at + 1 :: COMPANIES] for at in range(COMPANIES)]
    # The ordinary ones first: what the database then knows of its tables keeps the triggers of the long one quick.
    for at in (4, 3, 2, 1, 0):
        rows = [Row(number, person, ORDINARY) for number, person in enumerate(shares[at], 1)]
        fill_company(f"plans-{at}", rows if at else [Row(LONG_ONE, crowd[0], LONG), *rows])
        _analyze()
    company = int(HostName.objects.get(host=HOST).company_id)
    with company_scope(company), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # a history at once, as no visitor writes it
        cursor.execute(TYPE_ROW, {"company": company})
        _beside(
            cursor,
            LONG_ONE,
            middle=JOBS // 2,
            photos=PHOTOS_OF_ONE,
            memberships=MEMBERSHIPS,
            addresses=ADDRESSES,
            proposals=PROPOSALS,
            offers=OFFERS,
        )
        _beside(cursor, SHORT_ONE, middle=0, photos=1, memberships=10, addresses=1, proposals=10, offers=3)
    _analyze()


def _beside(cursor: Any, person: int, **counts: int) -> None:
    for text in (*ESTIMATE_ROWS, ADDRESS_ROWS, PHOTO_ROWS, MEMBERSHIP_ROWS, EVENT_ROWS, BILLS, OFFER_ROWS):
        cursor.execute(text, {"person": person, **counts})
    _deposits(cursor, person)


def _deposits(cursor: Any, person: int) -> None:
    """An approval of every declined proposal, with its deposit: the newest not paid, twenty held, the others used."""
    of_person = f"JOIN jobs_job j ON j.id = p.job_id WHERE j.source_id / 100000 = {person}"
    declined = "estimates_estimate e JOIN estimates_proposal p ON p.id = e.proposal_id"
    insert(
        cursor, Approval, f"{declined} {of_person} AND p.state = 'declined' AND e.position = 0", estimate_id="e.id",
        channel="'phone'", signer_name="'Ana'", signature_kind="'none'", version_n="1", terms_n="0", snapshot="'{}'",
        sha256="repeat('0', 64)", currency="'USD'", total_minor="10000", deposit_minor="1000",
        recorded_by_name="'Olga'", note="'Called.'", at="e.created_at",
    )  # fmt: skip
    insert(
        cursor, Deposit, f"estimates_approval a JOIN {declined} ON e.id = a.estimate_id {of_person}",
        customer_id="p.customer_id", job_id="p.job_id", approval_ref="a.public_id", title="e.name",
        amount_minor="a.deposit_minor", currency="a.currency", created_at="a.at",
        released_at="CASE WHEN rank() OVER (ORDER BY a.id DESC) > 21 THEN a.at END",
    )  # fmt: skip
    insert(
        cursor, Payment, f"billing_deposit d {of_person.replace('p.job_id', 'd.job_id')}"
        " AND EXISTS (SELECT FROM billing_deposit o WHERE o.customer_id = d.customer_id AND o.id < d.id)",
        customer_id="d.customer_id", deposit_id="d.id", amount_minor="d.amount_minor", method="'card'",
        method_label="'Visa ending in 4242'", channel="'portal'", state="'succeeded'", currency="d.currency",
        received_minor="d.amount_minor", paid_on="d.created_at::date", created_at="d.created_at",
        succeeded_at="d.created_at",
    )  # fmt: skip
    cursor.execute("UPDATE billing_deposit d SET payment_id = p.id FROM billing_payment p WHERE p.deposit_id = d.id")
    entry = {"customer_id": "p.customer_id", "payment_id": "p.id", "source_type": "'deposit'", "at": "p.created_at"}
    entry |= {"source_ref": "p.public_id::text", "currency": "p.currency"}
    paid = (
        f"billing_payment p JOIN billing_deposit d ON d.id = p.deposit_id {of_person.replace('p.job_id', 'd.job_id')}"
    )
    insert(cursor, LedgerEntry, paid, kind="'payment_in'", amount_minor="p.amount_minor", **entry)
    used = f"{paid} AND d.released_at IS NOT NULL"
    bill = "(SELECT min(i.id) FROM billing_invoice i WHERE i.job_id = d.job_id)"
    insert(cursor, LedgerEntry, used, kind="'allocate'", amount_minor="-p.amount_minor", invoice_id=bill, **entry)


def _analyze() -> None:
    with psycopg.connect(database.owner_url(connection.settings_dict["NAME"]), autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")  # an emptied table keeps its pages, and its indexes their entries, until then


def browser_of(person: int) -> Client:
    """The signed-in browser of one of the people, by number."""
    client = Client(headers={"host": f"{HOST}.localhost"})
    client.cookies[COOKIE[Side.CUSTOMER]] = secret_of(HOST, person)
    return client


def one(text: str, *values: Any) -> tuple[Any, ...]:
    """The first row of a statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        row = cursor.fetchone()
    assert row is not None, text
    return tuple(row)


@contextmanager
def listening() -> Iterator[list[tuple[str, Any]]]:
    """The statements that run inside, with what they were given."""
    heard: list[tuple[str, Any]] = []

    def hear(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        heard.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield heard


def most_rows(text: str, values: Any) -> int:
    """The most rows that one node of the generic plan touches, those thrown away by a filter too."""
    numbered, given = _numbered(text, values)
    with transaction.atomic(), psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute("PREPARE probe AS " + numbered)
        marks = f"({', '.join(['%s'] * len(given))})" if given else ""
        row = cursor.execute(f"EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) EXECUTE probe {marks}", given).fetchone()
        cursor.execute("DEALLOCATE probe")
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return max(_rows(plan[0]["Plan"]))


def _numbered(text: str, values: Any) -> tuple[str, list[Any]]:
    """Parameters as `$1`, named ones once each."""
    if isinstance(values, dict):
        names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        return re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", text), [values[n] for n in names]
    numbers = iter(range(1, len(values or ()) + 1))
    return re.sub("%s", lambda _found: f"${next(numbers)}", text), list(values or ())


def _rows(node: dict[str, Any]) -> Iterator[int]:
    thrown = sum(count for key, count in node.items() if key.startswith("Rows Removed by"))
    yield round((node["Actual Rows"] + thrown) * node["Actual Loops"])
    for inner in node.get("Plans", []):
        yield from _rows(inner)

"""No page reads its customer's whole history: the plans of the statements, and what ten thousand jobs ask for."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from portico.domain.billing.queries import (
    deposit_sql,
    invoice_sql,
    job_invoice_sql,
    method_sql,
    office_desk_sql,
    payment_sql,
)
from portico.domain.booking.queries import home_sql
from portico.domain.documents.queries import portal_sql as document_sql
from portico.domain.equipment.queries import office_sql as office_unit_sql
from portico.domain.equipment.queries import unit_sql
from portico.domain.estimates.enums import ProposalState
from portico.domain.estimates.queries import deposits as approval_sql
from portico.domain.estimates.queries import office_sql as office_estimate_sql
from portico.domain.estimates.queries import portal_page_sql, portal_sql
from portico.domain.estimates.queries.office import FAR, LAST
from portico.domain.jobs.queries import job_sql, office_visit_sql, visit_sql
from portico.domain.jobs.queries import unit_sql as unit_job_sql
from portico.domain.jobs.queries.office_jobs import MANY
from portico.domain.memberships.queries import membership_sql, office_sql
from tests.counting import FREE
from tests.sweeps import long_history as long
from tests.sweeps.long_history import MOST_ROWS, browser_of, listening, most_rows, one

long_history, company = long.long_history, long.company
A_PAGE = 150  # a full page ends the walk before it has looked at as many jobs as it may
NO_PAGES = {"BUNDLE", "EVERYWHERE", "JOB"}  # an archive reads a whole job; the others are parts of statements
UNIT_STATEMENTS = {
    "units": unit_sql.UNITS,
    "one unit": unit_sql.ONE_UNIT,
    "home": unit_sql.HOME,
    "jobs of a unit": unit_job_sql.OF_UNIT,
    "jobs at a home": unit_job_sql.AT_HOME,
    "units in the office": office_unit_sql.OF_CUSTOMER,
    "one unit in the office": office_unit_sql.ONE_UNIT,
}
BY_KEY = {"jobs of a unit", "jobs at a home"}
VISIT_STATEMENTS = {
    "coming": visit_sql.COMING,
    "one visit": visit_sql.VISIT,
    "day of the office": office_visit_sql.OF_DAY,
    "one visit of the office": office_visit_sql.ONE,
    "visits of a job": office_visit_sql.OF_JOB,
    "branches": office_visit_sql.BRANCHES,
}
MEMBERSHIP_STATEMENTS = {
    name: getattr(membership_sql, name) for name in ("MEMBERSHIPS", "ONE", "DISCOUNTS", "DUE", "ACTIVE_AT")
} | {"OFFICE": office_sql.OF_CUSTOMER}
ESTIMATE_STATEMENTS = {
    "list": portal_sql.PROPOSALS,
    "of a job": portal_sql.OF_JOB,
    "home": home_sql.HOME,
    "waiting": portal_sql.WAITING,
    "page": portal_page_sql.PAGE,
    "record": office_estimate_sql.OF_CUSTOMER,
}
OFFICE_ESTIMATE_STATEMENTS = {
    name: getattr(office_estimate_sql, name)
    for name in ("AFTER", "WAITING", "EXPIRED", "IN_STATE", "AFTER_QUESTION", "QUESTIONS", "JOB", "JOB_PAGE", "PAGE")
}
DEPOSIT_STATEMENTS = {
    "one": deposit_sql.ONE,
    "of the office": deposit_sql.OF_COMPANY,
    "till": deposit_sql.TILL,
    "approval": approval_sql.NEWEST_APPROVAL,
    "estimate": approval_sql.ESTIMATE,
    "usable": method_sql.USABLE_CREDIT,
    "usable of one": method_sql.USABLE_OF,
    "money waiting": method_sql.MONEY_WAITING,
    "uses of credit": method_sql.CREDIT_USES,
    "wallet": office_desk_sql.WALLET,
}
# {name} stands for the public id of a thing, as deep in the person's history as the test says.
PAGES = (
    "/",
    "/jobs/",
    "/jobs/?after={job}",
    "/jobs/?show=open",
    "/jobs/?search=cleaned&after={job}",
    "/jobs/?location={home}&after={job}",
    "/jobs/{job}/",
    "/appointments/",
    "/appointments/{visit}/",
    "/booking/",
    "/booking/?unit={unit}",
    "/booking/?place={home}",
    "/equipment/",
    "/equipment/?after={unit}",
    "/equipment/{unit}/",
    "/memberships/",
    "/memberships/?after={membership}",
    "/memberships/{membership}/",
    "/estimates/",
    "/estimates/?after={proposal}",
    "/estimates/{estimate}/",
    "/documents/",
    "/documents/?before={document}",
    "/documents/?kind=form",
    "/documents/?job={job}",
    "/documents/{document}/",
    "/invoices/",
    "/invoices/?show=paid",
    "/invoices/?show=paid&after={invoice}",
    "/invoices/{invoice}/",
    "/payments/",
    "/payments/?before={payment}",
    "/account/",
    "/account/household/",
)
ROWS = {
    "job": "jobs_job x WHERE x.customer_id = %s AND x.status = 'Completed' ORDER BY x.happens_at DESC, x.id DESC",
    "visit": "jobs_appointment x JOIN jobs_job j ON j.id = x.job_id WHERE j.customer_id = %s"
    " ORDER BY x.starts_at DESC, x.id DESC",
    "unit": "equipment_installedequipment x WHERE x.customer_id = %s AND x.is_active ORDER BY x.location_id, x.id",
    "membership": "memberships_membership x WHERE x.customer_id = %s AND x.status = 'Active' ORDER BY x.listed_at DESC",
    "proposal": "estimates_proposal x WHERE x.customer_id = %s ORDER BY x.listed_at DESC, x.id DESC",
    "estimate": "estimates_estimate x JOIN estimates_proposal p ON p.id = x.proposal_id WHERE p.customer_id = %s"
    " AND x.status = 'Sold' ORDER BY x.id DESC",
    "document": "documents_document x WHERE x.customer_id = %s ORDER BY x.created_at DESC, x.id DESC",
    "invoice": "billing_invoice x WHERE x.customer_id = %s AND x.is_settled ORDER BY x.issued_on DESC, x.id DESC",
    "payment": "billing_payment x WHERE x.customer_id = %s ORDER BY x.created_at DESC, x.id DESC",
    "home": "customers_location x WHERE x.customer_id = %s ORDER BY x.id",
}
# Where in the history of the long one: amid it, and before its last page.
DEPTHS = (long.JOBS // 2, long.JOBS - 30)


def _statements(*modules: ModuleType) -> dict[str, str]:
    """The whole statements among a module's texts."""
    return {
        name: text
        for module in modules
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and text.lstrip().startswith(("SELECT", "WITH"))
    }


HOT = _statements(invoice_sql, payment_sql)


def _too_much(texts: dict[str, str], values: dict[str, Any]) -> dict[str, int]:
    found = {name: most_rows(text, values) for name, text in texts.items()}
    return {name: rows for name, rows in found.items() if rows > MOST_ROWS}


@pytest.mark.parametrize("depth", DEPTHS)
def test_plans_of_hot_statements_read_little(company: int, depth: int) -> None:
    invoice = _at("billing_invoice", "issued_on DESC, id DESC", depth)
    payment = _at("billing_payment", "created_at DESC, id DESC", depth)
    values = _values(company) | {"invoice": invoice, "after": invoice, "invoices": [invoice]}
    values |= {"payment": payment, "before": payment}
    assert _too_much(HOT, values) == {}
    assert len(HOT) >= 10


@pytest.mark.parametrize("narrowed", ({}, {"words": "no such word"}, {"trade": "none"}, {"location": True}))
def test_plans_of_jobs_read_little(company: int, narrowed: dict[str, Any]) -> None:
    values = _values(company) | {"location": None, "words": "", "trade": "", "seen": 200, "many": 100}
    values |= {"since": "-infinity", "until": "infinity"} | narrowed
    values |= {"location": _home()} if "location" in narrowed else {}
    texts = {**_statements(job_sql), "OF_JOB": job_invoice_sql.OF_JOB}
    assert sorted(texts) == ["JOB", "OF_JOB", "OPEN_LIST", "PAST_LIST"]
    jobs = [_at("jobs_job", "happens_at DESC, id DESC", depth) for depth in DEPTHS]
    for after in (None, *jobs):
        asked = values | {"after": after, "job": jobs[0]}
        assert _too_much(texts, asked) == {}
        assert narrowed or most_rows(texts["PAST_LIST"], asked) <= A_PAGE


@pytest.mark.parametrize("narrowed", ({}, {"kind": "form"}, {"location": True}))
def test_plans_of_documents_read_little(company: int, narrowed: dict[str, Any]) -> None:
    values = _values(company) | {"kind": "", "location": None, "seen": 200, "unit": 1} | narrowed
    values |= {"location": _home()} if "location" in narrowed else {}
    values |= {"job": _at("jobs_job", "source_id", long.JOBS // 2 - 1)}
    texts = {name: text for name, text in _statements(document_sql).items() if name not in NO_PAGES}
    assert sorted(texts) == ["LIST", "OF_JOB", "OF_UNIT", "ONE", "STORED"]
    for depth in (0, 500, *DEPTHS):
        document = _at("documents_document", "created_at DESC, id DESC", depth)
        for before in (None, document):
            assert _too_much(texts, values | {"document": document, "before": before}) == {}


@pytest.mark.parametrize("of_location", (False, True))
@pytest.mark.parametrize("depth", (0, long.JOBS // 2, long.JOBS // 10 * 9 - 30))
def test_plans_of_equipment_read_little(company: int, of_location: bool, depth: int) -> None:
    unit, key = one(
        "SELECT public_id, id FROM equipment_installedequipment WHERE customer_id = %s AND is_active"
        " ORDER BY location_id, id OFFSET %s LIMIT 1",
        _customer(),
        depth,
    )
    (first,) = one("SELECT min(id) FROM equipment_installedequipment WHERE customer_id = %s", _customer())
    home, home_key = _home(), _home_key()
    values = _values(company) | {"locations": [home_key if of_location else None], "customer": _customer_id()}
    values |= {"seen": 200, "gone": False, "after": unit if depth else None}
    by_id, by_key = values | {"unit": unit, "location": home}, values | {"unit": first, "location": home_key}
    assert _too_much({name: text for name, text in UNIT_STATEMENTS.items() if name not in BY_KEY}, by_id) == {}
    for units in (by_key, by_key | {"unit": key}):
        assert _too_much({name: UNIT_STATEMENTS[name] for name in BY_KEY}, units) == {}


@pytest.mark.parametrize("depth", (0, *DEPTHS))
def test_plans_of_visits_read_little(company: int, depth: int) -> None:
    """A day so long that only a page of it is read."""
    visit, job = one(
        "SELECT a.public_id, j.public_id FROM jobs_appointment a JOIN jobs_job j ON j.id = a.job_id"
        " WHERE j.customer_id = %s ORDER BY a.starts_at OFFSET %s LIMIT 1",
        _customer(),
        depth,
    )
    now = datetime.now(UTC)
    values = _values(company) | {"appointment": visit, "after": visit, "job": job, "branch": None, "status": ""}
    values |= {"since": now - timedelta(days=9000), "until": now + timedelta(days=9000), "limit": 51}
    assert _too_much(VISIT_STATEMENTS, values) == {}


@pytest.mark.parametrize("is_place", (False, True))
def test_plans_of_memberships_read_little(company: int, is_place: bool) -> None:
    values, home = _values(company), _home_key()
    if is_place:
        values |= {"locations": [home], "service_locations": [home]}
    values |= {"location": home, "from": date(2020, 1, 1), "to": date(2100, 1, 1), "limit": 11}
    values |= {"billing_customers": values["customers"], "billing_locations": values["locations"]}
    values |= {"customer": _customer_id()}
    for depth in (0, long.MEMBERSHIPS // 2, long.MEMBERSHIPS - 30):
        membership = _at("memberships_membership", "listed_at DESC, id DESC", depth)
        for after in (None, membership):
            assert _too_much(MEMBERSHIP_STATEMENTS, values | {"membership": membership, "after": after}) == {}


@pytest.mark.parametrize("is_place", (False, True))
def test_plans_of_estimates_read_little(company: int, is_place: bool) -> None:
    values, home = _values(company), _home_key()
    if is_place:
        values |= {"locations": [home], "service_locations": [home]}
    values |= {"billing_customers": values["customers"], "billing_locations": values["locations"], "limit": 11}
    values |= {"customer": _customer_id(), "states": ProposalState.values, "booking_customers": values["customers"]}
    values |= {"booking_locations": values["locations"], "real_now": datetime.now(UTC)}
    for state, order in itertools.product(("open", "accepted", "declined"), ("ASC", "DESC")):
        proposal, estimate, job = one(
            "SELECT p.public_id, e.public_id, j.public_id FROM estimates_proposal p JOIN jobs_job j ON j.id = p.job_id"
            " JOIN estimates_estimate e ON e.proposal_id = p.id WHERE p.customer_id = %s AND p.state = %s"
            f" ORDER BY p.open_until {order}, p.listed_at {order} OFFSET 30 LIMIT 1",
            _customer(),
            state,
        )
        for after in (None, proposal):
            asked = values | {"estimate": estimate, "job": job, "after": after}
            assert _too_much(ESTIMATE_STATEMENTS, asked) == {}


@pytest.mark.parametrize("state", ("open", "accepted", "declined"))
@pytest.mark.parametrize("depth", (0, 200, 399))
def test_plans_of_estimates_in_the_office_read_little(company: int, state: str, depth: int) -> None:
    """At the first page of every list, and after the proposal or the question at this depth."""
    proposal, until, listed, key, estimate, job = one(
        "SELECT p.public_id, p.open_until, p.listed_at, p.id, e.public_id, j.public_id FROM estimates_proposal p"
        " JOIN estimates_estimate e ON e.proposal_id = p.id JOIN jobs_job j ON j.id = p.job_id"
        " WHERE p.customer_id = %s AND p.state = %s AND e.position = 0 ORDER BY p.open_until, p.id OFFSET %s LIMIT 1",
        _customer(),
        state,
        depth,
    )
    question, said = one("SELECT public_id, id FROM estimates_estimatemessage ORDER BY id OFFSET %s LIMIT 1", depth)
    values = _values(company) | {"estimate": estimate, "job": job, "proposal": proposal, "customer": _customer_id()}
    values |= {"after": proposal, "state": state, "endless": 0, "many": MANY}
    begins = values | {"at": values["now"] if state == "open" else FAR, "key": LAST}
    goes_on = values | {"at": (until or values["now"]) if state == "open" else listed, "key": key, "endless": key}
    asks = {"AFTER_QUESTION": {"after": question}, "QUESTIONS": {"key": said}}
    for asked in (begins, goes_on):
        found = {name: most_rows(text, asked | asks.get(name, {})) for name, text in OFFICE_ESTIMATE_STATEMENTS.items()}
        assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
        assert found["QUESTIONS"] >= values["limit"]


@pytest.mark.parametrize("depth", (0, 10, 200))
def test_plans_of_deposits_read_little(company: int, depth: int) -> None:
    """One that waits, one that is held and one that was used, of a customer with credit and all these payments."""
    deposit, approval, estimate = one(
        "SELECT d.public_id, a.public_id, e.public_id FROM billing_deposit d"
        " JOIN estimates_approval a ON a.public_id = d.approval_ref JOIN estimates_estimate e ON e.id = a.estimate_id"
        " WHERE d.customer_id = %s ORDER BY d.id DESC OFFSET %s LIMIT 1",
        _customer(),
        depth,
    )
    values = _values(company) | {"deposit": deposit, "approval": approval, "approvals": [approval]}
    by_key = values | {"estimate": estimate, "customer": _customer()}
    names = by_key | {"customer": _customer_id()}
    found = {name: most_rows(text, names if name == "wallet" else by_key) for name, text in DEPOSIT_STATEMENTS.items()}
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
    assert found["usable of one"] >= 20, "the customer has credit"


def test_plans_guard_sees_a_whole_history(company: int) -> None:
    whole = "SELECT count(*) FROM billing_invoice i WHERE i.customer_id = ANY(%(customers)s::bigint[])"
    assert most_rows(whole, _values(company)) >= long.JOBS


def _values(company: int) -> dict[str, Any]:
    """What the statements are given, for the customer with the long history."""
    scope = {"customers": [_customer()], "locations": [None]}
    rest = {
        "company": company,
        "limit": 26,
        "now": datetime.now(UTC),
        "real_now": datetime.now(UTC),
        "login": uuid4(),
        "email": f"person0@{long.HOST}.example.com",
        "gateways": ["sandbox"],
    }
    return {**scope, **{f"service_{name}": value for name, value in scope.items()}, **rest}


def _at(table: str, order: str, depth: int) -> Any:
    """The public id of the row so deep in the long one's history."""
    found = one(
        f"SELECT public_id FROM {table} WHERE customer_id = %s ORDER BY {order} OFFSET %s LIMIT 1", _customer(), depth
    )
    return found[0]


def _customer() -> int:
    return int(one("SELECT id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)[0])


def _customer_id() -> Any:
    return one("SELECT public_id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)[0]


def _home() -> Any:
    """Where all jobs of the long one were done."""
    return one("SELECT public_id FROM customers_location WHERE id = %s", _home_key())[0]


def _home_key() -> int:
    return int(one("SELECT min(id) FROM customers_location WHERE customer_id = %s", _customer())[0])


def address(page: str, person: int, *, is_last: bool) -> str:
    """The page with ids of the newest things, or of those before the end of the history; of few, of the last ones."""
    (customer,) = one("SELECT id FROM customers_customer WHERE source_id = %s", person)
    for name, rows in ROWS.items():
        if f"{{{name}}}" in page:
            (many,) = one(f"SELECT count(*) FROM (SELECT x.id FROM {rows}) x", customer)
            at = max(many - 2, 0) if is_last and name != "home" else 0
            (found,) = one(f"SELECT x.public_id FROM {rows} OFFSET %s LIMIT 1", customer, at)
            page = page.replace(f"{{{name}}}", str(found))
    return page


def asked(person: int, at: str) -> list[tuple[str, Any]]:
    """What a page asks of the database; it answers 200."""
    browser = browser_of(person)
    with listening() as heard:
        response = browser.get(at)
    assert response.status_code == 200, at
    return [(sql, values) for sql, values in heard if not sql.upper().startswith(FREE)]


@pytest.mark.parametrize("is_last", (False, True))
def test_pages_ask_as_often_with_ten_jobs_as_with_ten_thousand(company: int, is_last: bool) -> None:
    counted = {
        page: [len(asked(person, address(page, person, is_last=is_last))) for person in (long.SHORT_ONE, long.LONG_ONE)]
        for page in PAGES
    }
    assert {page: (short, many) for page, (short, many) in counted.items() if short != many} == {}


@pytest.mark.parametrize("is_last", (False, True))
def test_pages_read_little_with_ten_thousand_jobs(company: int, is_last: bool) -> None:
    """Whatever a page asks, registered or not, reads at most so many rows at any node of its plan."""
    found: dict[str, int] = {}
    for page in PAGES:
        for sql, values in asked(long.LONG_ONE, address(page, long.LONG_ONE, is_last=is_last)):
            if sql.lstrip().upper().startswith(("SELECT", "WITH")):
                found[f"{page}: {' '.join(sql.split())[:80]}"] = most_rows(sql, values)
    assert {statement: rows for statement, rows in found.items() if rows > MOST_ROWS} == {}
    assert len(found) > len(PAGES)

"""The page of the whole trail: narrowed, paged, told in words, taken away as a file."""

from __future__ import annotations

import ast
import csv
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine

from portico.domain.billing.enums import DisputeState, PaymentState, RefundState
from portico.domain.booking.enums import OfferState
from portico.domain.estimates import verification
from portico.faces.office.trail_words import KIND, VERB, kind_of
from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SYSTEM, Actor
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people
from tests.reading import read

pytestmark = pytest.mark.django_db

SOURCES = Path(audit.__file__).parents[2]
BEFORE = {"least_minor": 100, "is_partial_allowed": True}
AFTER = {"least_minor": 2500, "is_partial_allowed": True}
# Verbs that are put together: what may stand for the unknown part.
CHANGED = ("zone", "window", "hours", "limit", "holiday", "technician", "event")
BUILT = {
    "f'payment.{then.value}'": {f"payment.{state.value}" for state in PaymentState},
    "f'refund.{then.value}'": {f"refund.{state.value}" for state in RefundState},
    "f'dispute.{dispute.state}'": {f"dispute.{state.value}" for state in DisputeState},
    "f'visit_offer.{state}'": {f"visit_offer.{state.value}" for state in OfferState} - {"visit_offer.open"},
    "f'scheduling.{what}_changed'": {f"scheduling.{what}_changed" for what in CHANGED},
    "f'scheduling.{what}_removed'": {f"scheduling.{what}_removed" for what in ("limit", "holiday", "shift", "event")},
    "verification.PAPER_MADE": {verification.PAPER_MADE},
    "verification.APPROVED": {verification.APPROVED},
}


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def smith(company):
    with people.inside(company):
        return make.make_customer("Smith")


@pytest.fixture
def olga(company):
    with people.inside(company):
        return people.make_staff("olga@example.com", role=StaffRole.MANAGER)


@pytest.fixture
def office(company, olga):
    return people.sign_in(people.office(company.host), olga)


@pytest.fixture
def trail(company, smith, olga, office):
    """Three days of entries: a change of rules by Olga, a payment by the provider, an invitation by Olga."""
    with people.inside(company):
        by = Actor(ActorKind.STAFF, ref=str(olga.public_id), name="Olga Office", ip_prefix="203.0.113.0/24")
        with time_machine.travel("2026-07-01T19:00:00Z", tick=False):
            audit.record("payment.rules_changed", smith, by=by, before=BEFORE, after=AFTER)
        with time_machine.travel("2026-07-02T19:00:00Z", tick=False):
            audit.record("payment.succeeded", smith, by=audit.GATEWAY, customer=smith.public_id, amount_minor=18450)
        with time_machine.travel("2026-07-03T19:00:00Z", tick=False):
            audit.record("portal.invited", smith, by=by, customer=smith.public_id, note="=ana@example.com")
    return smith


def test_entries_stand_newest_first_with_who_and_what_changed(office, trail):
    page = read(office.get("/audit/", {"until": "2026-07-31"}))
    lines = [row.text for row in page.root.all("tr", data_row="entry")]
    assert [
        title in line
        for title, line in zip(("Invited", "Payment received", "Rules of paying changed"), lines, strict=True)
    ] == [True] * 3
    assert "Least: $1.00 → $25.00" in page.text
    assert "Partial allowed: yes" not in page.text
    assert "Amount: $184.50" in page.text
    assert "203.0.113.0/24" in page.text
    assert page.links["Customer’s record – Invited"] == f"/customers/{trail.public_id}/"


@pytest.mark.parametrize(
    ("asked", "wanted"),
    (
        ({}, 3),
        ({"who": "gateway"}, 1),
        ({"who": "staff"}, 2),
        ({"what": "portal.invited"}, 1),
        ({"what": "portal.invited", "who": "gateway"}, 0),
        ({"since": "2026-07-02"}, 2),
        ({"since": "2026-07-02", "until": "2026-07-02"}, 1),
    ),
)
def test_trail_is_narrowed(office, trail, asked, wanted):
    assert len(read(office.get("/audit/", {"until": "2026-07-31", **asked})).rows("entry")) == wanted


def test_trail_is_narrowed_to_one_person_and_one_customer(office, trail, olga):
    assert len(read(office.get("/audit/", {"until": "2026-07-31", "who": str(olga.public_id)})).rows("entry")) == 2
    assert (
        len(read(office.get("/audit/", {"until": "2026-07-31", "customer": str(trail.public_id)})).rows("entry")) == 2
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    (
        ({"who": "nobody"}, "Select a valid choice"),
        ({"what": "payment.invented"}, "Select a valid choice"),
        ({"since": "soon"}, "Enter a valid date"),
        ({"since": "2026-07-03", "until": "2026-07-01"}, "This day is before the first one."),
    ),
)
def test_wrong_filters_are_named_and_narrow_nothing(office, trail, asked, said):
    answer = office.get("/audit/", asked)
    page = read(answer)
    assert answer.status_code == 422
    assert said in page.text
    assert len(page.rows("entry")) >= 3


def test_pages_go_on_where_the_last_one_ended(company, office, smith):
    start = datetime.fromisoformat("2026-07-01T12:00:00+00:00")
    with people.inside(company):
        for number in range(120):  # three share each moment
            with time_machine.travel(start + timedelta(minutes=number // 3), tick=False):
                audit.record("portal.memo_edited", smith, by=SYSTEM, note=f"n{number:03}")
    seen: list[str] = []
    address = "/audit/?what=portal.memo_edited"
    while address:
        page = read(office.get(address))
        seen += page.rows("entry")
        address = page.links.get("Older", "")
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("count", (1, 30))
def test_statements_of_the_trail_do_not_grow(company, office, smith, count):
    with people.inside(company):
        for _number in range(count):
            audit.record("portal.memo_edited", smith, by=SYSTEM)
    office.get("/audit/")
    with statements(3):
        office.get("/audit/")


def test_file_has_all_that_the_filter_shows_and_no_cell_is_run(office, trail, company):
    answer = office.post("/audit/export/", {"until": "2026-07-31", "who": "staff"})
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.reader(StringIO(text.removeprefix("\ufeff"))))
    assert [row[1] for row in rows[1:]] == ["Invited", "Rules of paying changed"]
    assert rows[1][6] == "'=ana@example.com"
    assert rows[2][7] == "Least: $1.00 → $25.00"
    with people.inside(company):
        noted = AuditEntry.objects.get(verb="trail.exported")
    assert noted.facts == {"narrowed": {"who": "staff", "until": "2026-07-31"}}


def test_long_files_have_every_page(company, office, smith, monkeypatch):
    monkeypatch.setattr("portico.faces.office.audit.export.AT_ONCE", 7)
    with people.inside(company):
        for number in range(30):
            audit.record("portal.memo_edited", smith, by=SYSTEM, note=f"n{number}")
    answer = office.post("/audit/export/", {"what": "portal.memo_edited"})
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"))))
    assert [row[6] for row in rows[1:]] == [f"n{number}" for number in reversed(range(30))]


def test_wrong_filters_of_a_file_lead_to_the_list(office, trail):
    answer = office.post("/audit/export/", {"since": "soon"})
    assert (answer.status_code, answer["Location"]) == (302, "/audit/?since=soon")


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER))
def test_other_roles_do_not_read_the_trail(company, role):
    with people.inside(company):
        login = people.make_staff("carl@example.com", role=role)
    client = people.sign_in(people.office(company.host), login)
    assert (client.get("/audit/").status_code, client.post("/audit/export/").status_code) == (403, 403)


def test_trail_of_another_company_is_not_there(office, trail):
    other = people.make_company("birch")
    with people.inside(other):
        stranger = make.make_customer("Stranger")
        foreign = audit.record("portal.memo_edited", stranger, by=SYSTEM, customer=stranger.public_id, note="secret")
    assert "secret" not in read(office.get("/audit/")).text
    assert read(office.get("/audit/", {"before": str(foreign.public_id)})).rows("entry") == []
    assert read(office.get("/audit/", {"customer": str(stranger.public_id)})).rows("entry") == []


def test_every_verb_that_the_house_writes_has_its_words():
    written, unknown = _verbs_in_the_house()
    assert unknown == set(), "say in BUILT what these may become"
    assert {verb for verb in written if verb not in VERB} == set()
    assert {kind_of(verb) for verb in VERB} == set(KIND)


def _verbs_in_the_house() -> tuple[set[str], set[str]]:
    """All verbs that calls of record() are given, and expressions that nobody has explained."""
    written: set[str] = set()
    unknown: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        if "sandbox" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        for given in (one for call in ast.walk(tree) if isinstance(call, ast.Call) for one in _given_verbs(call)):
            found = _said(given, _constants(tree))
            written |= found or set()
            if found is None and not _is_handed_on(given):
                unknown.add(ast.unparse(given))
    return written, unknown


def _given_verbs(call: ast.Call) -> list[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[:1] if name in {"record", "_record"} else []
    return [*first, *(word.value for word in call.keywords if word.arg == "verb" and name != "Sought")]


def _constants(tree: ast.Module) -> dict[str, str]:
    plain = [one for one in tree.body if isinstance(one, ast.Assign) and isinstance(one.value, ast.Constant)]
    return {one.targets[0].id: str(one.value.value) for one in plain if isinstance(one.targets[0], ast.Name)}  # type: ignore[attr-defined]


def _said(given: ast.expr, constants: dict[str, str]) -> set[str] | None:
    match given:
        case ast.Constant(value=str(verb)):
            return {verb}
        case ast.IfExp(body=one, orelse=other):
            return (_said(one, constants) or set()) | (_said(other, constants) or set())
        case ast.Name(id=name) if name in constants:
            return {constants[name]}
    return BUILT.get(ast.unparse(given))


def _is_handed_on(given: ast.expr) -> bool:
    """A parameter: its callers are looked at where they stand. Records of other things take no verb."""
    return isinstance(given, ast.Name)

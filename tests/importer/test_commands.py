"""`bin/portico import` and `load-demo`."""

import json
from pathlib import Path

import pytest
from django.db import connection

from portico.domain.customers import household, queries
from portico.domain.customers.enums import MemberState, PortalStatus, Right
from portico.domain.customers.models import Customer
from portico.domain.estimates.models import Estimate, EstimateMessage
from portico.faces.commands import import_folder, load_demo
from portico.foundation.people.models import Login
from portico.foundation.tenancy.companies import company_of_host
from portico.foundation.tenancy.scope import company_scope
from portico.importer import invariants, operations
from portico.importer.faults import ImportRunning
from portico.kernel import clock
from tests.importer import folders

pytestmark = pytest.mark.django_db


class Arguments:
    """What argparse hands over."""

    def __init__(self, folder: Path, report: Path | None = None) -> None:
        self.folder, self.report = folder, report


def test_import_command_writes_the_report(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = import_folder.run(Arguments(small, tmp_path / "report.json"))  # type: ignore[arg-type]

    report = json.loads((tmp_path / "report.json").read_text())
    said = capsys.readouterr()
    assert code == 0
    assert sorted(report) == ["differences", "entities", "overruled", "refused"]
    assert "Reading crm/customers.jsonl" in said.err
    assert "refused: " in said.out


@pytest.mark.parametrize(
    ("content", "said"),
    (
        (None, "holds no branch.json"),
        ("{", "cannot be read"),
        ("[]", "not a JSON object"),
        ('{"company": {"name": "X", "host": "UPPER"}, "branches": [{"name": "A", "timeZone": "UTC"}]}', "company.host"),
        ('{"company": {"name": "X", "host": "admin"}, "branches": [{"name": "A", "timeZone": "UTC"}]}', "reserved"),
        ('{"company": {"name": "X", "host": "okay"}, "branches": []}', "at least one branch"),
        ('{"company": {"name": "X", "host": "okay"}, "branches": [{"name": "A", "timeZone": "Mars"}]}', "time zone"),
    ),
)
def test_import_command_says_what_is_wrong_with_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "branch.json").write_text(content)

    code = import_folder.run(Arguments(tmp_path))  # type: ignore[arg-type]

    assert code == 1
    assert said in capsys.readouterr().err


def test_second_import_at_the_same_time_is_refused(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "PATIENCE", 0.0)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(operations.LOCK, [f"portico import {folders.host_of(small)}"])
        with pytest.raises(ImportRunning):
            folders.take(small)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")  # a server may take its time to notice a close
    finally:
        other.close()

    assert folders.take(small).total("created") > 0


def test_demo_company_has_an_office_and_people_in_every_state() -> None:
    load_demo.load()

    company = company_of_host(load_demo.HOST)
    assert company is not None
    assert company.portal_state == "on"
    with company_scope(company.id):
        staff = Login.objects.filter(side="staff").values_list("email", "role")
        assert dict(staff) == {email: role.value for email, role, _ in load_demo.STAFF}
        rows = [row for customer in Customer.objects.all() for row in queries.portal_table(customer.public_id)]
        assert {row.status for row in rows} >= {PortalStatus.EMPTY, PortalStatus.INVITED, PortalStatus.ACTIVE}
        assert invariants.check() == []


def test_demo_company_has_estimates_in_every_state_and_an_answered_question() -> None:
    load_demo.load()

    company = company_of_host(load_demo.HOST)
    assert company is not None
    with company_scope(company.id):
        maria = Estimate.objects.filter(proposal__customer__name="Maria Ortega")
        ours = maria.get(source_id=None)
        assert (ours.status, ours.deposit_kind, ours.items.filter(is_optional=True).count()) == ("Open", "percent", 3)
        assert ours.items.filter(member_price_minor__isnull=False).count() == 3
        now = clock.now()
        found = {
            (row.status, row.expires_at is not None and row.expires_at <= now, row.proposal.job.status == "Canceled")
            for row in maria.select_related("proposal__job")
        }
        assert found == {
            ("Open", False, False),
            ("Open", True, False),
            ("Open", False, True),
            ("Sold", True, False),
            ("Sold", True, True),
            ("Dismissed", True, False),
        }
        sides = EstimateMessage.objects.order_by("pk").values_list("kind", "side", "author_name", "estimate__name")
        assert list(sides) == [
            ("question", "customer", "Maria Ortega", "Better option"),
            ("answer", "office", "Carla Stone", "Better option"),
        ]


def test_demo_company_has_a_household_member_and_one_who_has_not_answered() -> None:
    load_demo.load()

    company = company_of_host(load_demo.HOST)
    assert company is not None
    with company_scope(company.id):
        owned = [reached.customer_id for reached in queries.reach_of(load_demo.OWNER)]
        members = household.household_of(owned)
        manager = {reached.name: reached for reached in queries.reach_of(load_demo.MANAGER)}
    found = {(member.customer_name, member.email, member.name, member.state, member.given) for member in members}
    assert found == {
        (
            "Ortega Rental Homes",
            load_demo.MANAGER,
            "Miles Fairbanks",
            MemberState.ACTIVE,
            load_demo.MANAGES,
        ),
        ("Maria Ortega", load_demo.DAUGHTER, "", MemberState.INVITED, load_demo.HELPS),
    }
    assert {member.invited_by for member in members} == {"Maria Ortega"}
    assert {right for right in Right if manager["Ortega Rental Homes"].may(right)} == load_demo.MANAGES.rights

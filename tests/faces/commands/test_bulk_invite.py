"""`bulk-invite`: what it prints, and whom it mails."""

from __future__ import annotations

from pathlib import Path

import pytest

from portico.faces.commands import bulk_invite
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.companies import CompanyRow
from tests.faces.commands.test_people_commands import run
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def company() -> CompanyRow:
    made = people.make_company()
    with people.inside(made):
        make.make_customer("Ana", "ana@example.com")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "list.csv"
    made.write_text("x;ANA@example.com\nghost@example.com\n")
    return made


def mailed(company: CompanyRow) -> int:
    with people.inside(company):
        return Message.objects.count()


def test_file_is_read_told_and_mailed_once(company: CompanyRow, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _error = run(bulk_invite, capsys, str(file), "--company", "demo", "--dry-run")
    assert (code, said.split(), mailed(company)) == (
        0,
        ["1", "Can", "be", "invited", "1", "Not", "on", "any", "customer", "or", "location", "2", "in", "all"],
        0,
    )
    code, said, _error = run(bulk_invite, capsys, str(file), "--company", "demo")
    assert (code, "1  Invited" in said, mailed(company)) == (0, True, 1)
    code, said, _error = run(bulk_invite, capsys, str(file), "--company", "demo")
    assert (code, "1  Already invited" in said, mailed(company)) == (0, True, 1)
    assert run(bulk_invite, capsys, str(file), "--company", "demo", "--include-invited")[0] == 0
    assert mailed(company) == 2


def test_what_cannot_be_read_is_said(company: CompanyRow, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_bytes(b"PK\x03\x04")
    code, _said, error = run(bulk_invite, capsys, str(file), "--company", "demo")
    assert (code, "not a text file" in error) == (1, True)
    assert run(bulk_invite, capsys, "/nowhere/list.csv", "--company", "demo")[0] == 1
    assert run(bulk_invite, capsys, str(file), "--company", "ghost")[0] == 1
    assert mailed(company) == 0

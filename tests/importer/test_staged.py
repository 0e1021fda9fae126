"""An installation of an earlier version: what its imports could only stage is applied without the folder."""

import shutil
from argparse import Namespace
from pathlib import Path

import pytest
from django.db import connection

from portico.domain.equipment.models import InstalledEquipment
from portico.faces.commands import apply_stage
from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.scope import current_company_id
from portico.importer import invariants, operations
from portico.importer.models import StagedRecord
from portico.importer.registry import BY_NAME, ENTITIES
from portico.importer.report import Report
from tests.factories.people import make_company
from tests.importer import dump, folders

pytestmark = pytest.mark.django_db

# What the first version with an import applied; everything else only waited in its stage.
FIRST = {
    *("settings/business-units", "settings/technicians", "jpm/job-types", "accounting/payment-terms"),
    *("accounting/payment-types", "crm/customers", "crm/locations", "crm/customer-contacts", "crm/location-contacts"),
    *("jpm/jobs", "jpm/appointments", "dispatch/appointment-assignments", "accounting/invoices", "accounting/payments"),
}
# Versions of estimates can be deleted by nobody, so that there is no way back: test_estimates.py stages them alone.
LATER = [entity for entity in ENTITIES if entity.name not in FIRST and entity.name != "sales/estimates"]
FOLLOWING = ("jobs_jobequipment", "documents_storedfile")


def rewind() -> None:
    """Leave the company as the first version left it: later entities staged, in no table, in the state `waiting`."""
    names = [entity.name for entity in LATER]
    tables = [*(table for entity in LATER for table in entity.tables), *FOLLOWING]
    with connection.cursor() as cursor:
        for table in reversed(list(dict.fromkeys(tables))):
            cursor.execute(f"DELETE FROM {table} WHERE company_id = %s", [current_company_id()])
    StagedRecord.objects.filter(entity__in=names, state="applied").update(state="waiting", applied_checksum=None)


def apply(folder: Path) -> Report:
    with folders.inside(folder):
        return operations.apply_staged(by=SHELL, tell=lambda _: None)


def rows(host: str) -> list[str]:
    return [row for row in dump.dump(host) if not row.startswith(("importer_importrun", "audit_auditentry"))]


def test_stage_of_an_earlier_version_is_applied_without_the_folder(small: Path, tmp_path: Path) -> None:
    folders.take(small)
    host, clean = folders.host_of(small), rows(folders.host_of(small))
    kept = Path(shutil.copytree(small, tmp_path / "kept", symlinks=True))
    with folders.inside(small):
        rewind()
        assert InstalledEquipment.objects.count() == 0
    shutil.rmtree(small)

    report = apply(kept)

    assert rows(host) == clean
    created = {name: counts["created"] for name, counts in report.entities.items() if counts["created"]}
    assert set(created) == {entity.name for entity in LATER}
    for name, counts in report.entities.items():
        assert counts["read"] == counts["created"] + counts["waiting"] + counts["refused"], name
    assert report.total("read") > report.total("created") > 0
    assert dump.stray_files(host) == set()
    with folders.inside(kept):
        assert [found for found in invariants.check() if found.count] == []


def test_next_import_applies_what_waited_too(small: Path) -> None:
    folders.take(small)
    clean = rows(folders.host_of(small))
    with folders.inside(small):
        rewind()

    folders.take(small)

    assert rows(folders.host_of(small)) == clean


def test_second_apply_stage_changes_nothing(small: Path) -> None:
    folders.take(small)
    clean = rows(folders.host_of(small))

    report = apply(small)

    assert (report.total("created"), report.total("updated")) == (0, 0)
    assert rows(folders.host_of(small)) == clean


def test_apply_stage_command_says_what_it_did(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders.take(small)
    with folders.inside(small):
        rewind()

    code = apply_stage.run(Namespace(company=folders.host_of(small)))

    said = capsys.readouterr().out
    line = next(line for line in said.splitlines() if line.startswith("equipmentsystems/installed-equipment"))
    with folders.inside(small):
        assert (code, line.split()[2]) == (0, str(InstalledEquipment.objects.count()))
    assert BY_NAME["equipmentsystems/installed-equipment"] in LATER


@pytest.mark.parametrize("host", ("nobody", "fresh"))
def test_apply_stage_command_refuses_a_company_without_a_stage(
    host: str, capsys: pytest.CaptureFixture[str], fresh_company: None
) -> None:
    assert apply_stage.run(Namespace(company=host)) == 1
    assert "portico apply-stage: " in capsys.readouterr().err


@pytest.fixture
def fresh_company() -> None:
    """A company that was made by hand."""
    make_company("fresh")

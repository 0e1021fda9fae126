"""The store of files fails while an import copies into it: one sentence, nothing half-done, and the next goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from portico.domain.documents import invariants
from portico.domain.documents.models import Document, StoredFile
from portico.foundation.tenancy import files
from portico.importer import files as copies
from portico.importer import invariants as importer_invariants
from portico.importer.models import ImportRun, StagedFile
from tests.importer import folders
from tests.importer.test_commands import Arguments, import_folder
from tests.s3_store import Faltering, faltering_s3

__all__ = ["faltering_s3"]
pytestmark = pytest.mark.django_db


def run(folder: Path) -> int:
    return import_folder.run(Arguments(folder))  # type: ignore[arg-type]


def is_told(said: str) -> bool:
    """The fact, the cause and the next step, and no trace."""
    wanted = (
        "portico import: The store of files does not answer. Try again in a few minutes.\n",
        "503",
        "run the same command again and it goes on.",
    )
    return all(part in said for part in wanted) and "Traceback" not in said


def is_whole(folder: Path) -> bool:
    """Every attachment shows its file, the store holds these copies only, and one run was made of the two."""
    with folders.inside(folder):
        assert not Document.objects.filter(source="attachment", file=None).exists()
        assert files.stored_in(copies.AREA) == set(StagedFile.objects.values_list("stored_as", flat=True))
        assert [run.finished_at is not None for run in ImportRun.objects.all()] == [True]
        return invariants.check() == [] and importer_invariants.check() == []


def test_import_with_the_store_down_says_so_and_applies_nothing(
    small: Path, faltering_s3: Faltering, capsys: pytest.CaptureFixture[str]
) -> None:
    faltering_s3.uploads = -1

    assert run(small) == 1

    assert is_told(capsys.readouterr().err)
    with folders.inside(small):
        assert (Document.objects.count(), StagedFile.objects.count()) == (0, 0)
    faltering_s3.mend()
    assert run(small) == 0
    assert is_whole(small)


def test_import_whose_store_fails_among_the_copies_goes_on_when_run_again(
    small: Path, faltering_s3: Faltering, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "AT_ONCE", 2)
    faltering_s3.uploads = 3

    assert run(small) == 1

    assert is_told(capsys.readouterr().err)
    with folders.inside(small):
        assert StagedFile.objects.count() == 2
        assert StoredFile.objects.count() == 0
    faltering_s3.mend()
    assert run(small) == 0
    assert is_whole(small)
    assert not any(row for row in folders.money_faults(small))

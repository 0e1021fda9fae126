import os
from pathlib import Path
from typing import Any

import pytest

from portico.sandbox.exports import Planted, write_small
from tests.importer import folders

SAMPLE = os.environ.get("PORTICO_SAMPLE_EXPORT", "")


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Path) -> Path:
    """Copied files go into the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    """The small export and what was planted into it; to be read only."""
    folder = tmp_path_factory.mktemp("small")
    return folder, write_small(folder, exported_on=folders.EXPORTED_ON)


@pytest.fixture(scope="session")
def planted(written: tuple[Path, Planted]) -> Planted:
    return written[1]


@pytest.fixture
def small(written: tuple[Path, Planted], tmp_path: Path) -> Path:
    """A copy of the small export that the test may change."""
    return folders.copy_of(written[0], tmp_path / "small")


@pytest.fixture(params=["small", "sample"] if SAMPLE else ["small"])
def export(request: pytest.FixtureRequest, written: tuple[Path, Planted]) -> Path:
    """The small export, and where PORTICO_SAMPLE_EXPORT names one, that folder too."""
    return written[0] if request.param == "small" else Path(SAMPLE)

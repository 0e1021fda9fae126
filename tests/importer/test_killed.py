"""An import that is killed anywhere is finished by the next one, with the same result as a clean run's."""

import random
from pathlib import Path

import pytest
from django.db import connection

from tests import database
from tests.importer import dump, folders, killed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clean(export: Path) -> tuple[list[str], float]:
    """What a run without disturbance leaves, and how long it takes; the tables are empty again afterwards."""
    seconds = killed.run(export)
    rows = dump.dump(folders.host_of(export))
    database.empty(str(connection.settings_dict["NAME"]))
    return rows, seconds


def _ends_like(export: Path, clean: list[str]) -> None:
    killed.run(export)
    assert dump.dump(folders.host_of(export)) == clean
    assert dump.stray_files(folders.host_of(export)) == set()
    assert folders.money_faults(export) == []
    database.empty(str(connection.settings_dict["NAME"]))


def _cut(export: Path, *, after: float) -> None:
    """Kill an import in the middle: sooner, if it had more of the machine than the clean one and was through."""
    while not (killed.run_and_kill(export, after=after) and not folders.has_finished(export)):
        database.empty(str(connection.settings_dict["NAME"]))
        after /= 2


def test_import_killed_at_a_random_moment_ends_like_a_clean_one(export: Path, clean: tuple[list[str], float]) -> None:
    rows, seconds = clean
    _cut(export, after=seconds * random.Random().uniform(0.3, 0.9))
    _ends_like(export, rows)


def test_import_killed_among_file_copies_ends_like_a_clean_one(export: Path, clean: tuple[list[str], float]) -> None:
    assert killed.run_and_kill_at(export, "Copying")
    _ends_like(export, clean[0])


@pytest.mark.full
def test_import_killed_twenty_times_ends_like_a_clean_one(export: Path, clean: tuple[list[str], float]) -> None:
    rows, seconds = clean
    for at in range(20):
        chance = random.Random(at)
        _cut(export, after=seconds * chance.uniform(0.2, 1))
        if chance.random() < 0.3:
            killed.run_and_kill_at(export, "Copying")
        _ends_like(export, rows)

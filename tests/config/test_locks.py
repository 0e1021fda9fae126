"""What is installed for the product and what its tests run with: the same versions, each by its hash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

LOCKS = Path(__file__).parents[2] / "requirements"
PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)( ;[^\\]+)?( \\)?$")


def pins(name: str) -> dict[str, set[tuple[str, str]]]:
    """Each package's versions, with the condition of each where there is one."""
    found: dict[str, set[tuple[str, str]]] = {}
    for line in lines(name):
        if pinned := PINNED.match(line):
            package, version, condition = pinned[1], pinned[2], (pinned[3] or "").strip()
            found.setdefault(package, set()).add((version, condition))
    return found


def lines(name: str) -> list[str]:
    return (LOCKS / name).read_text().splitlines()


def test_tests_run_with_every_version_that_is_installed() -> None:
    base, dev = pins("base.txt"), pins("dev.txt")
    assert len(base) > 20
    assert {name: versions for name, versions in base.items() if dev.get(name) != versions} == {}


@pytest.mark.parametrize("name", ("base.txt", "dev.txt"))
def test_lock_holds_pins_with_hashes_and_names_no_registry(name: str) -> None:
    other = [line for line in lines(name) if not PINNED.match(line) and not line.startswith("    --hash=sha256:")]
    alone = [line for line in lines(name) if PINNED.match(line) and not line.endswith("\\")]
    assert (other, alone) == ([], [])

"""Runs bench.booking on branches of several sizes, each in a database of its own, and writes bench/BOOKING.md."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import ground

PATH = Path(__file__).parent / "BOOKING.md"
SIZES = (50, 150, 500)
JUDGED = 150
BUDGETS = {"thirty days from tables": 10, "placing one more": 10, "page of thirty days": 50}
LINES = (
    "thirty days from tables",
    "placing one more",
    "windows of thirty days",
    "page of thirty days",
    "holding, then booking",
    "planning a day",
)


def measure(customers: int) -> str:
    """The report; it takes some minutes."""
    place = ground.prepare(customers)
    found = []
    for size in SIZES:
        name = f"bench_booking_{size}"
        environment = ground.another(place, name)
        ground.run("-m", "portico.faces.commands", "collectstatic", "--no-input", environment=environment)
        said = ground.run("-m", "bench.booking", "--technicians", str(size), environment=environment)
        found.append(json.loads(said.splitlines()[-1]))
        ground.drop(place, name)
    text = _text(found)
    PATH.write_text(text)
    return text


def _text(found: list[dict[str, Any]]) -> str:
    head = [
        "# Results of the booking bench",
        "",
        f"Written by `bench/run --booking` on {datetime.now(UTC).date()}, Python {platform.python_version()}.",
        "Milliseconds, median / p95; the engine alone in memory, the rest on PostgreSQL in one process.",
        f"Load average of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f}; times are of the wall clock.",
        "",
        "| | " + " | ".join(f"{one['technicians']} technicians, {one['visits']:,} visits" for one in found)
        + " | budget at 150, p95 | |",
        "|---|" + "---:|" * (len(found) + 1) + "---|",
    ]  # fmt: skip
    rows = [_line(name, found) for name in LINES]
    whole = " | ".join(str(one["planning thirty days, s"]) for one in found)
    lost = " | ".join(str(one["without a place"]) for one in found)
    return "\n".join(
        [*head, *rows, f"| planning thirty days, s | {whole} | | |", f"| without a place | {lost} | | |", ""]
    )


def _line(name: str, found: list[dict[str, Any]]) -> str:
    cells = " | ".join(f"{one[name]['p50']} / {one[name]['p95']}" for one in found)
    limit = BUDGETS.get(name)
    judged = next(one for one in found if one["technicians"] == JUDGED)[name]["p95"]
    verdict = "" if limit is None else "held" if judged <= limit else "**missed**"
    return f"| {name} | {cells} | {f'≤ {limit}' if limit else ''} | {verdict} |"

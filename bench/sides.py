"""What is measured besides the pages: memory, paper, first visit, search, import."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench import first_visit, ground
from bench.ground import Ground
from bench.servers import Server

TYPOS = re.compile(r"^typos\s+(\d+) asked,\s+([\d.]+) %.*p95\s+([\d.]+) ms", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Side:
    """One line of the report; `is_held` is None where there is no budget."""

    what: str
    found: str
    budget: str
    is_held: bool | None


def others(place: Ground, ours: Server, *, memory: float, export: Path | None, search: int | None) -> list[Side]:
    found = [Side("worker memory (RSS) after the rounds", f"{memory:.0f} MiB", "≤ 110 MiB", memory <= 110)]
    found += [_paper(place), *_first_visits(ours)]
    found += _tried("office search", lambda: _search(place, search)) if search else []
    found += _tried("import", lambda: [_import(place, export)]) if export else []
    return found


def _tried(what: str, measure: Callable[[], list[Side]]) -> list[Side]:
    """One side that fails must not cost the others their figures."""
    try:
        return measure()
    except SystemExit as error:
        print(error)
        return [Side(what, "failed", "", False)]  # noqa: FBT003 - not held


def _paper(place: Ground) -> Side:
    cost = json.loads(ground.run("-m", "bench.paper", environment=place.environment).splitlines()[-1])
    words = f"{cost['median']:.0f} ms (first {cost['first']:.0f}, worst {cost['worst']:.0f})"
    return Side("invoice PDF, processor time", words, "≤ 60 ms", cost["median"] <= 60)


def _first_visits(ours: Server) -> list[Side]:
    return [
        Side(
            f"first visit on a phone, {visit.page}",
            f"{visit.size / 1000:.0f} KB in {visit.requests} requests, layout shift {visit.shift:.3f}",
            "≤ 60 KB / 8 / 0",
            visit.size <= 60_000 and visit.requests <= 8 and visit.shift < 0.001,
        )
        for visit in first_visit.visits(ours)
    ]


def _search(place: Ground, customers: int) -> list[Side]:
    environment = ground.another(place, f"bench_search_{customers}")
    said = ground.run("-m", "bench.search", "--customers", str(customers), environment=environment)
    ground.drop(place, f"bench_search_{customers}")
    found = TYPOS.search(said)
    if not found:
        raise SystemExit(f"bench.search said something else:\n{said}")
    asked, hits, p95 = int(found[1]), float(found[2]), float(found[3])
    return [
        Side(f"office search with a typo among {customers:,} customers, p95", f"{p95:.1f} ms", "≤ 50 ms", p95 <= 50),
        Side(f"the right one among the first three, {asked} typos", f"{hits:.1f} %", "≥ 95 %", hits >= 95),
    ]


def _import(place: Ground, folder: Path) -> Side:
    environment = ground.another(place, "bench_import")
    started = time.perf_counter()
    ground.run("-m", "portico.faces.commands", "import", str(folder.resolve()), environment=environment)
    took = time.perf_counter() - started
    ground.drop(place, "bench_import")
    return Side("import of a branch export", f"{took:.0f} s", "≤ 60 s", took <= 60)

"""The tables of bench/RESULTS.md: medians of interleaved rounds, and ratios taken within each round."""

from __future__ import annotations

import os
import platform
import statistics
from datetime import UTC, datetime
from importlib import metadata

import psycopg

from bench import drive
from bench.drive import Round
from bench.ground import Ground
from bench.pages import PAIRS, Measured
from bench.sides import Side
from portico.config import env

PATH = env.PROJECT / "bench" / "RESULTS.md"
PACKAGES = ("Django", "psycopg", "granian", "minijinja", "typst")
HISTORY = 1.20


def text(
    place: Ground,
    measured: list[Measured],
    played: dict[str, list[Round]],
    bytes_of: dict[str, int],
    found: list[Side],
    *,
    customers: int,
    rounds: int,
    seconds: int,
) -> str:
    """The whole page."""
    plain = measured[0].target.name
    return "\n".join(
        [
            "# Results of the bench",
            "",
            f"Written by `bench/run --customers {customers}` on {datetime.now(UTC):%Y-%m-%d}. {_versions(place)}",
            f"{rounds} interleaved rounds of {seconds} s for each page, {drive.CONNECTIONS} connections.",
            f"Driven by {drive.client()}; two worker processes with two threads each.",
            f"Load average of the machine over the last 15 minutes: {os.getloadavg()[2]:.1f}.",
            "Processor time is that of the server's processes and the database's together. Ratios are medians",
            "of those within each round: above 1 is faster than the plain project's empty authenticated view.",
            "",
            "## Pages",
            "",
            "| page | requests/s | p95 ms | CPU ms | ÷ plain, requests | ÷ plain, CPU | HTML KB | budget | |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---|",
            *(_page_line(each, played, bytes_of, plain) for each in measured),
            "",
            "## History",
            "",
            "The same page with more behind it, as time a request takes: 1.00 is equal, 1.20 still within the budget.",
            "",
            "| pages | CPU | requests | |",
            "|---|---:|---:|---|",
            *_history_lines(played),
            "",
            "## Besides",
            "",
            "| what | found | budget | |",
            "|---|---:|---:|---|",
            *(f"| {side.what} | {side.found} | {side.budget} | {_verdict(side.is_held)} |" for side in found),
            "",
        ]
    )


def _page_line(each: Measured, played: dict[str, list[Round]], bytes_of: dict[str, int], plain: str) -> str:
    name = each.target.name
    mine, base = played[name], played[plain]
    requests = _ratio([one.per_second for one in mine], [one.per_second for one in base])
    processor = _ratio([one.cpu_ms for one in base], [one.cpu_ms for one in mine])
    is_held = None if each.budget is None else min(requests, processor) >= each.budget
    figures = (
        f"{_median([one.per_second for one in mine]):,.0f}",
        f"{_median([one.p95_ms for one in mine]):.1f}",
        f"{_median([one.cpu_ms for one in mine]):.2f}",
        f"{requests:.2f}",
        f"{processor:.2f}",
        f"{bytes_of[name] / 1000:.1f}",
        "" if each.budget is None else f"≥ {each.budget:.2f}",
        _verdict(is_held),
    )
    return f"| {name} | {' | '.join(figures)} |"


def _history_lines(played: dict[str, list[Round]]) -> list[str]:
    lines = []
    for pair in PAIRS:
        base, other = played.get(pair.base), played.get(pair.other)
        if not base or not other:
            continue
        processor = _ratio([one.cpu_ms for one in other], [one.cpu_ms for one in base])
        requests = _ratio([one.per_second for one in base], [one.per_second for one in other])
        verdict = _verdict(processor <= HISTORY)
        lines.append(f"| {pair.name} | {processor:.2f} | {requests:.2f} | {verdict} |")
    return lines


def _ratio(upper: list[float], lower: list[float]) -> float:
    return _median([one / other for one, other in zip(upper, lower, strict=False)])


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _verdict(is_held: bool | None) -> str:  # noqa: FBT001 - three words for three values
    return {None: "", True: "held", False: "**missed**"}[is_held]


def _versions(place: Ground) -> str:
    with psycopg.connect(place.superuser) as server:
        row = server.execute("SHOW server_version").fetchone()
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    postgres = str(row[0]).split()[0] if row else "?"
    return f"Python {platform.python_version()}, PostgreSQL {postgres}, {packages}, {os.cpu_count()} processors."

"""`bench/run`: fills a database, starts both servers, asks them in turns, writes bench/RESULTS.md."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench import booking_report, drive, ground, pages, report, sides
from bench.drive import Round
from bench.servers import serving

WARM_SECONDS = 1
LONGEST = 560  # the rounds stop here, and the report comes from those that were played


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument(
        "--customers", type=int, default=1000, help="1000 to 100000; the database is kept for next time"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="length of a round of one page")
    parser.add_argument("--export", type=Path, help="also time the import of this folder")
    parser.add_argument(
        "--search", type=int, metavar="CUSTOMERS", help="also measure the office's search among so many"
    )
    parser.add_argument("--only", default="", help="only pages whose name has this word; nothing is written")
    parser.add_argument("--booking", action="store_true", help="measure booking instead; writes bench/BOOKING.md")
    asked = parser.parse_args()
    if asked.booking:
        print(booking_report.measure(asked.customers))
        return
    started = time.monotonic()
    place = ground.prepare(asked.customers)
    ours_environment = place.environment
    ground.run("-m", "portico.faces.commands", "collectstatic", "--no-input", environment=ours_environment)
    with (
        serving("ours", "bench.ours:application", ours_environment) as ours,
        serving("plain", "bench.plain.wsgi:application", place.plain_environment) as plain,
    ):
        measured = [
            each
            for each in pages.measured_pages(place, ours, plain)
            if asked.only in each.target.name or each.target.server is plain
        ]
        begun = time.monotonic()
        played = _rounds(measured, asked.rounds, asked.seconds, place.postmaster, until=begun + LONGEST)
        memory = ours.resident_mib()
        bytes_of = {each.target.name: len(each.target.ask()[1]) for each in measured}
        found = sides.others(place, ours, memory=memory, export=asked.export, search=asked.search)
    text = report.text(
        place, measured, played, bytes_of, found, customers=asked.customers, rounds=asked.rounds, seconds=asked.seconds
    )
    print(text)
    if not asked.only:
        report.PATH.write_text(text)
    print(f"{time.monotonic() - started:.0f} s in all, driven by {drive.client()}")


def _rounds(
    measured: list[pages.Measured], rounds: int, seconds: int, postmaster: int, *, until: float
) -> dict[str, list[Round]]:
    """Each page once in every round, in turns, so that a busy minute hits all of them."""
    for each in measured:
        drive.play(each.target, seconds=WARM_SECONDS, postmaster=postmaster)
    played: dict[str, list[Round]] = {each.target.name: [] for each in measured}
    for number in range(rounds):
        if time.monotonic() > until:
            print(f"stopped after {number} rounds: time is up")
            break
        for each in measured:
            played[each.target.name].append(drive.play(each.target, seconds=seconds, postmaster=postmaster))
    return played


if __name__ == "__main__":
    main()

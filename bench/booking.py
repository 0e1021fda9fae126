"""`bench/run --booking`: what a window costs, from the engine alone to the whole page, on branches of several sizes."""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.test import Client

from bench import branch  # sets Django up
from bench.calendars import KINDS, WINDOWS, ZONES, Day, calendar, windows_of
from bench.cast import secret_of
from portico.domain.booking.errors import SlotTaken
from portico.domain.booking.models import BranchDay
from portico.domain.booking.operations import booking, days, holding
from portico.domain.booking.operations.booking import Details
from portico.domain.booking.queries.available import available
from portico.domain.capacity.engine import placing
from portico.domain.capacity.engine.boards import is_free
from portico.domain.customers.models import Location
from portico.foundation.audit.models import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people.browser import COOKIE
from portico.foundation.people.enums import Side
from portico.foundation.tenancy.scope import company_scope

ASKED = 300
BOOKED = 60
WHO = Actor(ActorKind.CUSTOMER, name="Bench")


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what came of it."""
    begun = time.perf_counter()
    found = work()
    return (time.perf_counter() - begun) * 1000, found


def spread(times: list[float]) -> dict[str, float]:
    """The middle and the twentieth from the top, in milliseconds."""
    return {"p50": round(statistics.median(times), 2), "p95": round(sorted(times)[int(len(times) * 0.95)], 2)}


def of_engine(technicians: int) -> dict[str, Any]:
    """The engine alone, in memory: thirty days from their tables, and finding one more its place on a day."""
    made, _visits = calendar(1, technicians)
    tables = [[day.board.row(at, WINDOWS) for at in range(len(day.people))] for day in made]
    draw = random.Random(4)
    asked = [(draw.randrange(len(KINDS)), draw.randrange(ZONES)) for _one in range(ASKED)]
    for kind, zone in asked:
        for day in made:
            day.who(kind, zone)
    answers = [timed(lambda kind=kind, zone=zone: _answer(made, tables, kind, zone))[0] for kind, zone in asked]
    places = [timed(lambda ask=ask: _place(made, draw, *ask))[0] for ask in asked]
    return {"thirty days from tables": spread(answers), "placing one more": spread(places)}


def _answer(made: list[Day], tables: list[list[list[int]]], kind: int, zone: int) -> int:
    minutes = KINDS[kind][0]
    return sum(
        any(is_free(table[at], WINDOWS.index(window), minutes) for at in day.who(kind, zone))
        for day, table in zip(made, tables, strict=True)
        for window in windows_of(kind)
    )


def _place(made: list[Day], draw: random.Random, kind: int, zone: int) -> bool:
    day = draw.choice(made)
    return bool(placing.place(day.board, day.task("asked", kind, zone, draw.choice(windows_of(kind)))))


def of_product(technicians: int) -> dict[str, Any]:
    """The product: days planned, windows answered, their page, holding and booking."""
    filled = branch.fill(technicians)
    with company_scope(filled.company):
        with transaction.atomic():
            rows = list(BranchDay.objects.order_by("day").values_list("branch", "day"))
            places = list(Location.objects.filter(postal_code__startswith="9000").order_by("pk"))
        planned = [timed(lambda row=row: days.rebuild_day(branch_id=row[0], day=row[1])) for row in rows]
        found: dict[str, Any] = {
            "visits": filled.visits,
            "without a place": sum(one for _took, one in planned),
            "planning a day": spread([took for took, _one in planned]),
            "planning thirty days, s": round(sum(took for took, _one in planned) / 1000, 1),
        }
        gc.collect()
        gc.freeze()  # as the workers of the web server do
        draw = random.Random(5)
        asked = [(draw.choice(places), draw.choice(filled.kinds)) for _one in range(ASKED)]
        found["windows of thirty days"] = spread([timed(lambda ask=ask: _windows(*ask))[0] for ask in asked])
        found["holding, then booking"] = spread(_bookings(asked))
    found["page of thirty days"] = spread(_pages(asked))
    return found


def _windows(place: Location, kind: Any) -> Any:
    return available(customer_id=place.customer_id, location_id=place.pk, job_type_id=kind.pk, answers={})


def _bookings(asked: list[tuple[Location, Any]]) -> list[float]:
    took = []
    for number, (place, kind) in enumerate(asked[:BOOKED]):
        found = _windows(place, kind)
        if not found.open:
            continue
        window = found.open[number % len(found.open)]
        what = {"customer_id": place.customer_id, "location_id": place.pk, "job_type_id": kind.pk, "answers": {}}
        took.append(timed(lambda what=what, window=window, number=number: _book(what, window, number))[0])
    return took


def _book(what: dict[str, Any], window: Any, number: int) -> None:
    try:
        held = holding.hold(**what, day=window.day, window_id=window.window_id, by=WHO)
    except SlotTaken:
        return
    details = Details(email="bench@example.com")
    booking.confirm(hold=held.id, customer_id=what["customer_id"], key=f"bench {number}", details=details, by=WHO)


def _pages(asked: list[tuple[Location, Any]]) -> list[float]:
    took = []
    client = Client(headers={"host": f"{branch.HOST}.localhost"})
    for place, kind in asked:
        client.cookies[COOKIE[Side.CUSTOMER]] = secret_of(branch.HOST, place.source_id // 100)
        address = f"/booking/{place.public_id}/{kind.public_id}/"
        spent, answer = timed(lambda address=address: client.get(address))
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        took.append(spent)
    return took[1:]  # the first one loads the application


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--technicians", type=int, default=150)
    asked = parser.parse_args().technicians
    print(json.dumps({"technicians": asked} | of_engine(asked) | of_product(asked)))


if __name__ == "__main__":
    main()

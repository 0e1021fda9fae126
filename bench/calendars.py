"""A branch's calendar made at random: technicians with skills, zones, shifts and lunches, filled as customers ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from portico.domain.capacity.engine import placing
from portico.domain.capacity.engine.boards import Board, Task, Worker
from portico.domain.capacity.engine.rows import Item, Span

ZONES = 8
SKILLS = 8
WINDOWS = (
    Span(480, 600),
    Span(600, 720),
    Span(720, 840),
    Span(840, 960),
    Span(480, 720),
    Span(720, 960),
    Span(480, 540),
)
KINDS = ((60, ()), (60, (0,)), (90, (1,)), (120, (2,)), (120, (3, 4)), (180, (5,)), (240, (6,)), (480, (7,)))
OFTEN = (24, 18, 16, 14, 10, 8, 6, 4)
PER_TECHNICIAN = 33  # bookings in thirty days
DAYS = 30
INSTALL = 7  # begins in the morning's own window


@dataclass(frozen=True, slots=True)
class Person:
    """Who could do what, where, and on which days of the week."""

    skills: frozenset[int]
    zones: frozenset[int]
    weekdays: frozenset[int]


@dataclass(slots=True)
class Day:
    """Who works, and the plan."""

    people: list[Person]
    board: Board
    eligible: dict[tuple[int, int], frozenset[int]] = field(default_factory=dict)

    def who(self, kind: int, zone: int) -> frozenset[int]:
        """The places of who could do it there."""
        if (kind, zone) not in self.eligible:
            skills = frozenset(KINDS[kind][1])
            self.eligible[kind, zone] = frozenset(
                at for at, one in enumerate(self.people) if skills <= one.skills and zone in one.zones
            )
        return self.eligible[kind, zone]

    def task(self, key: str, kind: int, zone: int, window: Span) -> Task:
        """A visit of this kind."""
        return Task(Item(key, KINDS[kind][0], window.start, window.end), self.who(kind, zone))


def windows_of(kind: int) -> tuple[Span, ...]:
    """In which windows a kind of visit is offered."""
    return WINDOWS[-1:] if kind == INSTALL else WINDOWS[:-1]


def calendar(seed: int, technicians: int, *, days: int = DAYS) -> tuple[list[Day], int]:
    """The days, filled with visits as they are asked for (the near days more), and how many were booked."""
    random = Random(seed)
    people = [_person(random) for _one in range(technicians)]
    found = [_day(random, people, number) for number in range(days)]
    wanted, booked = PER_TECHNICIAN * technicians * days // DAYS, 0
    for number in range(2 * wanted):
        if booked == wanted:
            break
        day = found[min(int(random.expovariate(3 / days)), days - 1)]
        booked += _book(random, day, f"visit {number}")
    return found, booked


def _book(random: Random, day: Day, key: str) -> bool:
    kind = random.choices(range(len(KINDS)), OFTEN)[0]
    zone = random.randrange(ZONES)
    task = day.task(f"{key} {kind} {zone}", kind, zone, random.choice(windows_of(kind)))
    at = placing.place_beside(day.board, task)
    if at is None:
        return False
    day.board.move({task.key: at}, [task])
    return True


def _person(random: Random) -> Person:
    first = random.randrange(7)
    return Person(
        frozenset(random.sample(range(SKILLS), random.randint(2, 5))),
        frozenset(random.sample(range(ZONES), random.randint(2, 5))),
        frozenset((first + later) % 7 for later in range(5)),
    )


def _day(random: Random, people: list[Person], number: int) -> Day:
    here = [one for one in people if number % 7 in one.weekdays and random.random() > 0.05]
    return Day(here, Board([_worker(random, one) for one in here]))


def _worker(random: Random, one: Person) -> Worker:
    fixed = [Item("lunch", 30, 660, 811)]
    if random.random() < 0.08:
        fixed.append(Item("meeting", 60, *random.choice(((480, 481), (840, 841), (870, 871)))))
    start = random.choice((450, 480, 480))
    return Worker(Span(start, start + 510), tuple(fixed), len(one.skills) * len(one.zones))

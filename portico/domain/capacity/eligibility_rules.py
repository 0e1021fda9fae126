"""Who may do a job: skills, area and business unit. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A technician as far as it decides what they may do. Without any zone they go wherever their unit does."""

    id: int
    unit: int
    skills: frozenset[str] = frozenset()
    zones: frozenset[int] = frozenset()

    @property
    def versatility(self) -> int:
        """Grows with what else they could do."""
        return max(1, len(self.skills)) * max(1, len(self.zones))


def eligible(
    people: Iterable[Person], *, unit: int, skills: Iterable[str], zones: frozenset[int] | None
) -> frozenset[int]:
    """Who of the unit has all the skills and serves one of the zones in which the place lies; None: any place."""
    needed = frozenset(skills)
    return frozenset(
        person.id for person in people if person.unit == unit and needed <= person.skills and _goes(person, zones)
    )


def _goes(person: Person, zones: frozenset[int] | None) -> bool:
    return zones is None or not person.zones or bool(person.zones & zones)

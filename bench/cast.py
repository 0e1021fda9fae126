"""Whose pages are measured: people of the first company, known by their number."""

from __future__ import annotations

from dataclasses import dataclass

HOST = "bench"
FIRST_NUMBER = 1000
COMPANIES = 10


@dataclass(frozen=True, slots=True)
class Kind:
    """So many people with so many jobs and invoices each, of which `open` are not paid, spread over so many homes."""

    name: str
    people: int
    jobs: int
    open: int
    homes: int = 1


FEW = Kind("few", people=20, jobs=10, open=3)
SOME = Kind("some", people=20, jobs=60, open=30)
LONG = Kind("long", people=1, jobs=10_000, open=3)
LANDLORD = Kind("landlord", people=20, jobs=10, open=3, homes=61)
LONG_LANDLORD = Kind("long landlord", people=1, jobs=10_000, open=3, homes=61)
KINDS = (FEW, SOME, LONG, LANDLORD, LONG_LANDLORD)


def secret_of(host: str, number: int) -> str:
    """What the session's cookie of this person says."""
    return f"measured-{host}-{number}"


def numbers_of(kind: Kind) -> list[int]:
    """The numbers of the people of one kind; every tenth person belongs to the first company."""
    before = sum(other.people for other in KINDS[: KINDS.index(kind)])
    return [FIRST_NUMBER + (before + at) * COMPANIES for at in range(kind.people)]


def cookies_of(kind: Kind) -> list[str]:
    """The cookies of the people of one kind."""
    return [secret_of(HOST, number) for number in numbers_of(kind)]

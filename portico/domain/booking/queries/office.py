"""What the office sees of bookings: what was booked and changed, newest first, and who waits for a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portico.domain.booking.queries import office_sql as sql
from portico.domain.customers import search
from portico.domain.jobs.queries.office_visits import CHANGEABLE
from portico.domain.jobs.visit_words import visit_label, visit_tone
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

PAGE = 50
MOST_NEWS = 100
LONG_AGO = "-infinity"
NEWS_LAST = timedelta(days=1)
MOST_CUSTOMERS = 20  # who fit what was typed
MOST_EACH = 60  # the newest bookings of one of them


@dataclass(frozen=True, slots=True)
class Span:
    """A window of arrival."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, starts_at: str | None, ends_at: str | None) -> Span | None:
        """From two moments as JSON writes them; None where one is missing."""
        if not starts_at or not ends_at:
            return None
        return cls(datetime.fromisoformat(starts_at), datetime.fromisoformat(ends_at))


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A visit that was booked (`kind` booked), or a step of one that was moved or canceled.

    `window` is where it stands since then, `was` where it stood before.
    """

    id: UUID
    kind: str
    at: datetime
    who: str
    is_by_office: bool
    visit: UUID
    number: str
    status: str
    title: str
    job: UUID
    customer: UUID
    customer_name: str
    address: str
    branch: str
    zone: str
    window: Span
    was: Span | None
    reason: str = ""
    is_late: bool = False
    answers: list[list[str]] = field(default_factory=list)
    notes: str = ""
    contact: str = ""
    via: str = ""

    @property
    def may_change(self) -> bool:
        """Whether it can still be moved or canceled: nobody is on the way yet."""
        return self.status in CHANGEABLE

    @property
    def label(self) -> str:
        return visit_label(self.status)

    @property
    def tone(self) -> str:
        return visit_tone(self.status)


@dataclass(frozen=True, slots=True)
class WaitRow:
    """Somebody in line for a time; `offer` is what is kept for them until `offer_ends_at`."""

    id: UUID
    at: datetime
    from_day: date
    until_day: date
    offers: int
    title: str
    customer: UUID
    customer_name: str
    address: str
    branch: str
    zone: str
    offer: Span | None
    offer_ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom the office books, and where; the first phone and address on record, which may be empty."""

    key: int
    location_key: int
    name: str
    address: str
    postal_code: str
    zone: str
    do_not_service: bool
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class News:
    """What customers did in the last day and night, and who waits; at most MOST_NEWS of each is counted."""

    booked: int
    changed: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Sought:
    """By what the bookings are narrowed: who or which number, when the visit begins, and only what is new."""

    typed: str = ""
    first: datetime | None = None
    last: datetime | None = None
    is_new: bool = False


ALL = Sought()


def news_since() -> datetime:
    """From when on something is new: what is counted is what the lists then show."""
    return clock.real_now() - NEWS_LAST


@reading
def booked(*, after: UUID | None, sought: Sought = ALL) -> list[BookingRow]:
    """What was booked, newest first; one more than a page holds tells that there is more."""
    told: dict[str, Any] = {"after": after, "limit": PAGE + 1} | _newness(is_new=sought.is_new)
    if sought.first is not None:
        told |= {"first": sought.first, "last": sought.last}
    if sought.typed:
        found = search.find_customers(sought.typed, limit=MOST_CUSTOMERS)
        told |= {"customers": [one.customer_id for one in found], "numbers": _numbers(sought.typed), "most": MOST_EACH}
    statement = {
        (False, False): sql.BOOKED,
        (True, False): sql.BOOKED_FOR_DAY,
        (False, True): sql.BOOKED_BY_WANTED,
        (True, True): sql.BOOKED_FOR_DAY_BY_WANTED,
    }[sought.first is not None, bool(sought.typed)]
    return [_booking(row) for row in fetch_json(statement, **told)]


@reading
def changed(*, after: UUID | None, is_new: bool = False) -> list[BookingRow]:
    """What was moved or canceled, newest first; as above."""
    return [_booking(row) for row in fetch_json(sql.CHANGED, after=after, limit=PAGE + 1, **_newness(is_new=is_new))]


@reading
def waiting(*, after: UUID | None) -> list[WaitRow]:
    """Who waits, the first in line first; as above."""
    return [_wait(row) for row in fetch_json(sql.WAITING, after=after, limit=PAGE + 1, now=clock.real_now())]


@reading
def caller(*, customer: UUID, location: UUID) -> Caller | None:
    """Who is asked for; None where there is no such customer in use, or the place is not theirs."""
    row = fetch_json(sql.CALLER, customer=customer, location=location)
    return Caller(**row) if row else None


@reading
def news() -> News:
    """How much there is to look at."""
    return News(**fetch_json(sql.NEWS, since=news_since(), most=MOST_NEWS))


def _newness(*, is_new: bool) -> dict[str, Any]:
    """From when on; all of it has happened since `LONG_AGO`."""
    return {"is_new": is_new, "since": news_since() if is_new else LONG_AGO}


def _numbers(typed: str) -> list[str]:
    """The number of a job, also where that of one of its visits was typed."""
    number = typed.strip().lstrip("#").upper()
    job, _dash, visit = number.rpartition("-")
    return [number, job] if job and visit.isdigit() else [number]


def _booking(row: dict[str, Any]) -> BookingRow:
    window = Span.of(row.pop("starts_at"), row.pop("ends_at"))
    was = Span.of(row.pop("was_starts_at", None), row.pop("was_ends_at", None))
    made = {name: UUID(row[name]) for name in ("id", "visit", "job", "customer")}
    return BookingRow(**row | made | {"at": datetime.fromisoformat(row["at"]), "window": window, "was": was})


def _wait(row: dict[str, Any]) -> WaitRow:
    offer = row["offer"] or {}
    return WaitRow(
        **row
        | {name: UUID(row[name]) for name in ("id", "customer")}
        | {name: date.fromisoformat(row[name]) for name in ("from_day", "until_day")}
        | {
            "at": datetime.fromisoformat(row["at"]),
            "zone": offer.get("zone", row["zone"]),  # of the branch that would come
            "offer": Span.of(offer.get("starts_at"), offer.get("ends_at")),
            "offer_ends_at": datetime.fromisoformat(offer["expires_at"]) if offer else None,
        }
    )

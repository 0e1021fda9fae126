"""Documents as customers see them: shared ones only. Everything starts from a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.customers.queries import Scope
from portico.domain.documents.queries import portal_sql as sql
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

SEEN = 200
MOST_OF_UNIT = 50
MOST_JOBS = 10  # on a page of documents: each is told with its address and what can be done with it
MOST_IN_BUNDLE = 1000
HEADINGS = frozenset({"Section", "Group"})


@dataclass(frozen=True, slots=True)
class SharedDocument:
    """A document in a list. Ids stay text. `is_ready`: it can be opened; a picture being prepared cannot yet."""

    id: str
    kind: str
    name: str
    created_at: datetime
    time_zone: str
    job: str
    job_number: str
    job_type: str
    job_at: datetime | None
    address: str
    content_type: str
    size: int
    width: int | None
    height: int | None
    is_ready: bool
    picture_state: str

    @property
    def has_thumbnail(self) -> bool:
        return self.picture_state == "ready"

    @classmethod
    def of(cls, row: dict[str, Any]) -> SharedDocument:
        """From the columns of ROW."""
        names = ("id", "kind", "name", "time_zone", "address", "content_type", "size", "width", "height")
        said: dict[str, Any] = {name: row[name] or "" for name in ("job", "job_number", "job_type")}
        return cls(
            **{name: row[name] for name in (*names, "is_ready", "picture_state")},
            **said,
            created_at=datetime.fromisoformat(row["created_at"]),
            job_at=datetime.fromisoformat(row["job_at"]) if row["job_at"] else None,
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A home that the list can be narrowed to."""

    id: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class DocumentList:
    """A page of documents. `next` is the one to go on before; with `is_cut` the walk ended before the page was full."""

    rows: list[SharedDocument]
    next: str
    is_cut: bool
    is_place_known: bool
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of a form with what was answered, or the heading of several."""

    question: str
    text: str
    is_heading: bool

    @property
    def shown(self) -> str:
        return self.text or "–"


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with its answers, and the photos of its job in the order of the lists."""

    row: SharedDocument
    place: str
    answers: list[Answer]
    brand: BrandFacts
    photos: list[str]


@dataclass(frozen=True, slots=True)
class Stored:
    """Where the file of a document lies."""

    name: str
    content_type: str
    size: int
    stored_as: str
    thumbnail_as: str
    picture_state: str


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One document of a bundle; `stored_as` is empty for forms and for pictures that are being prepared."""

    id: str
    kind: str
    name: str
    created_at: datetime
    content_type: str
    size: int
    stored_as: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Bundle:
    """All documents of a job, oldest first. `is_cut`: only the newest MOST_IN_BUNDLE."""

    number: str
    type: str
    address: str
    happens_at: datetime
    brand: BrandFacts
    entries: list[BundleEntry]
    is_cut: bool


@reading
def documents(*, scope: Scope, location: UUID | None, kind: str, before: UUID | None, limit: int) -> DocumentList:
    """A page of documents of at most MOST_JOBS jobs, newest first, from before one of them."""
    given = {"location": location, "kind": kind, "before": before, "limit": limit + 1, "seen": SEEN}
    return _list(fetch_json(sql.LIST, **scope.as_parameters(), **given), limit=limit, most_jobs=MOST_JOBS)


@reading
def documents_of_job(*, scope: Scope, job: UUID, kind: str, before: UUID | None, limit: int) -> DocumentList:
    """The same of one job."""
    given = {"job": job, "kind": kind, "before": before, "limit": limit + 1, "seen": SEEN}
    return _list(fetch_json(sql.OF_JOB, **scope.as_parameters(), **given), limit=limit)


@reading
def documents_of_unit(*, scope: Scope, unit: int) -> list[SharedDocument]:
    """The newest of a unit that was found in the same scope, by its key."""
    given = {"unit": unit, "kind": "", "before": None, "limit": MOST_OF_UNIT, "seen": SEEN}
    return _list(fetch_json(sql.OF_UNIT, **scope.as_parameters(), **given), limit=MOST_OF_UNIT).rows


@reading
def document_page(*, scope: Scope, document: UUID) -> DocumentPage | None:
    """One document; None where the scope holds none such, or it is not shared."""
    row = fetch_json(sql.ONE, **scope.as_parameters(), document=document, seen=SEEN)
    if row is None:
        return None
    return DocumentPage(
        row=SharedDocument.of(row),
        place=row["place"] or "",
        answers=_answers(row["answers"]),
        brand=BrandFacts.of(row["brand"]),
        photos=row["photos"],
    )


@reading
def stored_file(*, scope: Scope, document: UUID) -> Stored | None:
    """Where its file lies; None as above, and for a form."""
    row = fetch_json(sql.STORED, **scope.as_parameters(), document=document)
    return Stored(**row) if row else None


@reading
def bundle_of_job(*, scope: Scope, job: UUID) -> Bundle | None:
    """Everything shared of a job; None where the scope holds no such job."""
    row = fetch_json(sql.BUNDLE, **scope.as_parameters(), job=job, limit=MOST_IN_BUNDLE)
    if row is None:
        return None
    return Bundle(
        number=row["number"],
        type=row["type"],
        address=row["address"],
        happens_at=datetime.fromisoformat(row["happens_at"]),
        brand=BrandFacts.of(row["brand"]),
        entries=[_entry(entry) for entry in row["entries"]],
        is_cut=len(row["entries"]) == MOST_IN_BUNDLE,
    )


def _list(found: dict[str, Any], *, limit: int, most_jobs: int | None = None) -> DocumentList:
    rows, goes_on_before, is_cut = _page(found["rows"], limit=limit, most_jobs=most_jobs or limit)
    places = [Place(**place) for place in found["places"]]
    return DocumentList(rows, goes_on_before, is_cut, found["is_place_known"], places)


def _page(found: list[dict[str, Any]], *, limit: int, most_jobs: int) -> tuple[list[SharedDocument], str, bool]:
    """What fits, up to a full page or to the first walk that ended early: beyond it something may be missing."""
    rows: dict[str, SharedDocument] = {}
    jobs: set[str] = set()
    last = ""
    for row in found:
        if row["fits"]:
            shared = SharedDocument.of(row)
            jobs.add(shared.job or shared.address)
            if len(rows) == limit or len(jobs) > most_jobs:
                return list(rows.values()), last, False
            rows[row["id"]] = shared
        last = row["id"]
        if row["is_end"]:
            return list(rows.values()), last, True
    return list(rows.values()), "", False


def _answers(found: list[dict[str, str]]) -> list[Answer]:
    return [Answer(one["name"], one["value"], one["type"] in HEADINGS) for one in found]


def _entry(row: dict[str, Any]) -> BundleEntry:
    names = ("id", "kind", "name", "content_type", "size", "stored_as")
    return BundleEntry(
        **{name: row[name] for name in names},
        created_at=datetime.fromisoformat(row["created_at"]),
        answers=_answers(row["answers"]),
    )

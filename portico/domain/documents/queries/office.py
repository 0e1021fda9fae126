"""Documents as the office sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from portico.domain.documents.queries import office_sql as sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

FIRST = 6
PAGE = 40


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in a list. `is_ready`: it can be opened; a picture that waits for its bare copy cannot yet."""

    id: str
    customer: str
    kind: str
    name: str
    job: str
    job_number: str
    place: str
    unit: str
    zone: str
    created_at: datetime
    uploaded_by: str
    is_shared: bool
    shared_at: datetime | None
    shared_by: str
    is_imported: bool
    content_type: str
    size: int
    width: int | None
    height: int | None
    is_ready: bool
    picture_state: str

    @property
    def has_thumbnail(self) -> bool:
        return self.picture_state == "ready"


@dataclass(frozen=True, slots=True)
class OneDocument:
    """A document that is opened: `answers` are those of a form, the names in the store are for the view only."""

    row: DocumentRow
    answers: list[dict[str, str]]
    form_status: str
    stored_as: str
    thumbnail_as: str


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """Something of a customer that a document can be about: kind is job, home or unit."""

    kind: str
    id: str
    name: str
    note: str = ""
    at: datetime | None = None

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.id}"


@reading
def documents_of_customer(customer: UUID, *, before: UUID | None = None, limit: int = PAGE + 1) -> list[DocumentRow]:
    """A customer's documents, newest first."""
    rows = fetch_json(sql.OF_CUSTOMER, customer=_text(customer), before=_text(before), limit=limit)
    return [_row(row) for row in rows]


@reading
def documents_of_job(job: UUID, *, before: UUID | None = None, limit: int = PAGE + 1) -> list[DocumentRow]:
    """A job's documents, newest first."""
    rows = fetch_json(sql.OF_JOB, job=_text(job), before=_text(before), limit=limit)
    return [_row(row) for row in rows]


@reading
def document_of(customer: UUID, document: UUID) -> OneDocument | None:
    """One document of this customer."""
    found = fetch_json(sql.ONE, customer=_text(customer), document=_text(document))
    if found is None:
        return None
    own = {name: found.pop(name) for name in ("answers", "form_status", "stored_as", "thumbnail_as")}
    return OneDocument(row=_row(found), **own)


@reading
def places_of(customer: UUID, *, job: UUID | None = None) -> list[PlaceChoice]:
    """What a new document can be about: homes, the newest jobs (and the one that was asked for), units."""
    found = fetch_json(sql.PLACES, customer=_text(customer), job=_text(job))
    if found is None:
        return []
    jobs = {row["id"]: row for row in [*([found["job"]] if found["job"] else []), *found["jobs"]]}
    return [
        *(PlaceChoice("home", row["id"], row["label"]) for row in found["homes"]),
        *(
            PlaceChoice("job", row["id"], row["number"], row["type"], datetime.fromisoformat(row["at"]))
            for row in jobs.values()
        ),
        *(PlaceChoice("unit", row["id"], row["name"], row["label"]) for row in found["units"]),
    ]


def _text(found: UUID | None) -> str | None:
    return None if found is None else str(found)


def _row(row: dict[str, Any]) -> DocumentRow:
    moments = {name: row[name] and datetime.fromisoformat(row[name]) for name in ("created_at", "shared_at")}
    texts = {name: row[name] or "" for name in ("customer", "job", "job_number", "place", "unit", "zone")}
    return DocumentRow(**{**row, **texts, **moments})

"""Attachments and submissions as another system keeps them, written in bulk; the run is the audit entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

from django.db import connection, transaction

from portico.domain.customers.models import Location
from portico.domain.documents import pictures, rules
from portico.domain.documents.enums import DocumentKind, DocumentSource, PictureState
from portico.domain.documents.models import Document, StoredFile
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job, JobEquipment
from portico.foundation.tenancy import files, sourced
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock

FOLLOW = (
    """UPDATE documents_document d SET customer_id = j.customer_id, location_id = j.location_id FROM jobs_job j
  WHERE d.company_id = %(company)s AND j.id = d.job_id
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (j.customer_id, j.location_id)""",
    """UPDATE documents_document d SET customer_id = e.customer_id, location_id = e.location_id
  FROM equipment_installedequipment e
  WHERE d.company_id = %(company)s AND d.job_id IS NULL AND e.id = d.equipment_id
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (e.customer_id, e.location_id)""",
    """UPDATE documents_document d SET customer_id = l.customer_id, location_id = coalesce(l.merged_into_id, l.id)
  FROM customers_location l
  WHERE d.company_id = %(company)s AND d.job_id IS NULL AND d.equipment_id IS NULL AND l.id = d.location_id
    AND (d.customer_id, d.location_id) IS DISTINCT FROM (l.customer_id, coalesce(l.merged_into_id, l.id))""",
    """UPDATE documents_document d SET customer_id = c.merged_into_id FROM customers_customer c
  WHERE d.company_id = %(company)s AND d.job_id IS NULL AND d.equipment_id IS NULL AND d.location_id IS NULL
    AND c.id = d.customer_id AND c.merged_into_id IS NOT NULL""",
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A file of the other system, as the importer put it into the private store."""

    path: str
    stored_as: str
    size: int
    digest: bytes


@transaction.atomic
def write_attachments(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update what was attached to jobs; the files are linked when they are copied (`link_files`)."""
    return _write(changes, {"source": DocumentSource.ATTACHMENT})


@transaction.atomic
def write_submissions(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update completed forms, and note which units a job's form is about."""
    bare = [replace(change, bound=_owners(change.bound)) for change in changes]
    written = _write(bare, {"source": DocumentSource.SUBMISSION, "kind": DocumentKind.FORM})
    _note_units(changes)
    return written


def follow_jobs() -> None:
    """Documents go where their job, unit, home or customer went; run after each import."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FOLLOW:
            cursor.execute(statement, {"company": current_company_id()})


def link_files(copies: Sequence[Copy]) -> None:
    """Give the documents of these paths their files; what each is, its own bytes say."""
    wanted = _unlinked(copies)
    if not wanted:
        return
    known = _known(wanted)
    new = [_file_of(copy) for copy in wanted if copy.stored_as not in known]
    _link(wanted, new)


def _write(changes: Sequence[sourced.Change], fixed: sourced.Columns) -> sourced.Written:
    homes = _homes(changes)
    placed = [replace(change, bound={**change.bound, **_place(change.bound, homes)}) for change in changes]
    written = sourced.write(Document, placed, fixed=fixed)
    overruled = [source_id for source_id, column in written.overruled if column == "is_shared"]
    Document.objects.filter(source_id__in=overruled, **fixed).update(shared_at=None, shared_by_name="")
    return written


Homes = dict[str, dict[int, tuple[int | None, int | None]]]


def _homes(changes: Sequence[sourced.Change]) -> Homes:
    """Customer and location of everything that the changes name."""
    models: dict[str, Any] = {"job_id": Job, "equipment_id": InstalledEquipment, "location_id": Location}
    found: Homes = {}
    for name, model in models.items():
        ids = {change.bound.get(name) for change in changes} - {None}
        columns = ("pk", "customer_id", "pk" if model is Location else "location_id")
        rows = model.objects.filter(pk__in=ids).values_list(*columns)
        found[name] = {pk: (customer, location) for pk, customer, location in rows}
    return found


def _place(bound: sourced.Columns, homes: Homes) -> dict[str, int | None]:
    """The job's place, else the unit's, else the home's own, else the customer's."""
    for name in ("job_id", "equipment_id", "location_id"):
        if bound.get(name) is not None:
            customer, location = homes[name][bound[name]]
            return {"customer_id": customer, "location_id": location}
    return {"customer_id": bound.get("customer_id"), "location_id": None}


def _owners(bound: sourced.Columns) -> dict[str, Any]:
    units = bound["equipment_ids"]
    return {
        **{name: value for name, value in bound.items() if name != "equipment_ids"},
        "equipment_id": units[0] if units else None,
    }


def _note_units(changes: Iterable[sourced.Change]) -> None:
    pairs = {
        (change.bound["job_id"], unit)
        for change in changes
        if change.bound["job_id"] is not None
        for unit in change.bound["equipment_ids"]
    }
    touched = [JobEquipment(job_id=job, equipment_id=unit) for job, unit in sorted(pairs)]
    JobEquipment.objects.bulk_create(touched, ignore_conflicts=True)


@transaction.atomic
def _unlinked(copies: Sequence[Copy]) -> list[Copy]:
    """Those that some document should show and does not."""
    rows = Document.objects.filter(source_path__in=[copy.path for copy in copies])
    shown: dict[str, set[str | None]] = {}
    for path, original in rows.values_list("source_path", "file__original_as").distinct():
        shown.setdefault(path, set()).add(original)
    return [copy for copy in copies if shown.get(copy.path, {copy.stored_as}) != {copy.stored_as}]


@transaction.atomic
def _known(copies: Sequence[Copy]) -> dict[str, StoredFile]:
    rows = StoredFile.objects.filter(original_as__in=[copy.stored_as for copy in copies])
    return {row.original_as: row for row in rows}


def _file_of(copy: Copy) -> StoredFile:
    from portico.kernel import images  # loads Pillow

    with files.open_stored(copy.stored_as) as stream:
        picture = images.look(stream)
        stream.seek(0)
        content_type = picture.content_type if picture else _type_without_picture(stream)
    return StoredFile(
        stored_as="" if picture is not None and not picture.is_bare else copy.stored_as,
        original_as=copy.stored_as,
        content_type=content_type,
        size=copy.size,
        digest=copy.digest,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        picture_state=PictureState.PENDING if picture else PictureState.NONE,
        created_at=clock.real_now(),
    )


def _type_without_picture(stream: IO[bytes]) -> str:
    return rules.PDF if rules.looks_like_pdf(stream.read(8)) else rules.UNKNOWN


@transaction.atomic
def _link(copies: Sequence[Copy], new: Sequence[StoredFile]) -> None:
    """A file that no document shows any longer is let go."""
    StoredFile.objects.bulk_create(new, ignore_conflicts=True)
    known = _known(copies)
    for copy in copies:
        file = known[copy.stored_as]
        is_picture = file.picture_state in (PictureState.PENDING, PictureState.READY)
        unlinked = Document.objects.filter(source_path=copy.path).exclude(file=file)
        unlinked.update(file=file, kind=DocumentKind.PHOTO if is_picture else DocumentKind.FILE)
    StoredFile.objects.exclude(original_as="").filter(documents=None).delete()
    pictures.defer_pictures()

"""Photos that come before the job they belong to: kept bare, given to the job later, or thrown away."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction

from portico.domain.documents import pictures, uploads
from portico.domain.documents.enums import DocumentKind, PictureState
from portico.domain.documents.models import Document, StoredFile
from portico.domain.documents.uploads import Sent, Usable
from portico.domain.jobs.models import Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy import files
from portico.kernel import clock


def put_away(sent: Sent) -> tuple[Usable, files.Kept]:
    """Write a photo anew, without what it says of place and camera, and store it; its row is the caller's to write."""
    found = uploads.usable(sent, photos_only=True)
    return found, files.save(pictures.AREA, found.content)


def write_row(found: Usable, kept: files.Kept) -> StoredFile:
    """The row of a photo that was put away, in the caller's transaction."""
    row = StoredFile.objects.create(
        stored_as=kept.stored_as,
        size=kept.size,
        digest=kept.digest,
        content_type=found.content_type,
        width=found.width,
        height=found.height,
        picture_state=PictureState.PENDING,
        created_at=clock.real_now(),
    )
    pictures.defer_pictures()
    return row


def give_to_job(photos: Iterable[tuple[StoredFile, str]], job: Job, *, by: Actor) -> None:
    """These photos are documents of the job, in the caller's transaction; who made them goes on seeing them."""
    now = clock.real_now()
    for file, name in photos:
        row = Document.objects.create(
            kind=DocumentKind.FILE if file.picture_state == PictureState.FAILED else DocumentKind.PHOTO,
            name=name,
            file=file,
            job=job,
            customer_id=job.customer_id,
            location_id=job.location_id,
            created_at=clock.now(),
            uploaded_by_name=by.name,
            is_shared=True,
            shared_at=now,
            shared_by_name=by.name,
        )
        customer = job.customer.public_id
        audit.record("document.uploaded", row, by=by, customer=customer, note=name, is_shared=True)


def throw_away(keys: Collection[int]) -> None:
    """Rows now, files once the caller's transaction stands; what is left then, the sweep removes."""
    rows = StoredFile.objects.filter(pk__in=keys)
    gone = [name for pair in rows.values_list("stored_as", "thumbnail_as") for name in pair if name]
    rows.delete()
    transaction.on_commit(lambda: _delete(gone), robust=True)


def _delete(names: list[str]) -> None:
    for name in names:
        files.delete(name)

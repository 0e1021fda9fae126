"""What the office does with documents: sharing them, and adding new ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.customers.models import Location
from portico.domain.documents import pictures, rules
from portico.domain.documents.enums import DocumentKind, PictureState
from portico.domain.documents.errors import Missing, UnusableFile
from portico.domain.documents.models import Document, StoredFile
from portico.domain.documents.uploads import Sent, Usable, usable
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy import files
from portico.kernel import clock, locks


@dataclass(frozen=True, slots=True)
class Place:
    """What a document is about: a job, a home (location) or a unit of a customer."""

    kind: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: its document, or why it was not taken."""

    name: str
    document: UUID | None = None
    fault: str = ""


@transaction.atomic
def share_document(*, customer: UUID, document: UUID, by: Actor) -> None:
    """Let the customer see a document; one that is shared already stays as it is."""
    row = _locked(customer, document)
    if row.is_shared:
        return
    row.is_shared, row.shared_at, row.shared_by_name = True, clock.real_now(), by.name
    row.save(update_fields=["is_shared", "shared_at", "shared_by_name"])
    audit.record("document.shared", row, by=by, customer=customer, note=row.name)


@transaction.atomic
def unshare_document(*, customer: UUID, document: UUID, by: Actor) -> None:
    """Take a document away from the customer's eyes; it holds from the next request."""
    row = _locked(customer, document)
    if not row.is_shared:
        return
    row.is_shared, row.shared_at, row.shared_by_name = False, None, ""
    row.save(update_fields=["is_shared", "shared_at", "shared_by_name"])
    audit.record("document.unshared", row, by=by, customer=customer, note=row.name)


def upload_documents(
    *, customer: UUID, place: Place, sent: Sequence[Sent], is_shared: bool, by: Actor
) -> list[Outcome]:
    """Keep each usable file; what cannot be used is refused by itself, and the others stay.

    A file is put into the store first, between transactions; then its row is written and audited.
    """
    with transaction.atomic():
        _bound(customer, place)
    outcomes = [_upload(customer, place, each, is_shared=is_shared, by=by) for each in sent[: rules.MOST_FILES]]
    too_many = _("At most %(n)s files can be uploaded at once. Upload this one again.") % {"n": rules.MOST_FILES}
    return outcomes + [Outcome(rules.shown_name(each.name), None, too_many) for each in sent[rules.MOST_FILES :]]


def _upload(customer: UUID, place: Place, sent: Sent, *, is_shared: bool, by: Actor) -> Outcome:
    try:
        found = usable(sent)
    except UnusableFile as refused:
        return Outcome(rules.shown_name(sent.name), None, refused.message)
    kept = files.save(pictures.AREA, found.content)
    return Outcome(found.name, _add(customer, place, found, kept, is_shared=is_shared, by=by))


@transaction.atomic
def _add(customer: UUID, place: Place, found: Usable, kept: files.Kept, *, is_shared: bool, by: Actor) -> UUID:
    is_picture, now = found.width is not None, clock.real_now()
    file = StoredFile.objects.create(
        stored_as=kept.stored_as,
        size=kept.size,
        digest=kept.digest,
        content_type=found.content_type,
        width=found.width,
        height=found.height,
        picture_state=PictureState.PENDING if is_picture else PictureState.NONE,
        created_at=now,
    )
    row = Document.objects.create(
        kind=DocumentKind.PHOTO if is_picture else DocumentKind.FILE,
        name=found.name,
        file=file,
        created_at=clock.now(),
        uploaded_by_name=by.name,
        is_shared=is_shared,
        shared_at=now if is_shared else None,
        shared_by_name=by.name if is_shared else "",
        **_bound(customer, place),
    )
    audit.record("document.uploaded", row, by=by, customer=customer, note=row.name, is_shared=is_shared)
    if is_picture:
        pictures.defer_pictures()
    document: UUID = row.public_id
    return document


def _bound(customer: UUID, place: Place) -> dict[str, Any]:
    """The keys of a place of this customer."""
    mine = {"public_id": place.id, "customer__public_id": customer}
    if place.kind == "job":
        job = Job.objects.filter(**mine).first()
        if job is not None:
            return {"job": job, "customer_id": job.customer_id, "location_id": job.location_id}
    elif place.kind == "unit":
        unit = InstalledEquipment.objects.filter(**mine).first()
        if unit is not None:
            return {"equipment": unit, "customer_id": unit.customer_id, "location_id": unit.location_id}
    else:
        home = Location.objects.filter(merged_into=None, **mine).first()
        if home is not None:
            return {"customer_id": home.customer_id, "location": home}
    raise Missing(_("This job, home or unit is not on this customer any more. Choose again."))


def _locked(customer: UUID, document: UUID) -> Document:
    try:
        return locks.lock_one(Document.objects.filter(public_id=document, customer__public_id=customer))
    except Document.DoesNotExist as missing:
        raise Missing(_("There is no such document on this customer.")) from missing

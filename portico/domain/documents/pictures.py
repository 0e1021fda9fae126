"""Thumbnails and bare copies, made by the worker one after another; whoever is killed there changes nothing."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction

from portico.domain.documents import rules
from portico.domain.documents.enums import DocumentKind, PictureState
from portico.domain.documents.models import Document, StoredFile
from portico.foundation.tenancy import files
from portico.foundation.tenancy.scope import current_company_id
from portico.foundation.tenancy.tasks import company_task
from portico.kernel import locks
from portico.kernel.errors import UnusablePicture

log = logging.getLogger("portico.documents")

AREA = "documents"
MOST_TRIES = 3


def defer_pictures() -> None:
    """Have the worker look at what waits, when this transaction is over; once however often it is asked."""
    PREPARE.defer(queueing_lock=f"documents.pictures:{current_company_id()}")


def prepare_pictures() -> None:
    """Give every waiting picture its thumbnail, and a bare copy where the picture carries hidden facts."""
    while (waiting := _take_next()) is not None:
        _prepare(waiting)


@transaction.atomic
def _take_next() -> StoredFile | None:
    """The next one, its try counted before it is made: a picture that kills the worker is given up."""
    waiting = StoredFile.objects.filter(picture_state=PictureState.PENDING).order_by("tries", "pk")
    found = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if found is None:
        return None
    if found.tries >= MOST_TRIES:
        _give_up(found)
        return found
    found.tries += 1
    found.save(update_fields=["tries"])
    return found


def _prepare(waiting: StoredFile) -> None:
    if waiting.picture_state == PictureState.FAILED:
        return
    try:
        small, bare = _made(waiting)
    except UnusablePicture:
        _fail(waiting.pk)
        return
    except OSError:
        log.warning("documents.picture_unreadable", extra={"file": str(waiting.public_id)})
        return
    _keep(waiting.pk, small, bare)


def _made(waiting: StoredFile) -> tuple[files.Kept, dict[str, Any]]:
    """The thumbnail, and what changes in the row where a bare copy was made."""
    from portico.kernel import images  # loads Pillow

    with files.open_stored(waiting.stored_as or waiting.original_as) as stream:
        small = images.thumbnail(stream)
        stream.seek(0)
        fresh = None if waiting.stored_as else images.fresh(stream)
    thumbnail = files.save(AREA, small)
    if fresh is None:
        return thumbnail, {}
    bare = files.save(AREA, fresh.content)
    facts = {"content_type": fresh.content_type, "width": fresh.width, "height": fresh.height}
    return thumbnail, {"stored_as": bare.stored_as, "size": bare.size, **facts}


@transaction.atomic
def _keep(pk: int, small: files.Kept, bare: dict[str, Any]) -> None:
    """What another worker made in the meantime stays; ours is left to the sweep."""
    row = StoredFile.objects.filter(pk=pk, picture_state=PictureState.PENDING)
    row.update(thumbnail_as=small.stored_as, picture_state=PictureState.READY, **bare)


@transaction.atomic
def _fail(pk: int) -> None:
    for found in locks.lock_all(StoredFile.objects.filter(pk=pk, picture_state=PictureState.PENDING)):
        _give_up(found)


def _give_up(found: StoredFile) -> None:
    """What cannot be decoded is no picture: it stays as a download that no browser shows."""
    found.picture_state = PictureState.FAILED
    found.stored_as = found.stored_as or found.original_as
    found.content_type = rules.UNKNOWN
    found.save(update_fields=["picture_state", "stored_as", "content_type"])
    Document.objects.filter(file=found).update(kind=DocumentKind.FILE)


PREPARE = company_task(name="documents.prepare_pictures")(prepare_pictures)

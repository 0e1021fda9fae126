"""Photos that somebody adds while a time is held for them: the job gets them with the booking, else they go."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from portico.domain.booking.errors import MissingHold, TooManyPhotos
from portico.domain.booking.models import Hold, HoldPhoto
from portico.domain.documents import waiting
from portico.domain.documents.uploads import Sent
from portico.domain.jobs.models import Job
from portico.foundation.audit.operations import Actor
from portico.kernel import clock, locks

MOST = 5
LEFT_FOR = timedelta(hours=1)  # a hold that is over is booked all the same while its place is free


def add(*, hold: UUID, customer_id: int, sent: Sent) -> None:
    """Keep a photo with what is held. The file is put away first, between transactions."""
    with transaction.atomic():
        _require_room(_locked(hold, customer_id))
    found, kept = waiting.put_away(sent)
    with transaction.atomic():
        row = _locked(hold, customer_id)
        _require_room(row)
        file = waiting.write_row(found, kept)
        HoldPhoto.objects.create(hold=row, file=file, name=found.name)


@transaction.atomic
def remove(*, hold: UUID, customer_id: int, photo: UUID) -> None:
    """Take one back; one that is gone stays so."""
    row = _locked(hold, customer_id)
    _throw_away(HoldPhoto.objects.filter(hold=row, public_id=photo))


@transaction.atomic
def hand_on(*, hold: UUID, to: UUID, customer_id: int) -> None:
    """Another time was taken instead: the photos go along."""
    now_held = _locked(to, customer_id)
    HoldPhoto.objects.filter(hold__public_id=hold, hold__customer=customer_id).update(hold=now_held)


def give_to_job(hold: Hold, job: Job, *, by: Actor) -> None:
    """What was added is the job's from now on, in the caller's transaction, which has locked the hold."""
    rows = list(HoldPhoto.objects.filter(hold=hold).select_related("file").order_by("pk"))
    waiting.give_to_job([(row.file, row.name) for row in rows], job, by=by)
    HoldPhoto.objects.filter(pk__in=[row.pk for row in rows]).delete()


@transaction.atomic
def throw_away_left() -> int:
    """Photos whose hold has been over for an hour, however it ended; how many."""
    rows = HoldPhoto.objects.filter(hold__expires_at__lt=clock.real_now() - LEFT_FOR)
    return _throw_away(rows.select_for_update(of=("self",), skip_locked=True))


def _throw_away(rows: QuerySet[HoldPhoto]) -> int:
    found = list(rows)
    HoldPhoto.objects.filter(pk__in=[row.pk for row in found]).delete()
    waiting.throw_away([row.file_id for row in found])
    return len(found)


def _locked(hold: UUID, customer_id: int) -> Hold:
    """The hold alone: whoever locks more than it comes by its day first, and waits for us."""
    try:
        return locks.lock_one(Hold.objects.filter(public_id=hold, customer=customer_id, visit_offer=None))
    except Hold.DoesNotExist as missing:
        raise MissingHold.unknown() from missing


def _require_room(hold: Hold) -> None:
    if HoldPhoto.objects.filter(hold=hold).count() >= MOST:
        raise TooManyPhotos.than(MOST)

"""Sharing and uploading: who may see what from when on, who said so, and what a killed program leaves behind."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from portico.domain.customers.models import Customer, Location
from portico.domain.documents import invariants, operations, pictures, rules, sweeping
from portico.domain.documents.enums import PictureState
from portico.domain.documents.errors import Missing
from portico.domain.documents.models import Document, StoredFile
from portico.domain.documents.operations import Outcome, Place
from portico.domain.documents.uploads import Sent
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy import files
from portico.kernel import clock, images
from tests import worker
from tests.factories import customers as make
from tests.factories import people
from tests.factories.documents import PDF, jpeg, make_document


def sent(*contents: tuple[str, bytes]) -> list[Sent]:
    return [Sent(name, io.BytesIO(content), len(content)) for name, content in contents]


def upload(customer: Customer, place: Place, *contents: tuple[str, bytes], is_shared: bool = False) -> list[Outcome]:
    return operations.upload_documents(
        customer=customer.public_id, place=place, sent=sent(*contents), is_shared=is_shared, by=people.OFFICE
    )


def trail(document: UUID) -> list[tuple[str, str, str]]:
    entries = AuditEntry.objects.filter(subject_id=str(document)).order_by("pk")
    return list(entries.values_list("verb", "actor_name", "note"))


def age(store: Path, stored_as: str, by: timedelta) -> None:
    """Make a file older."""
    moment = (clock.real_now() - by).timestamp()
    os.utime(store / stored_as, (moment, moment))


def test_sharing_says_who_and_when_and_is_audited_once(company: Any, job: Job) -> None:
    with people.inside(company):
        row = make_document(job, is_shared=False)
        wanted = {"customer": job.customer.public_id, "document": row.public_id, "by": people.OFFICE}
        before = clock.real_now()

        operations.share_document(**wanted)
        operations.share_document(**wanted)

        row.refresh_from_db()
        assert (row.is_shared, row.shared_by_name) == (True, "Olga Office")
        assert row.shared_at is not None
        assert before <= row.shared_at <= clock.real_now()
        assert trail(row.public_id) == [("document.shared", "Olga Office", "outside-unit.jpg")]

        operations.unshare_document(**wanted)
        operations.unshare_document(**wanted)

        row.refresh_from_db()
        assert (row.is_shared, row.shared_at, row.shared_by_name) == (False, None, "")
        assert [verb for verb, _, _ in trail(row.public_id)] == ["document.shared", "document.unshared"]


def test_document_of_another_customer_is_not_shared(company: Any, job: Job) -> None:
    with people.inside(company):
        row = make_document(job, is_shared=False)
        other = make.make_customer("Other")
        with pytest.raises(Missing):
            operations.share_document(customer=other.public_id, document=row.public_id, by=people.OFFICE)
        row.refresh_from_db()
        assert not row.is_shared


def test_upload_keeps_what_is_usable_and_says_why_the_rest_is_not(company: Any, maria: Customer, job: Job) -> None:
    with people.inside(company):
        outcomes = upload(
            maria,
            Place("job", job.public_id),
            ("outside.jpg", jpeg()),
            ("page.html", b"<html>"),
            ("warranty.pdf", PDF),
            ("empty.png", b""),
            is_shared=True,
        )

        assert [(one.name, one.document is not None, one.fault) for one in outcomes] == [
            ("outside.jpg", True, ""),
            ("page.html", False, "Only photos (JPEG, PNG, WebP, GIF) and PDF files can be uploaded."),
            ("warranty.pdf", True, ""),
            ("empty.png", False, "This file is empty."),
        ]
        rows = list(Document.objects.order_by("pk").values_list("kind", "name", "job", "customer", "location"))
        assert rows == [
            ("photo", "outside.jpg", job.pk, maria.pk, job.location_id),
            ("file", "warranty.pdf", job.pk, maria.pk, job.location_id),
        ]
        one = Document.objects.get(kind="file")
        assert (one.is_shared, one.shared_by_name, one.uploaded_by_name) == (True, "Olga Office", "Olga Office")
        assert one.file is not None
        assert b"".join(files.stream(one.file.stored_as)) == PDF
        assert trail(one.public_id) == [("document.uploaded", "Olga Office", "warranty.pdf")]
        assert invariants.check() == []


def test_more_files_than_are_taken_at_once_are_named(company: Any, maria: Customer, job: Job) -> None:
    with people.inside(company):
        outcomes = upload(maria, Place("job", job.public_id), *((f"{n}.pdf", PDF) for n in range(rules.MOST_FILES + 2)))
        assert [one.document is not None for one in outcomes] == [True] * rules.MOST_FILES + [False] * 2
        assert "At most 20 files" in outcomes[-1].fault
        assert Document.objects.count() == rules.MOST_FILES


def test_upload_goes_to_a_home_or_a_unit_too(company: Any, maria: Customer) -> None:
    with people.inside(company):
        home = Location.objects.get(customer=maria)
        unit = InstalledEquipment.objects.create(
            customer=maria, location=home, name="Furnace", created_at=clock.real_now()
        )
        upload(maria, Place("home", home.public_id), ("plan.pdf", PDF))
        upload(maria, Place("unit", unit.public_id), ("manual.pdf", PDF))
        found = Document.objects.order_by("pk").values_list("name", "customer", "location", "equipment", "job")
        assert list(found) == [
            ("plan.pdf", maria.pk, home.pk, None, None),
            ("manual.pdf", maria.pk, home.pk, unit.pk, None),
        ]


@pytest.mark.parametrize("kind", ("job", "home", "unit"))
def test_upload_to_what_is_not_this_customer_s_keeps_nothing(company: Any, maria: Customer, kind: str) -> None:
    with people.inside(company):
        theirs = make.make_location(make.make_customer("Other"))
        for place in (uuid4(), theirs.public_id):
            with pytest.raises(Missing):
                upload(maria, Place(kind, place), ("plan.pdf", PDF))
        assert (Document.objects.count(), files.stored_in("documents")) == (0, set())


def test_worker_makes_the_thumbnail_of_an_upload(company: Any, maria: Customer, job: Job) -> None:
    with people.inside(company):
        upload(maria, Place("job", job.public_id), ("a.jpg", jpeg(size=(1600, 1200))), ("b.jpg", jpeg()))
        assert worker.waiting() == ["documents.prepare_pictures"]

    with people.inside(company):
        worker.drain()

        for file in StoredFile.objects.all():
            assert (file.picture_state, file.tries) == (PictureState.READY, 1)
        first = StoredFile.objects.order_by("pk")[0]
        with files.open_stored(first.thumbnail_as) as small:
            found = images.look(small)
        assert found is not None
        assert (found.content_type, found.width, found.height) == ("image/jpeg", 480, 360)


def test_thumbnails_made_twice_change_nothing(company: Any, job: Job) -> None:
    with people.inside(company):
        row = make_document(job)
        assert row.file is not None
        before = row.file.thumbnail_as
        pictures.prepare_pictures()
        row.file.refresh_from_db()
        assert row.file.thumbnail_as == before


def test_picture_that_cannot_be_decoded_becomes_a_download(company: Any, job: Job) -> None:
    with people.inside(company):
        row = make_document(job)
        broken = files.save("documents", jpeg(size=(600, 400))[:-300])
        file = StoredFile.objects.get(pk=row.file_id)
        file.stored_as, file.picture_state, file.thumbnail_as = broken.stored_as, PictureState.PENDING, ""
        file.save()

        pictures.prepare_pictures()

        file.refresh_from_db()
        row.refresh_from_db()
        assert (file.picture_state, file.content_type, file.stored_as) == (
            PictureState.FAILED,
            rules.UNKNOWN,
            broken.stored_as,
        )
        assert row.kind == "file"


def test_picture_that_kills_its_worker_is_given_up(company: Any, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(stream: object) -> bytes:
        raise Killed

    with people.inside(company):
        row = make_document(job)
        StoredFile.objects.update(picture_state=PictureState.PENDING, thumbnail_as="")
        monkeypatch.setattr(images, "thumbnail", die)
        for _ in range(pictures.MOST_TRIES):
            with pytest.raises(Killed):
                pictures.prepare_pictures()
        pictures.prepare_pictures()
        assert StoredFile.objects.get(pk=row.file_id).picture_state == PictureState.FAILED


def test_file_that_was_never_given_its_row_is_swept(
    company: Any, maria: Customer, job: Job, private_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with people.inside(company):
        kept = make_document(job, "file")
        monkeypatch.setattr(operations, "_add", die)
        with pytest.raises(Killed):
            upload(maria, Place("job", job.public_id), ("lost.pdf", PDF))
        (lost,) = files.stored_in("documents") - sweeping.named_files()

        assert (sweeping.remove_strays(), invariants.check()) == (0, [])  # somebody may be about to write its row

        age(private_store, lost, timedelta(hours=2))
        assert [(one.rule, one.count, one.example) for one in invariants.check()] == [
            ("every file in the store has its row", 1, lost)
        ]
        assert sweeping.remove_strays() == 1
        assert invariants.check() == []
        assert kept.file is not None
        assert files.exists(kept.file.stored_as)


def test_missing_file_and_wrong_place_are_found(company: Any, maria: Customer, job: Job) -> None:
    with people.inside(company):
        row = make_document(job, "file")
        assert row.file is not None
        files.delete(row.file.stored_as)
        Document.objects.filter(pk=row.pk).update(customer=make.make_customer("Other"))
        assert [(one.rule, one.count) for one in invariants.check()] == [
            ("a document of a job stands where the job does", 1),
            ("every file of a document is there", 1),
        ]

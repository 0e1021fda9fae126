"""Attachments and forms of an export: every one is here, with its own bytes, and shared exactly when it says so."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portico.domain.documents import invariants, operations, pictures
from portico.domain.documents.models import Document, StoredFile
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job, JobEquipment
from portico.foundation.tenancy import files
from portico.importer import invariants as importer_invariants
from tests.factories import people
from tests.factories.documents import jpeg
from tests.importer import folders
from tests.s3_store import s3, s3_address

__all__ = ["s3", "s3_address"]
pytestmark = pytest.mark.django_db


def accepted(folder: Path, entity: str, refused: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """What the files say, without what was refused."""
    gone = {row["id"] for row in refused if row["file"] == f"{entity}.jsonl"}
    return {key: row for key, row in folders.newest(folder, entity).items() if key not in gone}


def asked(units: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Questions and answers as the file says them, groups flat."""
    texts = {None: "", True: "Yes", False: "No"}
    return [
        pair
        for unit in units
        for pair in [
            (unit["name"], texts.get(unit.get("value"), unit.get("value"))),
            *asked(unit.get("units", [])),
        ]
    ]


def attachment(folder: Path, *, shared: bool = True) -> dict[str, Any]:
    """A picture of a job that was imported."""
    with folders.inside(folder):
        source = (
            Document.objects.filter(source="attachment", kind="photo", is_shared=shared).order_by("pk")[0].source_id
        )
    return folders.newest(folder, "forms/attachments")[source or 0]


def replace_file(folder: Path, record: dict[str, Any], content: bytes, *, path: str) -> dict[str, Any]:
    """Give an attachment another file at the source."""
    (folder / path).write_bytes(content)
    return folders.change(folder, "forms/attachments", record, path=path, sizeBytes=len(content))


def served(source_id: int) -> bytes:
    row = Document.objects.select_related("file").get(source="attachment", source_id=source_id)
    assert row.file is not None
    return b"".join(files.stream(row.file.stored_as))


def test_every_attachment_and_form_of_every_customer_is_here(export: Path) -> None:
    report = folders.take(export)

    with folders.inside(export):
        found = {
            (row.source, row.source_id): (row.is_shared, row.name, row.job.source_id if row.job else None)
            for row in Document.objects.select_related("job")
        }
        owners = dict(Job.objects.values_list("source_id", "customer__source_id"))
        by_customer: dict[Any, set[Any]] = {}
        for source, key, customer in Document.objects.filter(is_shared=True).values_list(
            "source", "source_id", "customer__source_id"
        ):
            by_customer.setdefault(customer, set()).add((source, key))
    wanted: dict[Any, Any] = {}
    for key, row in accepted(export, "forms/attachments", report.refused).items():
        wanted["attachment", key] = (bool(row.get("isSharedWithCustomer")), row["fileName"], row["jobId"])
    for key, row in accepted(export, "forms/submissions", report.refused).items():
        jobs = [owner["id"] for owner in row["owners"] if owner["type"] == "Job"]
        wanted["submission", key] = (bool(row.get("isSharedWithCustomer")), row["formName"], jobs[0])
    assert found == wanted
    shared: dict[Any, set[Any]] = {}
    for key, (is_shared, _, job) in wanted.items():
        if is_shared:
            shared.setdefault(owners[job], set()).add(key)
    assert by_customer == shared


def test_served_bytes_are_those_of_the_folder_and_forms_say_what_was_answered(export: Path) -> None:
    report = folders.take(export)

    with folders.inside(export):
        pictures.prepare_pictures()
        for key, row in accepted(export, "forms/attachments", report.refused).items():
            file = Document.objects.select_related("file").get(source="attachment", source_id=key).file
            assert file is not None
            said = (export / row["path"]).read_bytes()
            assert file.digest == hashlib.sha256(said).digest()
            assert file.stored_as != file.original_as or served(key) == said
            assert file.content_type == row["contentType"]
            assert file.picture_state == ("ready" if file.content_type.startswith("image/") else "")
        for key, row in accepted(export, "forms/submissions", report.refused).items():
            form = Document.objects.get(source="submission", source_id=key)
            assert [(one["name"], one["value"]) for one in form.answers] == asked(row["units"])
        assert invariants.check() == []
        assert importer_invariants.check() == []


def test_several_attachments_of_one_file_share_it(small: Path) -> None:
    folders.take(small)

    with folders.inside(small):
        paths = set(Document.objects.filter(source="attachment").values_list("source_path", flat=True))
        assert StoredFile.objects.count() == len(paths)
        assert Document.objects.filter(source="attachment").count() > len(paths)


def test_second_import_changes_nothing_and_makes_no_thumbnail_again(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        pictures.prepare_pictures()
        before = sorted(StoredFile.objects.values_list("pk", "stored_as", "thumbnail_as"))

    report = folders.take(small)

    assert report.entities["forms/attachments"]["updated"] == 0
    with folders.inside(small):
        assert sorted(StoredFile.objects.values_list("pk", "stored_as", "thumbnail_as")) == before


def test_what_the_office_shared_stays_until_the_source_says_something_new(small: Path) -> None:
    folders.take(small)
    record = attachment(small, shared=False)
    with folders.inside(small):
        row = Document.objects.select_related("customer").get(source="attachment", source_id=record["id"])
        assert row.customer is not None
        operations.share_document(customer=row.customer.public_id, document=row.public_id, by=people.OFFICE)
    folders.change(small, "forms/attachments", record, fileName="renamed.jpg")
    folders.take(small)
    with folders.inside(small):
        row.refresh_from_db()
        assert (row.name, row.is_shared, row.shared_by_name) == ("renamed.jpg", True, "Olga Office")

    later = folders.change(
        small, "forms/attachments", record, on="2027-02-01T00:00:00Z", fileName="renamed.jpg", isSharedWithCustomer=True
    )
    folders.take(small)
    folders.change(small, "forms/attachments", later, on="2027-03-01T00:00:00Z", isSharedWithCustomer=False)
    folders.take(small)
    with folders.inside(small):
        row.refresh_from_db()
        assert row.is_shared is False


def test_changed_file_is_shown_and_the_old_copy_is_gone(small: Path) -> None:
    folders.take(small)
    record, content = attachment(small), jpeg("#00aa00")
    with folders.inside(small):
        before = files.stored_in("imports")
    replace_file(small, record, content, path="forms/files/new.jpg")

    folders.take(small)

    with folders.inside(small):
        assert served(record["id"]) == content
        (small / "forms/files/new.jpg").write_bytes(jpeg("#aa0000"))
    folders.take(small)
    with folders.inside(small):
        assert served(record["id"]) == jpeg("#aa0000")
        assert len(files.stored_in("imports")) == len(before) + 1
        assert invariants.check() == []


def test_attachment_that_moves_to_a_file_which_others_use_shows_that_one(small: Path) -> None:
    folders.take(small)
    first = attachment(small)
    with folders.inside(small):
        other = (
            Document.objects.filter(source="attachment", kind="photo").exclude(source_path=first["path"]).order_by("pk")
        )[0].source_path
    folders.change(small, "forms/attachments", first, path=other, sizeBytes=(small / other).stat().st_size)

    folders.take(small)

    with folders.inside(small):
        assert served(first["id"]) == (small / other).read_bytes()


def test_picture_that_is_no_picture_is_kept_as_a_download(small: Path) -> None:
    folders.take(small)
    record, content = attachment(small), b"<html><script>alert(1)</script></html>"
    replace_file(small, record, content, path="forms/files/page.jpg")

    folders.take(small)

    with folders.inside(small):
        row = Document.objects.select_related("file").get(source="attachment", source_id=record["id"])
        assert row.file is not None
        assert (row.kind, row.file.content_type, row.file.picture_state) == ("file", "application/octet-stream", "")
        assert served(record["id"]) == content


def test_picture_that_tells_its_place_is_served_as_a_bare_copy_only(small: Path) -> None:
    folders.take(small)
    exif = Image.Exif()
    exif[0x010F] = "PLACE-OF-A-HOME"
    record, content = attachment(small), jpeg(exif=exif)
    replace_file(small, record, content, path="forms/files/told.jpg")

    folders.take(small)

    with folders.inside(small):
        row = Document.objects.select_related("file").get(source="attachment", source_id=record["id"])
        assert row.file is not None
        assert row.file.stored_as == ""
        pictures.prepare_pictures()
        shown = served(record["id"])
        assert b"PLACE-OF-A-HOME" in content
        assert b"PLACE-OF-A-HOME" not in shown
        with Image.open(io.BytesIO(shown)) as picture:
            assert picture.size == (64, 48)
        assert invariants.check() == []


def test_form_about_units_is_noted_on_the_job(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        form = Document.objects.filter(source="submission").select_related("job").order_by("pk")[0]
        assert form.job is not None
        job = form.job
        units = list(InstalledEquipment.objects.exclude(source_id=None).order_by("pk")[:2])
    owners = [
        {"type": "Job", "id": job.source_id},
        *({"type": "Equipment", "id": unit.source_id} for unit in units),
    ]
    folders.change(
        small,
        "forms/submissions",
        folders.newest(small, "forms/submissions")[form.source_id or 0],
        owners=owners,
        units=[
            {"id": "s", "type": "Section", "name": "Furnace", "units": [{"id": "1", "name": "Ok", "value": True}]},
            {"id": "2", "name": "Parts", "value": ["Filter", "Belt"]},
        ],
    )

    folders.take(small)

    with folders.inside(small):
        form.refresh_from_db()
        assert (form.job_id, form.equipment_id, form.location_id) == (job.pk, units[0].pk, job.location_id)
        touched = JobEquipment.objects.filter(job=job).values_list("equipment", flat=True)
        assert set(touched) >= {unit.pk for unit in units}
        assert [(one["name"], one["value"]) for one in form.answers] == [
            ("Furnace", ""),
            ("Ok", "Yes"),
            ("Parts", "Filter, Belt"),
        ]


def test_documents_go_with_their_job_to_the_survivor(small: Path) -> None:
    folders.take(small)
    record = attachment(small)
    with folders.inside(small):
        row = Document.objects.select_related("customer").get(source="attachment", source_id=record["id"])
        assert row.customer is not None
        away = row.customer.source_id
        survivor = Document.objects.exclude(customer=row.customer).select_related("customer").order_by("pk")[0].customer
        assert survivor is not None
    folders.change(
        small,
        "crm/customers",
        folders.newest(small, "crm/customers")[away or 0],
        active=False,
        mergedToId=survivor.source_id,
    )

    folders.take(small)

    with folders.inside(small):
        row.refresh_from_db()
        assert row.customer_id == survivor.pk
        assert invariants.check() == []


def test_withdrawn_attachment_is_shared_no_longer(small: Path) -> None:
    folders.take(small)
    record = attachment(small)
    folders.change(small, "forms/attachments", record, active=False)

    folders.take(small)

    with folders.inside(small):
        assert Document.objects.get(source="attachment", source_id=record["id"]).is_shared is False
    assert json.dumps(record["isSharedWithCustomer"]) == "true"


@pytest.mark.usefixtures("s3")
def test_export_goes_into_an_s3_store_as_well(small: Path, private_store: Path) -> None:
    folders.take(small)

    with folders.inside(small):
        pictures.prepare_pictures()
        record = folders.newest(small, "forms/attachments")[
            Document.objects.filter(source="attachment", file__picture_state="ready").order_by("pk")[0].source_id or 0
        ]
        assert served(record["id"]) == (small / record["path"]).read_bytes()
        assert invariants.check() == []
        assert importer_invariants.check() == []
    assert not private_store.exists()

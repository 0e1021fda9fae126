"""The office's documents: seen, opened, shared, uploaded."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portico.domain.documents.models import Document, StoredFile
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy import files
from tests.faces.office.test_record import add_job
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.documents import PDF, jpeg, make_document
from tests.s3_store import s3, s3_address

__all__ = ["s3", "s3_address"]


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def maria(company):
    with people.inside(company):
        customer = make.make_customer("Maria Ortega", "maria@example.com")
        make.make_location(customer)
        return customer


@pytest.fixture
def job(company, maria):
    with people.inside(company):
        return add_job(maria)


def path(customer, rest=""):
    return f"/customers/{customer.public_id}/documents/{rest}"


def sent(name, content):
    return SimpleUploadedFile(name, content)


def body(answer):
    return b"".join(answer.streaming_content)


def test_record_shows_the_newest_documents_and_leads_to_all(olga, company, maria, job):
    with people.inside(company):
        for number in range(8):
            make_document(job, "form", name=f"Form {number}", is_shared=number % 2 == 0)
    page = read(olga.get(f"/customers/{maria.public_id}/"))
    assert page.rows("document") == [f"Form {number}" for number in range(7, 1, -1)]
    assert page.links["All documents"] == path(maria)
    assert page.links["Upload documents"] == path(maria, "add/")


@pytest.mark.parametrize("count", (1, 60))
def test_list_of_documents_goes_on_page_by_page_in_the_same_statements(olga, company, maria, job, count):
    with people.inside(company):
        for number in range(count):
            make_document(job, "form", name=f"Form {number:02}")
    with statements(3):
        first = read(olga.get(path(maria)))
    shown = first.rows("document")
    if count > 1:
        second = read(olga.get(first.links["Older"]))
        shown += second.rows("document")
        assert "Older" not in second.links
    assert shown == [f"Form {number:02}" for number in range(count - 1, -1, -1)]


def test_list_without_documents_says_so(olga, maria):
    assert "No documents yet" in read(olga.get(path(maria))).text


def test_sharing_takes_one_click_and_says_who_did_it(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job, "file", is_shared=False)
    here = path(maria)
    action = path(maria, f"{row.public_id}/share/")
    assert read(olga.get(here)).form(action).fields["back"] == here

    answer = olga.post(action, {"back": here})

    assert answer.headers["Location"] == here
    page = read(olga.get(here))
    assert "Shared: the customer sees this document now." in page.text
    with people.inside(company):
        row.refresh_from_db()
        entry = AuditEntry.objects.get(verb="document.shared")
        assert (row.is_shared, row.shared_by_name) == (True, entry.actor_name)
        assert f"by {entry.actor_name}, " in page.text
        assert (entry.customer_id, entry.note) == (maria.public_id, "warranty.pdf")
    olga.post(path(maria, f"{row.public_id}/unshare/"))
    with people.inside(company):
        assert Document.objects.get().is_shared is False


@pytest.mark.parametrize("back", ("https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com", ""))
def test_sharing_leads_nowhere_else(olga, company, maria, job, back):
    with people.inside(company):
        row = make_document(job, "file", is_shared=False)
    answer = olga.post(path(maria, f"{row.public_id}/share/"), {"back": back})
    assert answer.headers["Location"] == path(maria, f"{row.public_id}/")


@pytest.mark.parametrize("rest", ("", "file/", "thumbnail/"))
def test_document_of_another_customer_is_not_found(olga, company, maria, job, rest):
    with people.inside(company):
        row, other = make_document(job), make.make_customer("Other")
    answer = olga.get(path(maria, f"{row.public_id}/{rest}"))
    assert answer.status_code == 200
    if answer.streaming:
        body(answer)
    assert olga.get(path(other, f"{row.public_id}/{rest}")).status_code == 404


def test_photo_is_shown_behind_its_own_wall(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job, name="out\u202egpj.jpg")
    answer = olga.get(path(maria, f"{row.public_id}/file/"))
    assert body(answer) == jpeg()
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Content-Disposition"] == 'inline; filename="outgpj.jpg"'
    assert answer.headers["Content-Length"] == str(len(jpeg()))
    asked = olga.get(path(maria, f"{row.public_id}/file/"), {"download": "1"})
    body(asked)
    assert asked.headers["Content-Disposition"] == 'attachment; filename="outgpj.jpg"'


def test_pdf_and_unknown_bytes_are_downloads_only(olga, company, maria, job):
    with people.inside(company):
        paper = make_document(job, "file")
        page = make_document(job, "file", name="page.html")
        StoredFile.objects.filter(pk=page.file_id).update(content_type="text/html")
    answer = olga.get(path(maria, f"{paper.public_id}/file/"))
    assert (answer.headers["Content-Type"], body(answer)) == ("application/pdf", PDF)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="warranty.pdf"'
    answer = olga.get(path(maria, f"{page.public_id}/file/"))
    body(answer)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html.bin"'


def test_picture_that_waits_for_its_bare_copy_is_not_given_out(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job)
        StoredFile.objects.update(stored_as="", picture_state="pending")
    assert "This picture is being prepared" in read(olga.get(path(maria, f"{row.public_id}/"))).text
    assert olga.get(path(maria, f"{row.public_id}/file/")).status_code == 404
    assert olga.get(path(maria, f"{row.public_id}/thumbnail/")).status_code == 404


def test_file_that_is_gone_from_the_store_is_not_found(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job)
        files.delete(row.file.stored_as)
    assert olga.get(path(maria, f"{row.public_id}/file/")).status_code == 404


def test_form_shows_its_answers(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job, "form", answers=[{"id": "1", "type": "Text", "name": "<b>Q</b>", "value": "<i>A</i>"}])
    page = read(olga.get(path(maria, f"{row.public_id}/")))
    assert page.h1 == "Cooling safety checklist"
    assert "<b>Q</b>" in page.text
    assert "<i>A</i>" in page.text


def test_several_files_are_uploaded_at_once_and_what_is_not_taken_is_named(olga, company, maria, job):
    exif = Image.Exif()
    exif[0x010F] = "PLACE-OF-A-HOME"
    address = f"{path(maria, 'add/')}?job={job.public_id}"
    form = read(olga.get(address)).form(address)
    assert form.fields["place"] == f"job:{job.public_id}"

    answer = olga.post(
        address,
        {
            "place": f"job:{job.public_id}",
            "is_shared": "on",
            "documents": [
                sent("outside.jpg", jpeg(exif=exif)),
                sent("page.svg", b"<svg/>"),
                sent("warranty.pdf", PDF),
                sent("empty.jpg", b""),
            ],
        },
    )

    page = read(answer)
    assert answer.status_code == 422
    assert "2 files were added." in page.text
    assert page.title.startswith("Error:")
    for said in ("page.svg: Only photos", "empty.jpg: This file is empty."):
        assert said in page.text
    with people.inside(company):
        rows = Document.objects.order_by("pk").select_related("file")
        assert [(row.name, row.is_shared, row.job_id) for row in rows] == [
            ("outside.jpg", True, job.pk),
            ("warranty.pdf", True, job.pk),
        ]
        assert b"PLACE-OF-A-HOME" not in b"".join(files.stream(rows[0].file.stored_as))
        assert rows[0].uploaded_by_name == AuditEntry.objects.filter(verb="document.uploaded")[0].actor_name


def test_upload_that_went_well_leads_to_the_documents(olga, maria, job):
    answer = olga.post(path(maria, "add/"), {"place": f"job:{job.public_id}", "documents": sent("a.pdf", PDF)})
    assert answer.headers["Location"] == path(maria)
    page = read(olga.get(path(maria)))
    assert "1 file was added." in page.text
    assert page.rows("document") == ["a.pdf"]


@pytest.mark.parametrize(
    ("fields", "word"),
    (
        ({"place": "job:"}, "Choose at least one file."),
        ({"documents": sent("a.pdf", PDF), "place": "home:nowhere"}, "Select a valid choice"),
    ),
)
def test_upload_without_what_it_needs_says_so(olga, company, maria, job, fields, word):
    answer = olga.post(path(maria, "add/"), fields)
    assert answer.status_code == 422
    assert word in read(answer).text
    with people.inside(company):
        assert Document.objects.count() == 0


def test_upload_to_another_customers_job_is_refused(olga, company, maria, job):
    with people.inside(company):
        other = make.make_customer("Other")
        make.make_location(other)
    fields = {"place": f"job:{job.public_id}", "documents": sent("a.pdf", PDF)}
    assert olga.post(path(other, "add/"), fields).status_code == 422
    with people.inside(company):
        assert Document.objects.count() == 0


def test_accountant_sees_documents_but_neither_shares_nor_uploads(staff, company, maria, job):
    with people.inside(company):
        row = make_document(job, is_shared=False)
    browser = staff(StaffRole.ACCOUNTANT)
    page = read(browser.get(path(maria)))
    assert page.rows("document") == ["outside-unit.jpg"]
    assert "Upload documents" not in page.links
    assert browser.post(path(maria, f"{row.public_id}/share/")).status_code == 403
    assert browser.get(path(maria, "add/")).status_code == 403
    with people.inside(company):
        assert Document.objects.get().is_shared is False


def test_thumbnail_is_a_small_jpeg(olga, company, maria, job):
    with people.inside(company):
        row = make_document(job)
    answer = olga.get(path(maria, f"{row.public_id}/thumbnail/"))
    with Image.open(io.BytesIO(body(answer))) as small:
        assert (small.format, small.size) == ("JPEG", (64, 48))
    assert answer.headers["Cache-Control"] == "no-store, private"


def test_download_from_an_s3_store_is_a_signed_address_and_a_picture_is_not(olga, company, maria, job, s3):
    with people.inside(company):
        paper, photo = make_document(job, "file"), make_document(job)
    answer = olga.get(path(maria, f"{paper.public_id}/file/"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{s3}/private/{paper.file.stored_as}?")
    assert "X-Amz-Expires=300" in answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "no-store, private"
    shown = olga.get(path(maria, f"{photo.public_id}/file/"))
    assert (shown.status_code, body(shown)) == (200, jpeg())

"""Documents in the portal: what is shown, what is handed out and how, and for whom it does not exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers import operations as customers
from portico.domain.customers.models import Customer, PortalContact
from portico.domain.documents import bundles, operations
from portico.domain.documents.models import Document
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.folder import PIECE
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import people, read, statements
from tests.factories.documents import ANSWERS, PDF, jpeg, make_document, make_file
from tests.sweeps.papers import text_of_pdf

DAY = datetime(2026, 11, 13, 18, tzinfo=UTC)
PRIVATE = "no-store, private"


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def company(db: None) -> Any:
    return people.make_company()


@pytest.fixture
def maria(company: Any) -> Customer:
    with people.inside(company):
        customer: Customer = make.make_customer("Maria Ortega", "maria@example.com")
        make.make_location(customer)
        cabin = make.make_location(customer, name="Cabin")
        cabin.street = "5 Cabin Rd"
        cabin.save()
        return customer


@pytest.fixture
def job(company: Any, maria: Customer) -> Job:
    with people.inside(company):
        return make_job(maria)


@pytest.fixture
def visitor(company: Any, maria: Customer) -> Client:
    with people.inside(company):
        login = people.make_login("maria@example.com")
    return people.sign_in(people.portal(), login)


def make_job(customer: Customer, number: str = "J1", *, at: int = 0, status: str = "Completed") -> Job:
    unit = BusinessUnit.objects.get_or_create(name="HVAC", branch=customer.branch)[0]
    return Job.objects.create(
        number=number,
        customer=customer,
        location=customer.locations.order_by("pk")[at],
        business_unit=unit,
        job_type=JobType.objects.get_or_create(name="Tune-up")[0],
        status=status,
        created_at=DAY,
    )


def shared(company: Any, job: Job, kind: str = "photo", **columns: Any) -> Document:
    with people.inside(company):
        return make_document(job, kind, **({"created_at": DAY} | columns))


def photos(company: Any, job: Job, count: int) -> list[Document]:
    """The newest first, as they are listed."""
    made = [
        shared(company, job, name=f"p{number}.jpg", created_at=DAY + timedelta(minutes=number))
        for number in range(count)
    ]
    return made[::-1]


def status_of(browser: Client, address: str) -> int:
    """The status of an answer that was read to its end."""
    answer: Any = browser.get(address)
    if answer.streaming:
        assert b"".join(answer.streaming_content)
    return int(answer.status_code)


def addresses(document: Any, job: Any) -> list[str]:
    root = f"/documents/{document}"
    return [f"{root}/", f"{root}/file", f"{root}/thumbnail", f"{root}/form.pdf", f"/jobs/{job}/documents.zip"]


def test_list_shows_what_is_shared_newest_first_under_its_job(company: Any, job: Job, visitor: Client) -> None:
    shared(company, job, "form", created_at=DAY - timedelta(days=1))
    shared(company, job, "photo", is_shared=False, name="hidden.jpg")
    shared(company, job, "file", created_at=DAY - timedelta(days=2))
    newest = shared(company, job, "photo")

    page = read(visitor.get("/documents/"))

    assert page.h1 == "Documents"
    assert page.rows("document") == ["outside-unit.jpg", "Cooling safety checklist", "warranty.pdf"]
    assert page.one("img", width="160")["src"] == f"/documents/{newest.public_id}/thumbnail"
    assert page.one("img", width="160")["alt"] == "Photo from Nov 13, 2026: outside-unit.jpg"
    assert [link["href"] for link in page.all("a") if link["href"].endswith(".zip")] == [
        f"/jobs/{job.public_id}/documents.zip"
    ]


def test_list_is_narrowed_by_kind_home_and_job(company: Any, maria: Customer, job: Job, visitor: Client) -> None:
    with people.inside(company):
        other = make_job(maria, "J2", at=1)
    shared(company, job, name="home.jpg")
    shared(company, other, "form", name="Cabin form")
    for query, rows in (
        ({"kind": "form"}, ["Cabin form"]),
        ({"kind": "nonsense"}, ["home.jpg", "Cabin form"]),
        ({"location": job.location.public_id}, ["home.jpg"]),
        ({"job": other.public_id}, ["Cabin form"]),
        ({"kind": "file"}, []),
    ):
        page = read(visitor.get("/documents/", query))
        assert sorted(page.rows("document")) == sorted(rows), query
    assert visitor.get("/documents/", {"location": uuid4()}).status_code == 404
    assert visitor.get("/documents/", {"job": uuid4()}).status_code == 404


def test_list_goes_on_page_by_page(company: Any, job: Job, visitor: Client) -> None:
    made = photos(company, job, 61)
    first = read(visitor.get("/documents/"))
    older = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
    second = read(visitor.get(older))
    assert [*first.rows("document"), *second.rows("document")] == [document.name for document in made]


def test_walk_that_ends_early_offers_to_go_on(
    company: Any, job: Job, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portico.domain.documents.queries.portal.SEEN", 3)
    shared(company, job, "form", created_at=DAY - timedelta(days=9))
    photos(company, job, 4)
    first = read(visitor.get("/documents/", {"kind": "form"}))
    assert (first.rows("document"), "Nothing found so far" in first.text) == ([], True)
    older = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
    assert read(visitor.get(older)).rows("document") == ["Cooling safety checklist"]


def test_nothing_shared_says_so(maria: Customer, visitor: Client) -> None:
    assert "No documents yet" in read(visitor.get("/documents/")).text


@pytest.mark.parametrize("count", (1, 30, 60))
def test_statements_do_not_grow(count: int, company: Any, job: Job, visitor: Client) -> None:
    made = photos(company, job, count)
    one = f"/documents/{made[0].public_id}"
    for address in ("/documents/", f"/documents/?job={job.public_id}", f"{one}/", f"{one}/file", f"{one}/thumbnail"):
        with statements(2):
            assert status_of(visitor, address) == 200, address
    with statements(2):
        archive = visitor.get(f"/jobs/{job.public_id}/documents.zip")
        assert len(b"".join(archive.streaming_content)) > 600 * count  # type: ignore[attr-defined]


def test_photo_says_which_of_how_many_and_leads_to_its_neighbours(company: Any, job: Job, visitor: Client) -> None:
    made = photos(company, job, 6)
    shared(company, job, is_shared=False)
    page = read(visitor.get(f"/documents/{made[1].public_id}/"))
    assert page.h1 == "Photo 2 of 6 from Nov 13"
    assert page.one("img", class_="picture")["alt"] == "Photo 2 of 6 from Nov 13"
    assert (page.one("a", rel="prev")["href"], page.one("a", class_="btn btn--sm", rel="next")["href"]) == (
        f"/documents/{made[0].public_id}/",
        f"/documents/{made[2].public_id}/",
    )
    assert read(visitor.get(f"/documents/{made[0].public_id}/")).all("a", rel="prev") == []
    assert read(visitor.get(f"/documents/{made[5].public_id}/")).all("a", rel="next") == []


def test_form_is_a_page_and_a_paper(company: Any, job: Job, visitor: Client) -> None:
    section = {"id": "s", "type": "Section", "name": "Burner", "value": ""}
    form = shared(
        company, job, "form", name="点検 <b>صيانة</b>", answers=[*ANSWERS, section, ANSWERS[0] | {"value": ""}]
    )
    page = read(visitor.get(f"/documents/{form.public_id}/"))
    assert page.h1 == "点検 <b>صيانة</b>"
    assert [row.text for row in page.all(data_row="answer")] == [
        "Filter size 20x25x1",
        "Carbon monoxide 0 ppm",
        "Filter size –",
    ]
    assert page.one("h3").text == "Burner"
    paper = visitor.get(f"/documents/{form.public_id}/form.pdf")
    text = text_of_pdf(paper.content)
    assert (paper.status_code, paper.headers["Content-Type"]) == (200, "application/pdf")
    assert paper.headers["Cache-Control"] == PRIVATE
    assert [words for words in ("点検", "Filter size", "0 ppm", "Burner", "J1") if words not in text] == []
    assert status_of(visitor, f"/documents/{form.public_id}/file") == 404


def test_picture_is_shown_and_all_else_is_a_download(company: Any, job: Job, visitor: Client) -> None:
    photo = shared(company, job, name="Außen 室外.jpg")
    paper = shared(company, job, "file", name="a b.html")
    shown = visitor.get(f"/documents/{photo.public_id}/file")
    saved = visitor.get(f"/documents/{photo.public_id}/file?download=1")
    pdf = visitor.get(f"/documents/{paper.public_id}/file")
    small = visitor.get(f"/documents/{photo.public_id}/thumbnail")
    contents = [b"".join(answer) for answer in (shown, saved, pdf, small)]
    assert contents[:3] == [jpeg(), jpeg(), PDF]
    assert contents[3].startswith(b"\xff\xd8")
    assert shown.headers["Content-Disposition"].startswith("inline; filename*=utf-8''Au")
    assert saved.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Au")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="a b.html.pdf"'
    assert [answer.headers["Content-Type"] for answer in (shown, pdf, small)] == [
        "image/jpeg",
        "application/pdf",
        "image/jpeg",
    ]
    for answer in (shown, saved, pdf, small):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["Cache-Control"] == PRIVATE
    head = visitor.head(f"/documents/{photo.public_id}/file")
    assert (head.status_code, head.headers["Content-Length"], b"".join(head)) == (200, str(len(jpeg())), b"")
    again = visitor.get(
        f"/documents/{photo.public_id}/file", headers={"If-Modified-Since": "Mon, 23 Nov 2037 00:00:00 GMT"}
    )
    assert (again.status_code, b"".join(again)) == (200, jpeg())


def test_picture_that_waits_for_its_bare_copy_is_announced_and_not_handed_out(
    company: Any, job: Job, visitor: Client
) -> None:
    photo = shared(company, job)
    with people.inside(company):
        file = photo.file
        assert file is not None
        file.stored_as, file.thumbnail_as, file.picture_state = "", "", "pending"
        file.save()
    assert "This file is being prepared" in read(visitor.get(f"/documents/{photo.public_id}/")).text
    assert "Being prepared" in read(visitor.get("/documents/")).text
    for part in ("file", "thumbnail"):
        assert status_of(visitor, f"/documents/{photo.public_id}/{part}") == 404
    with ZipFile(BytesIO(archive_of(visitor, job))) as zipped:
        assert zipped.namelist() == ["_not-included.txt"]
        assert b"outside-unit.jpg" in zipped.read("_not-included.txt")


def archive_of(visitor: Client, job: Job) -> bytes:
    answer = visitor.get(f"/jobs/{job.public_id}/documents.zip")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, PRIVATE)
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_archive_holds_everything_of_a_job_under_safe_names(company: Any, job: Job, visitor: Client) -> None:
    for number, name in enumerate(
        ("a.jpg", "A.JPG", "../../etc/passwd", "CON.jpg", 'x<>:"|?*.jpg', "設備" * 90 + ".jpg")
    ):
        shared(company, job, name=name, created_at=DAY + timedelta(minutes=number))
    shared(company, job, "form", name="Check/list", created_at=DAY + timedelta(hours=1))
    shared(company, job, "file", created_at=DAY + timedelta(hours=2))
    shared(company, job, is_shared=False, name="hidden.jpg")
    with ZipFile(BytesIO(archive_of(visitor, job))) as zipped:
        assert zipped.testzip() is None
        names = zipped.namelist()
        assert names[:5] == ["a.jpg", "A (2).JPG", "passwd.jpg", "_CON.jpg", "x_______.jpg"]
        assert names[6:] == ["Check_list.pdf", "warranty.pdf"]
        assert len(names[5].encode()) <= 200
        assert zipped.read("a.jpg") == jpeg()
        assert "Filter size" in text_of_pdf(zipped.read("Check_list.pdf"))
    head = visitor.head(f"/jobs/{job.public_id}/documents.zip")
    assert (head.status_code, head.headers["Content-Disposition"]) == (
        200,
        'attachment; filename="job-J1-documents.zip"',
    )


def test_archive_of_sixty_photos_comes_in_pieces(company: Any, job: Job, visitor: Client) -> None:
    photos(company, job, 60)
    with people.inside(company):
        make_document(job, "file", created_at=DAY, file=make_file(PDF + bytes(3_000_000), "application/pdf"))
    answer = visitor.get(f"/jobs/{job.public_id}/documents.zip")
    pieces = list(answer.streaming_content)  # type: ignore[attr-defined]
    assert len(pieces) > 60
    assert max(map(len, pieces)) < PIECE + 500
    with ZipFile(BytesIO(b"".join(pieces))) as zipped:
        assert (len(zipped.namelist()), zipped.testzip()) == (61, None)


def test_archive_goes_on_past_a_file_that_is_gone(
    company: Any, job: Job, visitor: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    gone, kept = photos(company, job, 2)
    assert gone.file is not None
    (Path(settings.MEDIA_ROOT) / gone.file.stored_as).unlink()
    with ZipFile(BytesIO(archive_of(visitor, job))) as zipped:
        assert zipped.namelist() == [kept.name, "_not-included.txt"]
    assert "documents.file_missing" in caplog.text


def test_long_archives_say_what_is_left_out(company: Any, job: Job, visitor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("portico.domain.documents.queries.portal.MOST_IN_BUNDLE", 2)
    photos(company, job, 3)
    with ZipFile(BytesIO(archive_of(visitor, job))) as zipped:
        assert zipped.namelist() == ["p1.jpg", "p2.jpg", "_not-included.txt"]


@pytest.fixture
def eve(company: Any) -> Client:
    with people.inside(company):
        customer = make.make_customer("Eve Other", "eve@example.com")
        make.make_location(customer)
        login = people.make_login("eve@example.com")
    return people.sign_in(people.portal(), login)


@pytest.mark.parametrize("kind", ("photo", "file", "form"))
def test_what_is_not_theirs_is_as_if_missing(kind: str, company: Any, job: Job, visitor: Client, eve: Client) -> None:
    document = shared(company, job, kind)
    hidden = shared(company, job, kind, is_shared=False)
    missing = [answer_of(eve, address) for address in addresses(uuid4(), uuid4())]
    assert {status for status, _, _ in missing} == {404}
    assert [answer_of(eve, address) for address in addresses(document.public_id, job.public_id)] == missing
    assert [answer_of(visitor, address)[:2] for address in addresses(hidden.public_id, uuid4())] == [
        answer[:2] for answer in missing
    ]


def answer_of(browser: Client, address: str) -> tuple[int, str, str]:
    answer = browser.get(address)
    return answer.status_code, answer.headers["Cache-Control"], read(answer).text


def test_unsharing_takes_it_away_at_once(company: Any, maria: Customer, job: Job, visitor: Client) -> None:
    document = shared(company, job)
    assert status_of(visitor, f"/documents/{document.public_id}/file") == 200
    with people.inside(company):
        operations.unshare_document(customer=maria.public_id, document=document.public_id, by=people.OFFICE)
    for address in addresses(document.public_id, job.public_id):
        assert status_of(visitor, address) == 404, address
    assert read(visitor.get("/documents/")).rows("document") == []


def test_revoked_reader_finds_nothing(company: Any, maria: Customer, job: Job, visitor: Client) -> None:
    document = shared(company, job)
    with people.inside(company):
        row = PortalContact.objects.get(customer=maria, email="maria@example.com")
        customers.revoke_access(portal_contact=row.public_id, by=people.OFFICE)
    for address in addresses(document.public_id, job.public_id):
        answer = visitor.get(address)
        assert (answer.status_code, answer.headers.get("Location", "")[:9]) in ((404, ""), (302, "/sign-in/")), address


def test_signed_out_reader_is_asked_to_sign_in(company: Any, job: Job, visitor: Client) -> None:
    document = shared(company, job)
    visitor.post("/sign-out/")
    for address in addresses(document.public_id, job.public_id):
        answer, missing = visitor.get(address), visitor.get(addresses(uuid4(), uuid4())[0])
        assert (answer.status_code, answer.headers["Cache-Control"]) == (302, PRIVATE), address
        assert answer.headers["Location"] == f"/sign-in/?next={address.replace('/', '%2F')}"
        assert missing.status_code == 302


def test_location_contact_sees_the_documents_of_that_home(company: Any, maria: Customer, job: Job) -> None:
    with people.inside(company):
        cabin = make.make_location(maria, "guest@example.com", name="Guest house")
        login = people.make_login("guest@example.com")
        there = Job.objects.get(pk=make_job(maria, "J9").pk)
        there.location = cabin
        there.save()
    guest = people.sign_in(people.portal(), login)
    theirs, others = shared(company, there, name="there.jpg"), shared(company, job, name="here.jpg")
    assert read(guest.get("/documents/")).rows("document") == ["there.jpg"]
    assert guest.get(f"/documents/{theirs.public_id}/").status_code == 200
    assert guest.get(f"/documents/{others.public_id}/").status_code == 404
    assert guest.get(f"/jobs/{job.public_id}/documents.zip").status_code == 404


def test_documents_of_a_hidden_canceled_job_are_hidden(company: Any, maria: Customer, visitor: Client) -> None:
    with people.inside(company):
        job = make_job(maria, status="Canceled")
    document = shared(company, job)
    asked = ["/documents/", *addresses(document.public_id, job.public_id)]
    assert [status_of(visitor, address) for address in asked] == [200, 404, 404, 404, 404, 404]
    assert read(visitor.get("/documents/")).rows("document") == []
    with people.inside(company):
        Company.objects.update(is_canceled_job_shown=True)
    assert [status_of(visitor, address) for address in asked] == [200, 200, 200, 200, 404, 200]
    assert read(visitor.get("/documents/")).rows("document") == ["outside-unit.jpg"]


def test_reader_without_billing_access_sees_documents(company: Any, maria: Customer, job: Job, visitor: Client) -> None:
    """They carry no price of ours; see docs/documents.md."""
    document = shared(company, job)
    with people.inside(company):
        PortalContact.objects.filter(customer=maria).update(billing="none")
    assert status_of(visitor, f"/documents/{document.public_id}/") == 200


def test_bundle_names_never_meet() -> None:
    taken: set[str] = set()
    names = [bundles._unused("a.jpg", taken) for _ in range(3)]
    assert names == ["a.jpg", "a (2).jpg", "a (3).jpg"]

"""Documents in the portal: what is shown, and what is handed out how."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client

from portico.domain.customers.models import Customer
from portico.domain.jobs.models import Job
from tests.faces.customer.documents.shelf import (
    DAY,
    PRIVATE,
    archive_of,
    make_job,
    photos,
    shared,
    status_of,
)
from tests.factories import people, read, statements
from tests.factories.documents import ANSWERS, PDF, jpeg
from tests.sweeps.papers import text_of_pdf


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


def test_page_holds_ten_jobs_however_few_documents_each_has(company: Any, maria: Customer, visitor: Client) -> None:
    with people.inside(company):
        jobs = [make_job(maria, f"J{number}") for number in range(12)]
    made = [
        shared(company, job, name=f"{job.number}-{photo}.jpg", created_at=DAY + timedelta(minutes=10 * at + photo))
        for at, job in enumerate(jobs)
        for photo in range(2)
    ][::-1]
    first = read(visitor.get("/documents/"))
    assert first.rows("document") == [document.name for document in made[:20]]
    older = next(link["href"] for link in first.all("a") if link.get("rel") == "next")
    assert read(visitor.get(older)).rows("document") == [document.name for document in made[20:]]


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

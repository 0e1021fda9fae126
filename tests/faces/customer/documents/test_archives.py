"""Everything of a job in one file, in pieces."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from portico.domain.documents import bundles
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.folder import PIECE
from tests.faces.customer.documents.shelf import (
    DAY,
    archive_of,
    photos,
    shared,
)
from tests.factories import people
from tests.factories.documents import PDF, jpeg, make_document, make_file
from tests.sweeps.papers import text_of_pdf


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


def test_bundle_names_never_meet() -> None:
    taken: set[str] = set()
    names = [bundles._unused("a.jpg", taken) for _ in range(3)]
    assert names == ["a.jpg", "a (2).jpg", "a (3).jpg"]

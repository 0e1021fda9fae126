"""What the tests of documents put on the shelf, and how they ask for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from portico.domain.catalog.models import BusinessUnit, JobType
from portico.domain.customers.models import Customer
from portico.domain.documents.models import Document
from portico.domain.jobs.models import Job
from tests.factories import people
from tests.factories.documents import make_document

DAY = datetime(2026, 11, 13, 18, tzinfo=UTC)
PRIVATE = "no-store, private"


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


def archive_of(visitor: Client, job: Job) -> bytes:
    answer = visitor.get(f"/jobs/{job.public_id}/documents.zip")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, PRIVATE)
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]

"""For whom a document does not exist."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from portico.domain.customers import operations as customers
from portico.domain.customers.models import Customer, PortalContact
from portico.domain.documents import operations
from portico.domain.jobs.models import Job
from portico.foundation.tenancy.models import Company
from tests.faces.customer.documents.shelf import (
    PRIVATE,
    addresses,
    make_job,
    shared,
    status_of,
)
from tests.factories import customers as make
from tests.factories import people, read


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

"""Photos that a customer adds while booking: bare, kept with what is held, then the job's, or gone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portico.domain.booking.models import Booking, Hold, HoldPhoto
from portico.domain.booking.operations import photos
from portico.domain.documents import invariants
from portico.domain.documents.models import Document, StoredFile
from portico.domain.documents.pictures import prepare_pictures
from portico.domain.jobs.models import Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy import files
from portico.foundation.tenancy.files import StoreDown
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.domain.documents.test_uploads import PLACE, photo
from tests.faces.customer.test_booking import DETAILS, HOST, Street
from tests.factories import customers as make
from tests.factories import people, read, scheduling
from tests.factories.documents import PDF, jpeg

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def street(db: None) -> Street:
    return Street()


def send(street: Street, url: str, *given: tuple[str, bytes], **changed: Any) -> Any:
    named = [SimpleUploadedFile(name, content) for name, content in given]
    return street.browser.post(url, DETAILS | {"step": "check", "photos": named} | changed)


def names(street: Street) -> list[str]:
    with people.inside(street.company):
        return list(HoldPhoto.objects.order_by("pk").values_list("name", flat=True))


def in_store(street: Street) -> int:
    with company_scope(street.company.id):
        return len(files.stored_in("documents"))


def keep_later(street: Street, later: timedelta) -> int:
    with people.inside(street.company):
        Hold.objects.update(expires_at=clock.real_now() - later)
    with company_scope(street.company.id):
        return photos.throw_away_left()


def test_photos_are_bare_wait_with_the_hold_and_become_the_jobs(street: Street) -> None:
    held = street.hold().url
    check = send(street, held, ("leak.jpg", photo()), ("meter.png", photo(kind="PNG")))
    assert check.status_code == 303
    assert "leak.jpg meter.png" in read(street.browser.get(check.url)).text
    booked = street.browser.post(held, DETAILS | {"step": "confirm"})
    assert booked.status_code == 303
    with people.inside(street.company):
        job = Job.objects.get()
        rows = list(Document.objects.order_by("pk").select_related("file"))
        told = [(one.name, one.kind, one.job_id, one.customer_id, one.location_id, one.is_shared) for one in rows]
        home = street.town.home
        assert told == [(name, "photo", job.pk, home.customer_id, home.pk, True) for name in ("leak.jpg", "meter.png")]
        assert [one.uploaded_by_name for one in rows] == [Booking.objects.get().made_by_name] * 2
        assert AuditEntry.objects.filter(verb="document.uploaded").count() == 2
    with company_scope(street.company.id):
        prepare_pictures()
        for one in rows:
            with files.open_stored(one.file.stored_as) as stream:
                assert PLACE not in stream.read()
        assert invariants.check() == []
    assert names(street) == []
    seen = read(street.browser.get(f"/documents/{rows[0].public_id}/"))
    assert seen.h1.startswith("Photo 2 of 2")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    (
        ("plan.pdf", PDF, "Only photos can be added here: JPEG or PNG."),
        ("leak.jpg", b"no picture at all", "Only photos can be added here: JPEG or PNG."),
        ("leak.jpg", b"", "This file is empty."),
        ("IMG_1.heic", b"\x00\x00\x00\x18ftypheic" + bytes(40), "This is a HEIC picture, which few browsers show."),
    ),
)
def test_what_is_no_photo_is_refused_and_nothing_typed_is_lost(
    street: Street, name: str, content: bytes, why: str
) -> None:
    held = street.hold().url
    answer = send(street, held, (name, content), ("good.jpg", jpeg()))
    page = read(answer)
    assert answer.status_code == 422
    assert any(f"{name}: {why}" in error for error in page.errors)
    kept = page.form(held).fields
    assert (kept["name"], kept["phone"], kept["notes"]) == (DETAILS["name"], DETAILS["phone"], DETAILS["notes"])
    assert names(street) == ["good.jpg"]
    assert page.rows("photo") == ["good.jpg"]


def test_photos_stay_when_something_else_is_wrong(street: Street) -> None:
    held = street.hold().url
    answer = send(street, held, ("leak.jpg", jpeg()), phone="")
    assert (answer.status_code, read(answer).rows("photo")) == (422, ["leak.jpg"])
    assert send(street, held).status_code == 303
    assert names(street) == ["leak.jpg"]


def test_sixth_photo_is_refused_and_five_are_kept(street: Street) -> None:
    held = street.hold().url
    answer = send(street, held, *((f"{n}.jpg", jpeg()) for n in range(6)))
    assert answer.status_code == 422
    assert any("5.jpg: At most 5 photos go with a booking." in error for error in read(answer).errors)
    assert names(street) == [f"{n}.jpg" for n in range(5)]
    assert in_store(street) == 5


def test_photo_that_was_checked_is_removed_before_others_are_added(street: Street) -> None:
    held = street.hold().url
    send(street, held, *((f"{n}.jpg", jpeg()) for n in range(5)))
    with people.inside(street.company):
        first = HoldPhoto.objects.get(name="0.jpg").public_id
    assert send(street, held, ("new.jpg", jpeg()), remove=[str(first)]).status_code == 303
    assert names(street) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg", "new.jpg"]
    assert in_store(street) == 5


def test_hold_of_somebody_else_is_not_found_and_takes_nothing(street: Street) -> None:
    held = street.hold().url
    send(street, held, ("leak.jpg", jpeg()))
    with people.inside(street.company):
        stranger = make.make_customer("Cal", "cal@example.com")
        login = people.make_login("cal@example.com")
        mine = HoldPhoto.objects.get().public_id
        make.make_location(stranger)
    cal = people.sign_in(people.portal(HOST), login)
    sent = {"step": "check", "photos": [SimpleUploadedFile("x.jpg", jpeg())], "remove": [str(mine)]}
    assert cal.post(held, DETAILS | sent).status_code == 404
    assert names(street) == ["leak.jpg"]


def test_photo_of_another_hold_of_mine_is_not_removed_with_this_one(street: Street) -> None:
    held = street.hold().url
    send(street, held, ("leak.jpg", jpeg()))
    with people.inside(street.company):
        mine = HoldPhoto.objects.get().public_id
        other = scheduling.make_home()
        other.customer_id = street.town.home.customer_id
        other.save()
    with company_scope(street.company.id):
        second = street.town.hold(600, home=other).id
        photos.remove(hold=second, customer_id=other.customer_id, photo=mine)
    assert names(street) == ["leak.jpg"]


def test_photos_go_along_when_another_time_is_taken(street: Street) -> None:
    held = street.hold().url
    send(street, held, ("leak.jpg", jpeg()))
    hold = held.split("/")[3]
    answer = street.browser.post(f"/booking/held/{hold}/another/", DETAILS | {"slot": street.slot(600)})
    assert answer.status_code == 303
    booked = street.browser.post(answer.url.partition("?")[0], DETAILS | {"step": "confirm"})
    assert booked.status_code == 303
    assert (names(street), street.count(Document, name="leak.jpg")) == ([], 1)


def test_photos_of_a_hold_that_is_long_over_are_thrown_away(street: Street) -> None:
    held = street.hold().url
    send(street, held, ("leak.jpg", jpeg()))
    assert keep_later(street, timedelta(minutes=59)) == 0
    assert (names(street), in_store(street)) == (["leak.jpg"], 1)
    assert keep_later(street, timedelta(minutes=61)) == 1
    assert (names(street), in_store(street), street.count(StoredFile)) == ([], 0, 0)


def test_hold_that_is_over_is_booked_with_its_photos(street: Street) -> None:
    held = street.hold().url
    send(street, held, ("leak.jpg", jpeg()))
    assert keep_later(street, timedelta(minutes=30)) == 0
    assert street.browser.post(held, DETAILS | {"step": "confirm"}).status_code == 303
    assert street.count(Document, name="leak.jpg") == 1
    assert keep_later(street, timedelta(hours=5)) == 0
    assert in_store(street) == 1


def test_store_that_does_not_answer_is_told_kindly_and_booking_goes_on(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_args: Any) -> None:
        raise StoreDown("down", reason="test")

    held = street.hold().url
    monkeypatch.setattr(files, "save", down)
    answer = send(street, held, ("leak.jpg", jpeg()))
    assert answer.status_code == 422
    assert any("leak.jpg: Photos cannot be kept at this moment." in error for error in read(answer).errors)
    assert send(street, held).status_code == 303

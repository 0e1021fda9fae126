"""The calendar feed: made and revoked on the account page, read by calendars, never more than its owner may see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from portico.domain.customers.models import PortalContact
from portico.domain.jobs.models import Appointment, Job
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people import budgets
from portico.foundation.people.models import CalendarFeed, Login, LoginSession, TryCount
from portico.foundation.tenancy.models import Branch
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock
from tests.counting import statements
from tests.domain.booking.mail import invite_in, sent
from tests.faces.customer.test_booking import DETAILS, Street
from tests.factories import people, read, visits
from tests.factories import scheduling as make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def street(db: None) -> Street:
    return Street()


def address(street: Street) -> str:
    """Made on the account page right after signing in: the path as a calendar asks for it."""
    street.browser.post("/account/", {"act": "calendar_make"})
    shown = read(street.browser.get("/account/", {"calendar": "shown"}))
    (found,) = [one.get("value") for one in shown.all("input") if "/calendar/" in (one.get("value") or "")]
    assert found is not None
    return "/calendar/" + found.partition("/calendar/")[2]


def read_feed(street: Street, path: str) -> list[Any]:
    answer = people.portal("alder").get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, max-age=900"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def mailed_entry(street: Street, kind: str) -> Any:
    """The visit in the newest mail of this kind."""
    with company_scope(street.company.id):
        return invite_in(sent(lambda: people.inside(street.company), kind))[1]


def test_feed_follows_a_visit_with_the_uid_and_sequence_of_the_mails(street: Street) -> None:
    feed = address(street)
    visit = street.browser.post(street.hold().url, DETAILS | {"step": "confirm"}).url
    (booked,) = read_feed(street, feed)
    with people.inside(street.company):
        row = Appointment.objects.get()
    mailed = mailed_entry(street, "booking")
    assert (booked["uid"], booked["sequence"], booked["status"]) == (mailed["uid"], mailed["sequence"], "CONFIRMED")
    assert (booked.decoded("dtstart"), booked.decoded("dtend")) == (row.window_starts_at, row.window_ends_at)
    street.browser.post(f"{visit}move/", {"slot": street.slot(900), "step": "confirm"})
    street.browser.post(f"{visit}cancel/", {"reason": "Away"})
    (gone,) = read_feed(street, feed)
    mailed = mailed_entry(street, "booking_canceled")
    assert (gone["uid"], gone["sequence"], gone["status"]) == (mailed["uid"], mailed["sequence"], "CANCELLED")


def test_revoked_and_replaced_addresses_are_not_found(street: Street) -> None:
    first = address(street)
    second = address(street)
    assert first != second
    assert people.portal("alder").get(first).status_code == 404
    assert read_feed(street, second) == []
    asked = read(street.browser.get("/account/")).links["Revoke the address"]
    page = read(street.browser.get(asked))
    assert ("Revoke the address?" in page.text, page.links["Keep it"]) == (True, "/account/#calendar")
    assert people.portal("alder").get(second).status_code == 200
    street.browser.post("/account/", {"act": "calendar_revoke"})
    assert "Revoke the address?" not in read(street.browser.get(asked)).text
    assert people.portal("alder").get(second).status_code == 404
    with people.inside(street.company):
        assert CalendarFeed.objects.count() == 0
        verbs = list(
            AuditEntry.objects.filter(verb__startswith="person.calendar").order_by("pk").values_list("verb", flat=True)
        )
    assert verbs == ["person.calendar_made", "person.calendar_made", "person.calendar_revoked"]


def test_secret_is_shown_to_who_has_just_confirmed_and_stored_nowhere(street: Street) -> None:
    token = address(street).removeprefix("/calendar/").removesuffix(".ics")
    with people.inside(street.company):
        assert token not in str(CalendarFeed.objects.values().get())
    street.change(LoginSession, proved_at=clock.real_now() - timedelta(hours=1))
    assert token not in street.browser.get("/account/?calendar=shown").content.decode()
    asked = street.browser.post("/account/", {"act": "calendar_show"})
    assert asked.status_code != 303
    assert token not in asked.content.decode()


def test_rights_that_are_taken_away_empty_the_feed_at_once(street: Street) -> None:
    feed = address(street)
    street.browser.post(street.hold().url, DETAILS | {"step": "confirm"})
    assert len(read_feed(street, feed)) == 1
    street.change(PortalContact, revoked_at=clock.now())
    assert read_feed(street, feed) == []
    street.change(Login, is_active=False)
    assert people.portal("alder").get(feed).status_code == 404


def test_feed_shows_no_visit_of_anybody_else(street: Street) -> None:
    feed = address(street)
    with people.inside(street.company):
        visits.make_visit(visits.make_job(make.make_home().customer))
    assert read_feed(street, feed) == []
    assert people.portal("alder").get("/calendar/none.ics").status_code == 404


def test_feed_takes_as_many_statements_for_thirty_visits(street: Street) -> None:
    feed, nobody = address(street), people.portal("alder")
    for count in (1, 29):
        with people.inside(street.company):
            for _one in range(count):
                visits.make_visit(visits.make_job(street.town.home.customer))
        nobody.get(feed)
        with statements(5):  # the company, whose it is, one try, what they reach, the visits
            nobody.get(feed)
    assert len(read_feed(street, feed)) == 30


def test_feed_is_not_read_without_end(street: Street) -> None:
    feed, nobody = address(street), people.portal("alder")
    nobody.get(feed)
    street.change(TryCount, count=budgets.FEED.most)
    refused = nobody.get(feed)
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("zone", "hours"),
    (("America/Los_Angeles", [16, 15]), ("America/Phoenix", [15, 15])),  # Las Vegas keeps Los Angeles's clock
)
def test_eight_o_clock_is_eight_o_clock_on_both_sides_of_a_clock_change(
    street: Street, zone: str, hours: list[int]
) -> None:
    feed = address(street)
    with people.inside(street.company):
        Branch.objects.update(time_zone=zone)
        year = clock.now().year
        summer, winter = (
            datetime(year + 1, 10, 20, 8, tzinfo=ZoneInfo(zone)),
            datetime(year, 12, 20, 8, tzinfo=ZoneInfo(zone)),
        )
        for local in (winter, summer):
            visits.make_visit(visits.make_job(street.town.home.customer), starts_at=local.astimezone(UTC))
        assert Job.objects.count() == 2
    found = read_feed(street, feed)
    assert [one.decoded("dtstart").astimezone(ZoneInfo(zone)).hour for one in found] == [8, 8]
    assert [one.decoded("dtstart").hour for one in found] == hours
    assert {"Arrives between 8–10 AM"} == {str(one["description"]).splitlines()[0] for one in found}

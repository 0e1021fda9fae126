"""Limits and holidays, as the office sets them."""

from datetime import date

import pytest

from portico.domain.capacity.availability_rules import Reason
from portico.domain.capacity.models import ArrivalWindow, CapacityRule, Holiday
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from tests.factories import people, read, statements
from tests.factories.town import Town

PATH = "/settings/scheduling/limits/"
ADD_LIMIT, ADD_HOLIDAY = f"{PATH}add/", "/settings/scheduling/holidays/add/"
LIMIT = {
    "name": "Quiet",
    "kind": "max_jobs",
    "amount": "3",
    "channel": "all",
    "is_active": "on",
    "weekdays": ["5", "6"],
}
HOLIDAY = {"day": "2030-12-24", "name": "Christmas Eve", "branch": "", "spans": "8:00-12:00, 13:00–15:30"}


@pytest.fixture
def town(company):
    with people.inside(company):
        return Town()


def trail(company, verb):
    with people.inside(company):
        return [row.facts for row in AuditEntry.objects.filter(verb=verb).order_by("pk")]


def test_limit_is_added_listed_changed_and_removed(company, town, olga):
    with people.inside(company):
        window = ArrivalWindow.objects.get(pk=town.windows[480])
    page = read(olga.post(ADD_LIMIT, LIMIT | {"arrival_window": str(window.public_id)}, follow=True))
    line = "At most so many visits · 3 · Everybody · 08:00–10:00 · Saturday · Sunday"
    assert ("Saved." in page.text, line in page.text) == (True, True)
    shown = read(olga.get(page.links["Quiet"]))
    assert next(form.fields for form in shown.forms if "amount" in form.fields)["amount"] == "3"
    olga.post(page.links["Quiet"], LIMIT | {"kind": "closed", "weekdays": []})
    with people.inside(company):
        row = CapacityRule.objects.get()
        assert (row.kind, row.amount, row.weekdays, row.arrival_window_id) == ("closed", 0, [], None)
        assert set(town.reasons()) == {Reason.CLOSED}
    _added, changed = trail(company, "scheduling.limit_changed")
    assert (changed["before"]["kind"], changed["after"]["kind"]) == ("max_jobs", "closed")
    olga.post(page.links["Quiet"], {"act": "remove"})
    with people.inside(company):
        assert (CapacityRule.objects.exists(), town.offered()) == (False, [480, 600, 780, 900])
    assert trail(company, "scheduling.limit_removed")[0]["before"]["name"] == "Quiet"


def test_holiday_is_added_closes_the_day_and_is_removed(company, town, olga):
    page = read(olga.post(ADD_HOLIDAY, HOLIDAY | {"day": town.day.isoformat()}, follow=True))
    assert "08:00–12:00, 13:00–15:30" in page.text
    with people.inside(company):
        assert Holiday.objects.get().spans == [[480, 720], [780, 930]]
        assert town.offered() == [480, 600, 780]
    olga.post(page.links["Christmas Eve"], HOLIDAY | {"day": town.day.isoformat(), "spans": ""})
    with people.inside(company):
        assert set(town.reasons()) == {Reason.HOLIDAY}
    assert trail(company, "scheduling.holiday_changed")[1] == {
        "before": {"spans": [[480, 720], [780, 930]]},
        "after": {"spans": []},
    }
    olga.post(page.links["Christmas Eve"], {"act": "remove"})
    with people.inside(company):
        assert (Holiday.objects.exists(), town.offered()) == (False, [480, 600, 780, 900])


@pytest.mark.parametrize(
    ("given", "told"),
    (
        ({"name": ""}, "Give it a name."),
        ({"amount": ""}, "Enter a number."),
        ({"amount": "0"}, "Enter a number from 1 to 10000."),
        ({"kind": "threshold", "amount": "101"}, "Enter a number from 1 to 100."),
        ({"from_day": "2030-02-02", "until_day": "2030-02-01"}, "It ends before it begins."),
        ({"from_days_ahead": "5", "until_days_ahead": "4"}, "It ends before it begins."),
        ({"until_days_ahead": "367"}, "Enter a number from 0 to 366."),
        ({"weekdays": ["7"]}, "Select a valid choice."),
        ({"zone": "00000000-0000-4000-8000-000000000000"}, "Select a valid choice."),
    ),
)
def test_limit_that_cannot_be_is_told_and_writes_nothing(company, town, olga, given, told):
    answer = olga.post(ADD_LIMIT, LIMIT | given)
    page = read(answer)
    with people.inside(company):
        assert (answer.status_code, told in page.text, CapacityRule.objects.exists()) == (422, True, False)


@pytest.mark.parametrize(
    ("given", "told"),
    (
        ({"day": ""}, "Enter a day."),
        ({"day": "2030-12-25"}, "This day stands in the list already."),
        ({"spans": "8-12"}, "Enter hours such as 8:00-12:00."),
        ({"spans": "8:00-12:60"}, "Enter hours such as 8:00-12:00."),
        ({"spans": "12:00-8:00"}, "The hours overlap, or end before they begin."),
        ({"spans": "8:00-12:00, 11:00-13:00"}, "The hours overlap"),
        ({"spans": "8:00-25:00"}, "The hours overlap"),
    ),
)
def test_holiday_that_cannot_be_is_told_and_stays_as_typed(company, town, olga, given, told):
    with people.inside(company):
        Holiday.objects.create(day=date(2030, 12, 25), name="Christmas")
    answer = olga.post(ADD_HOLIDAY, HOLIDAY | given)
    page = read(answer)
    shown = next(form.fields for form in page.forms if "spans" in form.fields)
    assert (answer.status_code, told in page.text, shown["spans"]) == (422, True, (HOLIDAY | given)["spans"])
    with people.inside(company):
        assert Holiday.objects.count() == 1


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(company, town, staff, role):
    client = staff(role)
    asked = [client.get(PATH), client.post(ADD_LIMIT, LIMIT), client.post(ADD_HOLIDAY, HOLIDAY)]
    with people.inside(company):
        assert ([one.status_code for one in asked], CapacityRule.objects.exists()) == ([403] * 3, False)


@pytest.mark.parametrize("count", (1, 30))
def test_list_asks_the_same_at_one_and_many(company, town, olga, count):
    with people.inside(company):
        for number in range(count):
            CapacityRule.objects.create(name=f"Quiet {number}", kind="closed", business_unit=town.unit)
            Holiday.objects.create(day=date(2031, 1, number + 1), name="Off", branch=town.unit.branch)
    with statements(3):
        olga.get(PATH)

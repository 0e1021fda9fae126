"""The office's rules of booking, and the page that explains why nothing is offered."""

from datetime import timedelta

import pytest

from portico.domain.booking.models import BranchDay
from portico.domain.capacity.models import (
    CapacityRule,
    JobTypeScheduling,
    SchedulingPolicy,
    TechnicianShift,
)
from portico.domain.catalog.models import JobType
from portico.domain.customers.models import Customer
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from tests.factories import people, read, statements
from tests.factories import scheduling as make
from tests.factories.town import Town

PATH, WHY = "/settings/scheduling/", "/capacity/why/"
POLICY = {
    "travel_pad_minutes": "15",
    "granularity": "10",
    "online_percent": "70",
    "holdback_hours": "48",
    "hold_seconds": "600",
    "reschedule_cutoff_hours": "12",
    "cancel_cutoff_hours": "6",
    "most_reschedules": "2",
    "most_bookings_per_day": "4",
    "late_fee_text": "Within six hours we charge $40.",
}


@pytest.fixture
def town(company):
    with people.inside(company):
        return Town()


def kept(company):
    with people.inside(company):
        return SchedulingPolicy.objects.values(*POLICY, "may_change_confirmed").get()


def trail(company, verb):
    with people.inside(company):
        return list(AuditEntry.objects.filter(verb=verb).order_by("pk").values_list("actor_name", "facts"))


def rows(page, kind):
    return [one.attributes["data-key"] for one in page.all(data_row=kind)]


def test_policy_is_saved_shown_and_kept_with_before_and_after(company, town, olga):
    page = read(olga.post(PATH, POLICY, follow=True))
    typed = {name: int(value) if value.isdigit() else value for name, value in POLICY.items()}
    assert ("The rules were saved." in page.text, kept(company)) == (True, typed | {"may_change_confirmed": False})
    ((name, facts),) = trail(company, "scheduling.policy_changed")
    assert (name, facts["before"]["online_percent"], facts["after"]["online_percent"]) == ("Olga Office", 100, 70)
    assert "Nothing was changed." in read(olga.post(PATH, POLICY, follow=True)).text
    assert len(trail(company, "scheduling.policy_changed")) == 1


def test_another_pace_plans_every_day_anew_and_other_rules_do_not(company, town, olga):
    with people.inside(company):
        town.rebuild()
        SchedulingPolicy.objects.update(travel_pad_minutes=15, granularity=10)
    olga.post(PATH, POLICY)
    with people.inside(company):
        assert not BranchDay.objects.get(day=town.day).is_stale
    olga.post(PATH, POLICY | {"travel_pad_minutes": "20"})
    with people.inside(company):
        assert BranchDay.objects.get(day=town.day).is_stale


@pytest.mark.parametrize(
    ("field", "given", "told"),
    (
        ("travel_pad_minutes", "soon", "Enter a whole number."),
        ("travel_pad_minutes", "241", "Enter a number from 0 to 240."),
        ("granularity", "0", "Enter a number from 1 to 60."),
        ("online_percent", "101", "Enter a number from 0 to 100."),
        ("hold_seconds", "9" * 30, "Enter a whole number."),
        ("late_fee_text", "x" * 2001, "Write at most 2000 letters."),
    ),
)
def test_policy_that_cannot_be_is_told_and_stays_as_typed(company, town, olga, field, given, told):
    answer = olga.post(PATH, POLICY | {field: given})
    page = read(answer)
    shown = next(form.fields for form in page.forms if "granularity" in form.fields)
    assert (answer.status_code, told in page.text, shown[field].strip()) == (422, True, given)
    assert kept(company)["hold_seconds"] == 300


def test_warnings_say_the_fact_and_where_it_is_mended(company, town, olga):
    assert "Nothing in the settings keeps customers from booking." in read(olga.get(PATH)).text
    with people.inside(company):
        JobType.objects.update(duration_minutes=None)
    page = read(olga.get(PATH))
    assert rows(page, "warning") == ["no_duration"]
    assert "The job type Tune-up has no duration." in page.text
    assert f"/settings/scheduling/job-types/{town.kind.public_id}/" in page.links.values()


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_read_the_explainer_but_do_not_edit(company, town, staff, role):
    client = staff(role)
    assert (client.get(PATH).status_code, client.post(PATH, POLICY).status_code) == (403, 403)
    with people.inside(company):
        JobTypeScheduling.objects.update(is_self_schedulable=False)
    page = read(client.get(WHY, asked(town)))
    assert (page.status, "it is not offered to them" in page.text) == (200, True)
    assert not [href for href in page.links.values() if "/settings/" in href]


def asked(town, **given):
    place = {"zip": make.ZIP, "job_type": str(town.kind.public_id), "day": town.day.isoformat()}
    return place | given


def test_explainer_says_what_is_offered(town, olga):
    page = read(olga.get(WHY, asked(town)))
    assert (rows(page, "window"), "4 windows are offered" in page.text) == (["open"] * 4, True)


def test_explainer_names_the_skill_nobody_with_a_shift_has(company, town, olga):
    with people.inside(company):
        JobType.objects.update(skills=["Gas"])
        town.technician.skills = ["Gas"]
        town.technician.save()
        TechnicianShift.objects.all().delete()
        make.make_shift(make.make_technician(town.unit, "Una Underhill"), town.day)
    page = read(olga.get(WHY, asked(town)))
    assert rows(page, "window") == ["shift"] * 4
    assert "No technician of HVAC with the skill Gas has a shift on" in page.text
    assert "/capacity/" in page.links.values()


def test_explainer_names_the_limit_and_leads_to_it(company, town, olga):
    with people.inside(company):
        CapacityRule.objects.create(name="Quiet", kind="closed")
    page = read(olga.get(WHY, asked(town)))
    assert (rows(page, "window"), "A limit closes it: Quiet." in page.text) == (["closed"] * 4, True)
    assert rows(page, "warning") == ["rule_closes_all"]


def test_explainer_is_reached_from_the_record_and_the_board(company, town, olga):
    with people.inside(company):
        customer = Customer.objects.get(pk=town.home.customer_id)
    address = f"{WHY}?customer={customer.public_id}"
    assert read(olga.get(f"/customers/{customer.public_id}/")).links["Why is nothing offered?"] == address
    assert read(olga.get("/capacity/")).links["Why is nothing offered?"] == WHY
    given = {"customer": str(customer.public_id), "location": str(town.home.public_id)}
    given |= {"job_type": str(town.kind.public_id), "day": town.day.isoformat()}
    page = read(olga.get(WHY, given))
    assert (customer.name in page.text, rows(page, "window")) == (True, ["open"] * 4)
    with people.inside(company):
        Customer.objects.update(do_not_service=True)
    page = read(olga.get(WHY, given))
    assert (rows(page, "whole"), "Do not service" in page.text) == (["call"], True)


@pytest.mark.parametrize(
    ("field", "given", "told"),
    (
        ("zip", "", "Enter a ZIP code."),
        ("zip", "99999", "No customer has an address there"),
        ("job_type", "x", "Choose a job type."),
        ("day", "soon", "Enter a day."),
        ("day", "0001-01-01", "Enter a day after 1989."),
    ),
)
def test_explainer_says_what_cannot_be_asked(town, olga, field, given, told):
    page = read(olga.get(WHY, asked(town, **{field: given})))
    assert (page.status, told in page.text, rows(page, "window")) == (422, True, [])


@pytest.mark.parametrize("count", (1, 30))
def test_pages_ask_the_same_at_one_and_many(company, town, olga, count):
    with people.inside(company):
        for number in range(count):
            CapacityRule.objects.create(name=f"Quiet {number}", kind="closed", from_day=town.day + timedelta(days=9))
            kind = make.make_job_type(town.unit, f"Kind {number}", minutes=0)
            JobTypeScheduling.objects.create(job_type=kind, is_self_schedulable=True)
    olga.get(PATH)
    with statements(5):
        olga.get(PATH)
    with statements(13):
        olga.get(WHY, asked(town))

"""A job in the office, its units, and the setting that shows canceled jobs to customers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from portico.domain.catalog.models import BusinessUnit, JobType, TagType
from portico.domain.customers.models import Location
from portico.domain.equipment.models import InstalledEquipment
from portico.domain.jobs.models import Job, JobEquipment, JobNote
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Company
from tests.factories import customers as make
from tests.factories import people, read, statements

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


class Desk:
    """A company with a customer, a job on hold, and two units at its home."""

    def __init__(self) -> None:
        self.company = people.make_company("desk", name="Desk Heating")
        with people.inside(self.company):
            customer = make.make_customer("Dora Desk", "dora@example.com")
            home = make.make_location(customer)
            TagType.objects.create(source_id=7, name="Slow pay")
            self.job = Job.objects.create(
                number="J1", status="Hold", customer=customer, location=home, created_at=NOW, priority="Urgent",
                business_unit=BusinessUnit.objects.create(branch=customer.branch, name="HVAC"),
                job_type=JobType.objects.create(name="Tune-up"), tag_source_ids=[7, 8],
                hold_reason={"reasonId": 1, "name": "Parts", "memo": "Waiting for parts"},
            )  # fmt: skip
            JobNote.objects.create(job=self.job, text="Margin thin on this one", created_at=NOW)
            JobNote.objects.create(job=self.job, text="Thrown away", is_active=False, created_at=NOW)
            self.units = [self.unit(home, name) for name in ("Furnace", "Water heater")]
            self.other = self.unit(make.make_location(customer, name="Cabin"), "Pump")
            self.staff = {role: people.make_staff(f"{role}@example.com", role=role) for role in StaffRole}
        self.customer = customer
        self.address = f"/customers/{customer.public_id}/jobs/{self.job.public_id}/"

    def unit(self, home: Location, name: str) -> InstalledEquipment:
        return InstalledEquipment.objects.create(customer=home.customer, location=home, name=name, created_at=NOW)

    def browser(self, role: StaffRole = StaffRole.ADMIN) -> Client:
        return people.sign_in(people.office("desk"), self.staff[role])

    def touched(self) -> list[str]:
        with people.inside(self.company):
            return sorted(JobEquipment.objects.values_list("equipment__name", flat=True))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_job_shows_everything_internal(desk: Desk) -> None:
    browser = desk.browser()
    with statements(6):
        response = browser.get(desk.address)
    page = read(response)
    assert [note.text for note in page.root.all(data_row="note")] != []
    for text in ("On hold: Parts – Waiting for parts", "Slow pay", "#8", "Urgent", "Margin thin on this one"):
        assert text in page.text
    assert "Thrown away" not in page.text


def test_record_leads_to_the_job(desk: Desk) -> None:
    page = read(desk.browser().get(f"/customers/{desk.customer.public_id}/"))
    assert desk.address in [link["href"] for link in page.root.all("a")]


def test_job_of_another_customer_is_not_found(desk: Desk) -> None:
    with people.inside(desk.company):
        stranger = make.make_customer("Sam Stranger")
    assert desk.browser().get(f"/customers/{stranger.public_id}/jobs/{desk.job.public_id}/").status_code == 404


def test_units_are_ticked_and_unticked(desk: Desk) -> None:
    furnace, heater = (str(unit.public_id) for unit in desk.units)
    browser = desk.browser(StaffRole.DISPATCHER)
    said = [browser.post(f"{desk.address}units/", {"units": [furnace, heater]}).status_code]
    both = desk.touched()
    said.append(browser.post(f"{desk.address}units/", {"units": [heater]}).status_code)
    one = desk.touched()
    said.append(browser.post(f"{desk.address}units/", {"units": [heater]}).status_code)
    assert (said, both, one) == ([302, 302, 302], ["Furnace", "Water heater"], ["Water heater"])
    with people.inside(desk.company):
        trail = AuditEntry.objects.filter(verb="job.units_set").order_by("pk")
        assert [entry.note for entry in trail] == ["J1: Furnace, Water heater", "J1: Water heater"]
    checked = [
        box for box in read(browser.get(desk.address)).root.all("input", name="units") if "checked" in box.attributes
    ]
    assert [box["value"] for box in checked] == [heater]


def test_unit_of_another_home_cannot_be_ticked(desk: Desk) -> None:
    response = desk.browser().post(f"{desk.address}units/", {"units": [str(desk.other.public_id)]})
    assert (response.status_code, desk.touched()) == (422, [])


def test_accountant_sees_the_job_and_cannot_tick(desk: Desk) -> None:
    browser = desk.browser(StaffRole.ACCOUNTANT)
    assert read(browser.get(desk.address)).root.all("input", name="units") == []
    assert browser.post(f"{desk.address}units/", {}).status_code == 403


def test_setting_shows_canceled_jobs_and_is_in_the_trail(desk: Desk) -> None:
    browser = desk.browser(StaffRole.MANAGER)
    for value in ({"is_canceled_job_shown": "on"}, {"is_canceled_job_shown": "on"}, {}):
        assert browser.post("/settings/portal/", value).status_code == 302
        with people.inside(desk.company):
            shown = Company.objects.get(pk=desk.company.id).is_canceled_job_shown
        assert shown == bool(value)
    with people.inside(desk.company):
        trail = AuditEntry.objects.filter(verb="portal.settings_changed").order_by("pk")
        assert [entry.facts for entry in trail] == [
            {"is_canceled_job_shown": True},
            {"is_canceled_job_shown": False},
        ]


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_setting_is_for_managers(desk: Desk, role: StaffRole) -> None:
    assert desk.browser(role).get("/settings/portal/").status_code == 403

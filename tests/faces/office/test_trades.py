"""Business units and job types are made in the settings: a company from nothing needs no import for them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portico.domain.booking.models import BranchDay
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.models import Branch
from tests.counting import statements
from tests.factories import read, scheduling
from tests.factories.town import Town

pytestmark = pytest.mark.django_db
UNITS, KINDS = "/settings/units/", "/settings/job-types/"


def _form(client, address, field="name"):
    return next(one for one in read(client.get(address)).forms if field in one.fields).fields


def _unit(client, **typed):
    address = f"{UNITS}add/"
    return client.post(address, _form(client, address) | {"name": "HVAC service"} | typed)


def _kind(client, **typed):
    address = f"{KINDS}add/"
    return client.post(
        address, _form(client, address) | {"name": "AC repair", "duration_minutes": "90", "skills": "Gas\ngas"} | typed
    )


def test_empty_company_is_led_from_unit_to_job_type(olga, inside):
    assert "Add a business unit" in read(olga.get(UNITS)).links
    assert read(olga.get(f"{KINDS}add/")).links["Add a business unit"] == f"{UNITS}add/"
    assert _unit(olga, trade="HVAC", percent="8.25", phone="512-555-0111").status_code == 303
    answer = _kind(olga)
    with inside():
        unit, kind = BusinessUnit.objects.get(), JobType.objects.get()
        assert (unit.name, unit.trade, unit.tax_rate, unit.branch.is_main, unit.source_id) == (
            "HVAC service", "HVAC", Decimal("0.082500"), True, None,
        )  # fmt: skip
        assert answer["Location"] == f"{KINDS}{kind.public_id}/"
        assert (kind.duration_minutes, kind.skills, list(kind.business_units.all())) == (90, ["Gas", "gas"], [unit])
        assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {
            "scheduling.unit_changed", "scheduling.job_type_changed",
        }  # fmt: skip
    assert read(olga.get(UNITS)).rows("unit") == ["HVAC service"]
    assert "Sales tax 8.25 %" in read(olga.get(UNITS)).text


@pytest.mark.parametrize("count", (1, 2))
def test_same_form_sent_twice_makes_one(olga, inside, count):
    typed = _form(olga, f"{UNITS}add/") | {"name": "HVAC service"}
    assert [olga.post(f"{UNITS}add/", typed).status_code for _ in range(count)] == [303] * count
    typed = _form(olga, f"{KINDS}add/") | {"name": "AC repair", "duration_minutes": "90"}
    assert [olga.post(f"{KINDS}add/", typed).status_code for _ in range(count)] == [303] * count
    with inside():
        assert (BusinessUnit.objects.count(), JobType.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    (
        ("name", "", "Enter a name."),
        ("name", "x" * 201, "Write at most 200 letters."),
        ("name", "HVAC service", "There is a business unit of this name"),
        ("branch", "", "Choose a branch."),
        ("branch", "00000000-0000-0000-0000-000000000000", "Select a valid choice"),
        ("percent", "8,25 %", "Enter a percentage such as 8.25."),
        ("percent", "-1", "Enter a percentage such as 8.25."),
        ("percent", "100", "Enter a percentage such as 8.25."),
        ("percent", "8.123456", "Enter a percentage such as 8.25."),
        ("phone", "555", "Enter a phone number"),
    ),
)
def test_wrong_unit_is_named_and_kept(olga, inside, field, value, said):
    _unit(olga)
    answer = _unit(olga, **{"name": "Plumbing", "trade": "Pipes", field: value})
    assert answer.status_code == 422
    assert any(said in error for error in read(answer).errors)
    assert next(one for one in read(answer).forms if "trade" in one.fields).fields["trade"] == "Pipes"
    with inside():
        assert BusinessUnit.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    (
        ("name", "", "Enter a name."),
        ("name", "AC repair", "There is a job type of this name already."),
        ("duration_minutes", "", "Enter a whole number."),
        ("duration_minutes", "0", "Enter a number from 1 to"),
        ("duration_minutes", "long", "Enter a whole number."),
        ("units", "", "Select a valid choice"),
        ("skills", "x" * 121, "Write at most 120 letters."),
        ("skills", "\n".join(map(str, range(31))), "Enter at most 30 skills."),
    ),
)
def test_wrong_job_type_is_named(olga, inside, field, value, said):
    _unit(olga)
    _kind(olga)
    answer = _kind(olga, **{"name": "Furnace repair", field: value})
    assert answer.status_code == 422
    assert any(said in error for error in read(answer).errors)
    with inside():
        assert JobType.objects.count() == 1


def test_unit_and_job_type_are_changed_with_before_and_after(olga, inside):
    _unit(olga, percent="8.25")
    _kind(olga)
    with inside():
        unit, kind = BusinessUnit.objects.get().public_id, JobType.objects.get().public_id
    changed = _form(olga, f"{UNITS}{unit}/")
    assert changed["percent"] == "8.25"
    assert olga.post(f"{UNITS}{unit}/", changed | {"percent": "6"}).status_code == 303
    with inside():
        told = AuditEntry.objects.filter(verb="scheduling.unit_changed").latest("pk").facts
        assert told == {"before": {"tax_rate": "0.082500"}, "after": {"tax_rate": "0.06"}}

    renamed = _form(olga, f"{KINDS}{kind}/") | {"name": "AC tune-up"}
    assert olga.post(f"{KINDS}{kind}/record/", renamed).status_code == 303
    assert olga.post(f"{KINDS}{kind}/record/", renamed | {"name": ""}).status_code == 422
    with inside():
        assert JobType.objects.get().name == "AC tune-up"
    assert olga.post(f"{KINDS}{kind}/", {"preparation": "Clear the attic."}).status_code == 302


def test_unit_that_moves_to_another_branch_plans_the_days_anew(olga, inside, town: Town):
    town.book()
    town.rebuild()
    with inside():
        north = Branch.objects.create(name="North", display_name="North", time_zone="America/Chicago")
        unit = town.unit.public_id
    olga.post(f"{UNITS}{unit}/", _form(olga, f"{UNITS}{unit}/") | {"branch": str(north.public_id)})
    with inside():
        assert BranchDay.objects.get(day=town.day).is_stale


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(staff, role):
    client = staff(role)
    assert {client.get(address).status_code for address in (UNITS, f"{UNITS}add/", f"{KINDS}add/")} == {403}


@pytest.mark.parametrize("count", (1, 30))
def test_list_costs_a_fixed_number_of_statements(olga, inside, count):
    with inside():
        for number in range(count):
            scheduling.make_unit(name=f"Unit {number}")
    with statements(2):
        assert len(read(olga.get(UNITS)).rows("unit")) == count

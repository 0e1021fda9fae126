"""The list of the settings leads to every page of them, and to nothing that its reader may not open."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from portico.faces.office.settings.index import GROUPS
from portico.faces.office.urls import urlpatterns
from portico.foundation.people.permissions import may
from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.reading import read

pytestmark = pytest.mark.django_db

OFFICE = "portico.faces.office.urls"
LISTED = {one.url: one for pages in GROUPS.values() for one in pages}


@pytest.fixture
def company():
    return people.make_company()


def test_every_page_of_settings_is_in_the_list():
    first_steps = {one.name for one in urlpatterns if re.fullmatch(r"settings/[\w-]+/", str(one.pattern))}
    assert first_steps == set(LISTED)


@pytest.mark.parametrize("role", (StaffRole.MANAGER, StaffRole.ADMIN))
def test_list_shows_what_the_role_may_open(company, role):
    with people.inside(company):
        login = people.make_staff("olga@example.com", role=role)
    client = people.sign_in(people.office(company.host), login)
    page = read(client.get("/settings/"))
    wanted = {str(one.label): reverse(name, OFFICE) for name, one in LISTED.items() if may(role, one.action)}
    assert {label: page.links[label] for label in wanted} == wanted
    assert {client.get(path).status_code for path in wanted.values()} == {200}
    hidden = {str(one.label) for one in LISTED.values() if not may(role, one.action)}
    assert hidden.isdisjoint(page.links)


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_have_no_list(company, role):
    with people.inside(company):
        login = people.make_staff("olga@example.com", role=role)
    assert people.sign_in(people.office(company.host), login).get("/settings/").status_code == 403

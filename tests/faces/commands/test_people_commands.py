import argparse

import pytest

from portico.domain.customers import queries
from portico.faces.commands import create_company, create_staff, sign_in_link
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.models import Login, OneTimeLink
from portico.foundation.tenancy.models import Branch, Company
from tests.factories import customers as make
from tests.factories import people, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def smith(company):
    with people.inside(company):
        return make.make_customer("Smith", "ana@example.com")


def run(module, capsys, *arguments):
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    code = module.run(parser.parse_args(arguments))
    said = capsys.readouterr()
    return code, said.out.strip(), said.err.strip()


def path_of(url):
    return "/" + url.split("/", 3)[3]


def test_link_signs_in_on_its_first_visit_and_leads_home(company, smith, capsys):
    code, url, _ = run(sign_in_link, capsys, "ANA@example.com", "--company", "demo")
    assert (code, url.startswith("http://demo.localhost:8000/")) == (0, True)
    client = people.portal()
    assert client.head(path_of(url)).status_code == 405
    response = client.get(path_of(url))
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/account/").status_code == 200
    assert people.portal().get(path_of(url)).status_code == 410
    with people.inside(company):
        login = Login.objects.get()
        (row,) = queries.portal_table(smith.public_id)
        verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
        assert (login.password, row.status) == ("", "active")
        assert list(verbs) == ["portal.enrolled_from_shell", "person.shell_link_made", "person.signed_in_by_shell_link"]


def test_link_is_dead_after_ten_minutes(company, smith, capsys):
    _, url, _ = run(sign_in_link, capsys, "ana@example.com", "--company", "demo")
    with people.inside(company):
        link = OneTimeLink.objects.get()
        assert (link.expires_at - link.made_at).total_seconds() == 600
        OneTimeLink.objects.update(expires_at="2026-01-01T00:00:00Z")
    assert people.portal().get(path_of(url)).status_code == 410


def test_address_of_a_location_gets_a_link_too(company, smith, capsys):
    with people.inside(company):
        make.make_location(smith, "tenant@example.com")
    assert run(sign_in_link, capsys, "tenant@example.com", "--company", "demo")[0] == 0


def test_unknown_address_or_company_gets_none(company, smith, capsys):
    assert run(sign_in_link, capsys, "eve@example.com", "--company", "demo")[0] == 1
    assert run(sign_in_link, capsys, "ana@example.com", "--company", "nobody")[0] == 1
    assert run(sign_in_link, capsys, "ana@example.com", "--company", "demo", "--office")[0] == 1


def test_office_link_works_in_the_office_only(company, smith, capsys):
    run(create_staff, capsys, "olga@example.com", "--company", "demo", "--role", "csr")
    _, url, _ = run(sign_in_link, capsys, "olga@example.com", "--company", "demo", "--office")
    assert url.startswith("http://office.demo.localhost:8000/")
    assert people.portal().get(path_of(url)).status_code == 410
    client = people.office()
    assert client.get(path_of(url))["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_created_staff_chooses_a_password(company, capsys):
    code, url, _ = run(
        create_staff, capsys, "Olga@Example.com", "--company", "demo", "--role", "manager", "--name", "Olga"
    )
    done = people.office().post(path_of(url), {"password": "a wholly new phrase"})
    assert (code, read(done).h1) == (0, "Your password is saved")
    with people.inside(company):
        olga = Login.objects.get()
        assert (olga.side, olga.email, olga.role, olga.name) == ("staff", "olga@example.com", "manager", "Olga")


def test_creating_staff_again_changes_the_role(company, capsys):
    for role in ("csr", "admin"):
        run(create_staff, capsys, "olga@example.com", "--company", "demo", "--role", role)
    with people.inside(company):
        assert Login.objects.get().role == "admin"


def test_company_is_created_with_its_main_branch_and_a_portal_that_is_off(capsys):
    code, said, _ = run(
        create_company,
        capsys,
        "Desert Air",
        "--host",
        "desert-air",
        "--time-zone",
        "America/Phoenix",
        "--phone",
        "6025550100",
    )
    company = Company.objects.get(name="Desert Air")
    assert (code, said.splitlines()) == (
        0,
        ["http://desert-air.localhost:8000/", "http://office.desert-air.localhost:8000/"],
    )
    with people.inside_id(company.pk):
        branch = Branch.objects.get()
        assert (company.portal_state, branch.is_main, branch.time_zone) == ("off", True, "America/Phoenix")
    assert read(people.portal("desert-air").get("/")).h1 == "We are not online yet"


@pytest.mark.parametrize(
    "host", ("office", "www", "api", "a", "-demo", "demo-", "de.mo", "dé", "xn--dm-abc", "x" * 64, "")
)
def test_reserved_and_malformed_hosts_are_refused(capsys, host):
    assert run(create_company, capsys, "Name", f"--host={host}")[0] == 1
    assert Company.objects.count() == 0


def test_taken_host_is_refused(company, capsys):
    assert run(create_company, capsys, "Name", "--host", "demo")[0] == 1


def test_unknown_time_zone_is_refused(capsys):
    assert run(create_company, capsys, "Name", "--host", "fine", "--time-zone", "Mars/Olympus")[0] == 1

"""What staff are told is hidden from a contact: of each kind how much, and why."""

from __future__ import annotations

import pytest

from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Scope, reach_of
from portico.domain.estimates.models import Estimate
from portico.domain.estimates.queries.hidden import hidden_estimates
from portico.domain.jobs.models import Job
from portico.faces.customer.viewing.words import NEVER_SHOWN
from tests.counting import statements
from tests.factories import people, read
from tests.factories.world import Firm, World
from tests.sweeps.columns import COLUMNS
from tests.sweeps.looking import viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(world: World) -> Firm:
    return world.a


def test_inspector_is_for_viewers_only(firm: Firm) -> None:
    assert [
        firm.visitor("alma").get("/viewing/").status_code,
        people.portal(firm.host).get("/viewing/").status_code,
    ] == [404, 404]


def test_inspector_says_what_is_hidden_and_why(firm: Firm) -> None:
    alma = firm.customers["alma"]
    with firm.inside():
        Job.objects.filter(customer=alma, status="Scheduled").update(status="Canceled")
    page = read(viewer(firm, "alma@example.com").get("/viewing/"))
    expected = (
        "Canceled jobs: hidden by a setting of the company.",
        "Deleted memberships.",
        "Equipment that is no longer in use.",
        "Documents that nobody has shared.",
        "Drafts: not sent yet.",
        "Withdrawn estimates: not listed; their address says that they are no longer offered.",
        "Estimates of canceled jobs that are hidden; accepted ones stay.",
        "Merged-away records: shown as part of this customer, never by themselves.",
        "special instructions",
    )
    assert [said for said in expected if said not in page.text] == []
    links = {link.get("href") for link in page.all("a")}
    assert f"http://office.{firm.host}.localhost:8000/customers/{alma.public_id}/#jobs" in {
        href.replace(href.partition("localhost")[2].partition("/")[0], ":8000") for href in links if "office." in href
    }


def test_inspector_says_what_a_tenant_is_missing(firm: Firm) -> None:
    page = read(viewer(firm, "tenant@example.com").get("/viewing/")).text
    assert (
        "Locations that the address does not stand on." in page,
        "Outside what this person may see" in page,
    ) == (True, True)


def test_inspector_counts_estimates_by_the_first_thing_that_hides_them(firm: Firm) -> None:
    alma = firm.customers["alma"]
    with firm.inside():
        scope = Scope.of(reach_of("alma@example.com"), Right.HISTORY)
        Estimate.objects.filter(proposal__customer=alma, name="Old pump").update(is_active=False)
        wanted = Estimate.objects.filter(proposal__customer=alma)
        counts = {
            "draft": wanted.filter(status="Draft").count(),
            "withdrawn": wanted.filter(status="Withdrawn").count(),
            "put_away": wanted.filter(is_active=False).count(),
        }
        found = hidden_estimates(reached=reach_of("alma@example.com"), scope=scope)
    assert {one.reason: one.count for one in found if one.customer == alma.public_id} == counts
    assert min(counts.values()) > 0


def test_inspector_says_that_bills_are_closed(firm: Firm) -> None:
    page = read(viewer(firm, "house@example.com").get("/viewing/")).text
    assert ("No billing access" in page, "Invoices outside this person" in page) == (True, True)


def test_inspector_takes_a_fixed_number_of_statements(firm: Firm) -> None:
    seen = viewer(firm, "alma@example.com")
    seen.get("/viewing/")
    with statements(10):
        seen.get("/viewing/")


@pytest.mark.parametrize("model", NEVER_SHOWN)
def test_fields_never_shown_are_the_internal_ones(model: str) -> None:
    """The day a column joins the internal ones, the inspector names it."""
    assert set(NEVER_SHOWN[model][1]) == COLUMNS[model].internal

"""Who looked as whom, and for how long, stands in the trail of every customer that was seen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from portico.domain.customers.queries import reach_of
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import SYSTEM
from portico.foundation.people import viewing
from portico.foundation.people.models import PortalViewing
from tests.factories import customers as make
from tests.factories import people, read
from tests.factories.world import Firm, World
from tests.sweeps.looking import ENDINGS, too_long, viewer, way_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(world: World) -> Firm:
    return world.a


def trail(firm: Firm, subject: str = "") -> list[tuple[str, str, str, UUID | None]]:
    """What the trail says of looks, by verb and customer."""
    with firm.inside():
        rows = AuditEntry.objects.filter(verb__startswith="portal.view", subject_id__contains=subject).order_by("id")
        return [(row.verb, row.actor_name, row.note, row.customer_id) for row in rows]


def test_beginning_and_end_stand_in_the_trail(firm: Firm) -> None:
    seen = viewer(firm, "invited@example.com")
    ended = read(seen.post("/viewing/end/"))
    seen.post("/viewing/end/")
    alma = firm.customers["alma"].public_id
    assert trail(firm) == [
        ("portal.viewed_as", "Olga Office", "invited@example.com", alma),
        ("portal.viewing_ended", "Olga Office", "invited@example.com", alma),
    ]
    assert any(href.endswith(f"/customers/{alma}/") for href in ended.links.values())
    record = read(firm.office("manager").get(f"/customers/{alma}/")).text
    assert ("Portal viewed as this contact" in record, "Viewing as this contact ended" in record) == (True, True)


def test_every_customer_reached_is_told(firm: Firm) -> None:
    """Begun from one record, seen on several: each trail has the beginning and the end."""
    with firm.inside():
        make.add_emails(firm.customers["carl"], "alma@example.com")
        reached = {reach.customer for reach in reach_of("alma@example.com")}
    assert reached >= {firm.customers["alma"].public_id, firm.customers["carl"].public_id}
    viewer(firm, "alma@example.com").post("/viewing/end/")
    told = {(verb, customer) for verb, _name, _note, customer in trail(firm)}
    assert told == {(verb, customer) for verb in ("portal.viewed_as", "portal.viewing_ended") for customer in reached}
    assert len(trail(firm)) == 2 * len(reached)


def test_way_over_that_nobody_takes_is_in_no_trail(firm: Firm) -> None:
    _office, path = way_over(firm, "alma@example.com")
    with firm.inside():
        PortalViewing.objects.update(link_expires_at="2026-01-01T00:00:00Z", expires_at="2026-01-01T00:00:00Z")
        assert viewing.end_lapsed(by=SYSTEM) == 0
    assert (people.portal(firm.host).get(path).status_code, trail(firm)) == (410, [])


@pytest.mark.parametrize("change", ENDINGS)
def test_end_by_itself_is_told_once(firm: Firm, change: Any) -> None:
    viewer(firm, "invited@example.com")
    alma = firm.customers["alma"].public_id
    with firm.inside():
        assert viewing.end_lapsed(by=SYSTEM) == 0
        change(firm)
        assert [viewing.end_lapsed(by=SYSTEM) for _ in range(2)] == [1, 0]
        assert PortalViewing.objects.get().ended_at is not None
    assert trail(firm)[1:] == [("portal.viewing_lapsed", "Portico", "invited@example.com", alma)]


def test_worker_tells_the_ends_of_one_company_at_a_time(world: World) -> None:
    for firm in (world.a, world.b):
        viewer(firm, "invited@example.com")
        with firm.inside():
            too_long(firm)
    with world.a.inside():
        assert viewing.end_lapsed(by=SYSTEM) == 1
    assert (len(trail(world.a)), len(trail(world.b))) == (2, 1)

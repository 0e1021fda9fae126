"""Merge, look at everything as everybody, part again: every page of every login says what it said before."""

from __future__ import annotations

import pytest
from django.test import Client

from portico.domain.merging import operations
from tests.factories import billing as bills
from tests.factories import people
from tests.factories.world import World
from tests.sweeps.browsing import travel

pytestmark = pytest.mark.django_db
CHANGES_BY_ITSELF = "/account/"  # tells when a browser was last seen


def pages_of(browsers: dict[str, Client]) -> dict[tuple[str, str], str]:
    """What every page says, by who looks and address; hidden fields and tokens are not text."""
    return {
        (who, answer.address): answer.read.text for who, client in browsers.items() for answer in travel(client).pages
    }


def check_pages(world: World, survivor: str, loser: str) -> None:
    firm = world.a
    browsers = {who: firm.visitor(who) for who in firm.people}
    stays, goes = firm.customers[survivor], firm.customers[loser]
    before = pages_of(browsers)
    with firm.inside():
        merged = operations.merge_customers(survivor=stays.public_id, loser=goes.public_id, by=people.OFFICE)
    during = pages_of(browsers)
    known = {address for _who, address in before}
    gained = {who for who, address in during if address in known and (who, address) not in before}
    assert gained >= {survivor, loser}, "each of the two sees pages that were the other's"
    with firm.inside():
        between = bills.make_invoice(stays, 4321)
        operations.unmerge(merge=merged, by=people.OFFICE)
        between.refresh_from_db()
        assert between.customer == stays
        between.delete()
    after = pages_of(browsers)
    assert after.keys() == before.keys()
    changed = {key: text for key, text in after.items() if text != before[key] and key[1] != CHANGES_BY_ITSELF}
    assert changed == {}


def test_every_page_says_after_the_undo_what_it_said_before(world: World) -> None:
    check_pages(world, "alma", "carl")


@pytest.mark.full
def test_so_it_does_the_other_way_round(world: World) -> None:
    check_pages(world, "carl", "alma")

"""Records of another company cannot be merged, nor its merges undone."""

import pytest

from portico.domain.merging import operations
from portico.domain.merging.errors import Missing
from tests.factories import customers as make
from tests.factories import people

pytestmark = pytest.mark.django_db


def test_another_company_finds_nothing_of_it():
    one, other = people.make_company(), people.make_company("other")
    with people.inside(one):
        smith, double = make.make_customer("Smith"), make.make_customer("Smith again")
        merged = operations.merge_customers(survivor=smith.public_id, loser=double.public_id, by=people.OFFICE)
        free = make.make_customer("Smith the third")
    with people.inside(other):
        own = make.make_customer("Jones")
        for survivor, loser in ((own, free), (free, own), (smith, free)):
            with pytest.raises(Missing):
                operations.merge_customers(survivor=survivor.public_id, loser=loser.public_id, by=people.OFFICE)
        with pytest.raises(Missing):
            operations.unmerge(merge=merged, by=people.OFFICE)
    with people.inside(one):
        double.refresh_from_db()
        assert double.merged_into == smith

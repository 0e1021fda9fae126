"""What proposals say of their options, and when a version is noted."""

from datetime import timedelta

import pytest

from portico.domain.estimates.errors import MissingEstimate
from portico.domain.estimates.models import Estimate, EstimateVersion, Proposal
from portico.domain.estimates.operations import proposals, versions
from portico.kernel import clock, ids
from tests.counting import statements
from tests.domain.estimates.deciding import noted
from tests.factories import people
from tests.factories.estimates import make_estimate, make_options

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(home):
    made = make_options(home)
    noted(*made)
    return made


def settled(**columns):
    Estimate.objects.update(**columns)
    proposals.settle(Proposal.objects.values_list("pk", flat=True))
    return Proposal.objects.get()


def test_open_proposal_ends_with_its_last_open_option(options):
    last = clock.now() + timedelta(days=9)
    Estimate.objects.filter(pk=options[1].pk).update(expires_at=last + timedelta(days=9), is_active=False)
    Estimate.objects.filter(pk=options[2].pk).update(expires_at=last + timedelta(days=9), status="Withdrawn")
    Estimate.objects.filter(pk=options[0].pk).update(expires_at=last)
    proposals.settle([options[0].proposal_id])
    found = Proposal.objects.get()
    assert (found.state, found.open_until) == ("open", last)


def test_proposal_with_an_endless_option_has_no_end(options):
    Estimate.objects.filter(pk=options[1].pk).update(expires_at=None)
    proposals.settle([options[0].proposal_id])
    assert Proposal.objects.get().open_until is None


@pytest.mark.parametrize(
    ("columns", "state"),
    (({"status": "Dismissed"}, "declined"), ({"is_active": False}, "draft"), ({"status": "Withdrawn"}, "withdrawn")),
)
def test_proposal_that_waits_no_longer_has_no_end(options, columns, state):
    found = settled(**columns)
    assert (found.state, found.open_until) == (state, None)


def test_proposal_is_listed_by_its_newest_option(options):
    newest = clock.now() + timedelta(days=1)
    Estimate.objects.filter(pk=options[1].pk).update(created_at=newest)
    proposals.settle([options[0].proposal_id])
    assert Proposal.objects.get().listed_at == newest


@pytest.mark.parametrize("count", (1, 30))
def test_settling_and_noting_many_takes_the_same_statements(home, count):
    made = [make_estimate(home) for _ in range(count)]
    EstimateVersion.objects.filter(pk=0).exists()
    Estimate.objects.update(name="Changed", status="Dismissed")
    with statements(8):
        versions.note_all([one.pk for one in made], made_by_name="Import")
        proposals.settle([one.proposal_id for one in made])


def test_estimate_that_nobody_has_is_missing(options):
    with pytest.raises(MissingEstimate):
        proposals.locked(ids.new_public_id())


def test_version_is_noted_once_for_each_change_that_customers_see(options):
    estimate = options[0]
    assert versions.note(estimate, by=people.OFFICE) is False
    estimate.items.update(cost=5, sku="X", cost_account="4000")
    assert versions.note(estimate, by=people.OFFICE) is False
    estimate.items.update(description="With a pan.")
    assert versions.note(estimate, by=people.OFFICE) is True
    noted_ = EstimateVersion.objects.filter(estimate=estimate).order_by("n").values_list("n", "made_by_name")
    assert (list(noted_)[-1], estimate.version) == ((2, "Olga Office"), 2)

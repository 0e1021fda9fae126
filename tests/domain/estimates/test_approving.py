"""Approving: what was shown, once, with everything that follows; and every reason for which it is refused."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from portico.domain.billing.models import Deposit
from portico.domain.estimates import proof_rules, rules
from portico.domain.estimates.difference_rules import differences
from portico.domain.estimates.enums import EstimateStatus
from portico.domain.estimates.errors import MissingEstimate, NameMissing, OfferChanged, OfferClosed, UnknownLine
from portico.domain.estimates.models import Approval, Estimate, EstimateEvent, EstimateTerms, Proposal
from portico.domain.estimates.operations import approving, declining, undoing
from portico.domain.estimates.signatures import Signature
from portico.domain.estimates.words import difference_words
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy.models import Company
from portico.kernel import clock
from tests import worker
from tests.domain.estimates.deciding import LINES, actor, approval, approve, noted, refs, shown, states
from tests.factories import customers as make
from tests.factories import people
from tests.factories.estimates import make_estimate, make_options
from tests.factories.memberships import make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def options(home):
    made = make_options(home)
    noted(*made)
    return made


@pytest.fixture
def furnace(home):
    estimate = make_estimate(home, lines=LINES, tax_rate="0.0825", deposit_kind="percent", deposit_percent=10)
    noted(estimate)
    return estimate


def changed(estimate, **columns):
    """The office rewrites the first line."""
    estimate.items.filter(position=1).update(**columns)
    noted(Estimate.objects.get(pk=estimate.pk))


def kinds(estimate):
    return list(EstimateEvent.objects.filter(estimate=estimate).order_by("pk").values_list("kind", flat=True))


def test_approving_an_option_accepts_it_and_closes_the_others(options, ana):
    good, better, best = options
    approve(better, ana)
    assert states(good, better, best) == [("Dismissed", True), ("Sold", False), ("Dismissed", True)]
    assert [kinds(each) for each in options] == [["closed"], ["approved"], ["closed"]]
    assert Proposal.objects.get().state == "accepted"
    assert worker.waiting().count("estimates.make_proof") == 1


def test_approval_keeps_all_that_was_agreed_to(furnace, ana, home):
    EstimateTerms.objects.create(n=4, text="Pay when done.", created_at=clock.now())
    chosen = refs(furnace, "Permit")
    found = approval(approve(furnace, ana, chosen=chosen, name="Ana  María Alvarez"))
    total = 200_000 + 16_500 + 5_000
    assert (found.total_minor, found.deposit_minor, found.currency) == (total, 22_150, "USD")
    assert (found.signer_name, found.login, found.channel) == ("Ana María Alvarez", ana.public_id, "portal")
    assert (found.version_n, found.terms_n, found.ip_prefix, found.user_agent) == (
        1,
        4,
        "203.0.113.0/24",
        "Mozilla/5.0",
    )
    agreed = proof_rules.read(found.snapshot)
    assert [line.name for line in agreed.lines] == ["Furnace", "Permit"]
    assert [line.name for line in agreed.left_out] == ["Thermostat"]
    assert (agreed.how.terms_text, agreed.how.signer["email"]) == ("Pay when done.", "ana@example.com")
    assert (agreed.totals.total_minor, agreed.how.about["customer_name"]) == (total, "Alvarez")
    assert agreed.shown == rules.version_hash(agreed.offer)
    assert rules.canonical(json.loads(found.snapshot)) == found.snapshot


def test_approval_stands_in_the_trail_with_its_digest(furnace, ana, home):
    found = approval(approve(furnace, ana))
    entry = AuditEntry.objects.get(verb="estimate.approved")
    assert (entry.subject_id, entry.customer_id, entry.actor_ref) == (
        str(found.public_id),
        home.public_id,
        str(ana.public_id),
    )
    assert entry.facts["sha256"] == found.sha256 == rules.digest(found.snapshot)


def test_approval_asks_for_the_deposit(furnace, ana):
    made = approve(furnace, ana)
    deposit = Deposit.objects.get()
    assert (deposit.approval_ref, deposit.amount_minor, deposit.job_id) == (made, 21_650, furnace.proposal.job_id)


def test_approval_without_a_deposit_asks_for_none(options, ana):
    approve(options[0], ana)
    assert Deposit.objects.count() == 0


def test_same_click_again_is_the_same_approval(furnace, ana):
    hash_ = shown(furnace)
    first = approve(furnace, ana, hash_=hash_)
    assert approve(furnace, ana, hash_=hash_) == first
    assert (Approval.objects.count(), Deposit.objects.count()) == (1, 1)


def test_same_person_with_another_choice_is_told_that_it_is_done(furnace, ana):
    hash_ = shown(furnace)
    approve(furnace, ana, hash_=hash_)
    with pytest.raises(OfferClosed, match=r"Ana Alvarez approved this estimate on .*There is nothing more to do\."):
        approve(furnace, ana, hash_=hash_, chosen=refs(furnace, "Permit"))


def test_second_person_is_told_who_chose_what_and_when(options, ana, ben, time_machine):
    time_machine.move_to("2026-11-23 18:05:00+00:00", tick=False)
    good, better, _best = options
    for option in options:
        Estimate.objects.filter(pk=option.pk).update(expires_at=clock.now() + timedelta(days=1))
        noted(Estimate.objects.get(pk=option.pk))
    approve(better, ana)
    with pytest.raises(OfferClosed) as refused:
        approve(good, ben)
    assert refused.value.message == (
        "Ana Alvarez approved another option on Nov 23, 2026, 12:05 PM: Better. "
        "This one is closed, nothing was changed."
    )
    assert refused.value.approved == better.public_id
    with pytest.raises(OfferClosed, match="Ana Alvarez approved this estimate on Nov 23, 2026, 12:05 PM"):
        approve(better, ben)


def test_changed_estimate_is_refused_with_what_changed(furnace, ana):
    hash_ = shown(furnace)
    changed(furnace, price_minor=210_000, total_minor=210_000)
    with pytest.raises(OfferChanged) as refused:
        approve(furnace, ana, hash_=hash_)
    assert states(furnace) == [("Open", False)]
    said = [difference_words(one, "USD") for one in differences(refused.value.old, refused.value.new)]
    assert said == ["Furnace: $2,000.00 → $2,100.00", "Total: $2,359.85 → $2,468.10"]


def test_change_that_customers_do_not_see_is_no_change(furnace, ana):
    hash_ = shown(furnace)
    changed(furnace, cost=12, sku="X-1", cost_account="4000")
    approve(furnace, ana, hash_=hash_)
    assert states(furnace) == [("Sold", False)]


def test_change_there_and_back_may_be_approved(furnace, ana):
    hash_ = shown(furnace)
    changed(furnace, name="Boiler")
    changed(furnace, name="Furnace")
    assert approval(approve(furnace, ana, hash_=hash_)).version_n == 3


def test_membership_that_began_meanwhile_changes_the_offer(furnace, ana, home):
    hash_ = shown(furnace)
    make_membership(home)
    with pytest.raises(OfferChanged) as refused:
        approve(furnace, ana, hash_=hash_)
    assert (refused.value.old.is_member, refused.value.new.is_member) == (False, True)
    assert approval(approve(furnace, ana)).total_minor == 194_850


def test_new_terms_change_the_offer(furnace, ana):
    hash_ = shown(furnace)
    EstimateTerms.objects.create(n=1, text="New.", created_at=clock.now())
    with pytest.raises(OfferChanged) as refused:
        approve(furnace, ana, hash_=hash_)
    assert [difference_words(one, "USD") for one in differences(refused.value.old, refused.value.new)] == [
        "The terms have changed"
    ]


def test_hash_that_nobody_was_shown_is_refused_without_an_old_offer(furnace, ana):
    with pytest.raises(OfferChanged) as refused:
        approve(furnace, ana, hash_="0" * 64)
    assert refused.value.old is None


@pytest.mark.parametrize("chosen", ("Furnace", "nothing"))
def test_line_that_is_not_optional_cannot_be_chosen(furnace, ana, chosen):
    picked = refs(furnace, chosen) or ["not-a-line"]
    with pytest.raises(UnknownLine):
        approve(furnace, ana, chosen=picked)
    assert Approval.objects.count() == 0


def test_name_is_needed(furnace, ana):
    with pytest.raises(NameMissing):
        approve(furnace, ana, name=" . ")


def test_expired_estimate_is_refused(home, ana):
    estimate = make_estimate(home, expires_in=-1)
    noted(estimate)
    with pytest.raises(OfferClosed, match="expired on"):
        approve(estimate, ana)


def test_withdrawn_estimate_is_refused(furnace, ana):
    hash_ = shown(furnace)
    Estimate.objects.update(status="Withdrawn")
    with pytest.raises(OfferClosed, match="no longer offered"):
        approve(furnace, ana, hash_=hash_)


def test_declined_estimate_is_refused_with_who_declined_it(furnace, ana, ben):
    hash_ = shown(furnace)
    declining.decline(estimate=furnace.public_id, reason="", by=actor(ben))
    with pytest.raises(OfferClosed, match="Ben Alvarez declined this estimate on"):
        approve(furnace, ana, hash_=hash_)


def test_estimate_that_the_source_sold_is_refused(home, ana):
    good, better = make_options(home, ("Good", 100), ("Better", 200))
    noted(good, better)
    Estimate.objects.filter(pk=better.pk).update(status="Sold", decided_at=clock.now())
    with pytest.raises(OfferClosed, match=r"Another option was accepted on .*: Better\."):
        approve(good, ana)


@pytest.mark.parametrize("columns", ({"status": "Draft"}, {"is_active": False}))
def test_estimate_that_is_not_shown_is_missing(furnace, ana, columns):
    hash_ = shown(furnace)
    Estimate.objects.update(**columns)
    with pytest.raises(MissingEstimate):
        approve(furnace, ana, hash_=hash_)


@pytest.mark.parametrize("is_shown", (True, False))
def test_estimate_of_a_canceled_job_follows_the_companys_wish(furnace, ana, is_shown):
    furnace.proposal.job.status = "Canceled"
    furnace.proposal.job.save()
    Company.objects.update(is_canceled_job_shown=is_shown)
    if is_shown:
        approve(furnace, ana)
    else:
        with pytest.raises(MissingEstimate):
            approve(furnace, ana)
    assert states(furnace) == [("Sold" if is_shown else "Open", False)]


def test_staff_cannot_approve_in_the_portal(furnace):
    with pytest.raises(MissingEstimate):
        approving.approve(
            estimate=furnace.public_id,
            shown=shown(furnace),
            chosen=(),
            signer_name="Olga Office",
            signature=Signature("typed"),
            by=people.OFFICE,
            browser="",
        )


def test_estimate_of_another_company_is_missing(company):
    with people.inside(company):
        (estimate,) = make_options(make.make_customer(), ("Good", 100))
        noted(estimate)
    with people.inside(people.make_company("other")):
        ana = people.make_login()
        with pytest.raises(MissingEstimate):
            approve(estimate, ana, hash_="0" * 64)


def test_second_sold_option_is_refused_by_the_database(options, ana):
    approve(options[0], ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Estimate.objects.filter(pk=options[1].pk).update(status=EstimateStatus.SOLD, is_other_chosen=False)


@pytest.mark.parametrize("change", ("UPDATE estimates_approval SET total_minor = 1", "DELETE FROM estimates_approval"))
def test_approval_cannot_be_changed_by_the_application(options, ana, change):
    approve(options[0], ana)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(change)


def test_approval_after_an_undo_is_a_new_one(options, ana):
    first = approve(options[0], ana)
    undoing.undo(approval=first, by=actor(ana))
    second = approve(options[1], ana)
    assert second != first
    assert states(*options) == [("Dismissed", True), ("Sold", False), ("Dismissed", True)]

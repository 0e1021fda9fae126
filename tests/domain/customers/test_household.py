"""Who else sees an account: inviting, accepting, what is given, and how it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command

from portico.domain.customers import household as households
from portico.domain.customers import operations, queries
from portico.domain.customers.enums import BillingLevel, MemberState, Right
from portico.domain.customers.errors import MemberRefused, Missing, NotYours
from portico.domain.customers.household_rules import MOST_MEMBERS, WITHOUT_PRICES, Given
from portico.domain.customers.models import Customer, HouseholdMember, Location
from portico.foundation.audit.models import AuditEntry
from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.messaging import links
from portico.foundation.messaging.models import Message
from portico.foundation.people import budgets, onetime
from portico.foundation.people.models import OneTimeLink
from portico.foundation.people.onetime import LinkSpent
from portico.foundation.people.sessions import Browser
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.people import OFFICE, PASSWORD
from tests.factories.windows import in_one_window

pytestmark = pytest.mark.django_db
ANA, BEN = "ana@example.com", "ben@example.com"
BY = Actor(ActorKind.CUSTOMER, ref="ana", name="Ana Alvarez")
EVERYTHING = Given(frozenset(Right), approve_up_to_minor=500_00)


@pytest.fixture
def inside() -> Any:
    with people.inside(people.make_company()):
        yield


@pytest.fixture
def account(inside: Any) -> Customer:
    """Ana's account with a home and a cottage."""
    customer = make.make_customer("Alvarez", ANA)
    make.make_location(customer, name="Home")
    make.make_location(customer, name="Cottage")
    people.make_login(ANA)
    return customer


def invite(account: Customer, given: Given = EVERYTHING, *, email: str = BEN, at: Location | None = None) -> UUID:
    return operations.invite_member(
        customer=account.public_id,
        location=at.public_id if at else None,
        email=email,
        given=given,
        message="See you there",
        owner=ANA,
        by=BY,
    )


def join(account: Customer, given: Given = EVERYTHING, *, at: Location | None = None) -> UUID:
    """Ben is invited and has accepted."""
    member = invite(account, given, at=at)
    operations.accept_household(member=member, email=BEN, name="Ben", by=BY)
    return member


def rights_of(email: str = BEN) -> dict[Right, tuple[int, ...] | None]:
    """Where each right holds, of the only customer reached."""
    (reach,) = queries.reach_of(email)
    return {right: reach.places(right) for right in Right if reach.may(right)}


def token_of(member: UUID) -> str:
    link = OneTimeLink.objects.filter(subject_id=member).latest("pk")
    return links.one_time_token(link.public_id)


def test_nothing_is_reached_before_it_is_accepted(account: Customer) -> None:
    member = invite(account)
    assert queries.reach_of(BEN) == []
    operations.accept_household(member=member, email=BEN, name="Ben", by=BY)
    assert rights_of() == dict.fromkeys(Right)


@pytest.mark.parametrize(
    ("given", "opens"),
    (
        ({Right.HISTORY}, {Right.HISTORY}),
        ({Right.BOOK}, {Right.BOOK}),
        ({Right.PRICES}, {Right.PRICES}),
        ({Right.PAY}, {Right.PAY, Right.PRICES}),
        ({Right.APPROVE}, {Right.APPROVE, Right.PRICES}),
        ({Right.HISTORY, Right.BOOK}, {Right.HISTORY, Right.BOOK}),
    ),
)
def test_each_right_opens_itself_and_what_it_needs(account: Customer, given: set[Right], opens: set[Right]) -> None:
    join(account, Given(frozenset(given), approve_up_to_minor=100))
    assert set(rights_of()) == opens


def test_location_row_reaches_that_location_only(account: Customer) -> None:
    cottage = Location.objects.get(name="Cottage")
    join(account, at=cottage)
    assert rights_of() == dict.fromkeys(Right, (cottage.pk,))


def test_rows_of_one_login_are_added_up(account: Customer) -> None:
    cottage = Location.objects.get(name="Cottage")
    join(account, Given(frozenset({Right.HISTORY})))
    join(account, Given(frozenset({Right.PRICES})), at=cottage)
    assert rights_of() == {Right.HISTORY: None, Right.PRICES: (cottage.pk,)}


def test_contact_of_a_place_and_member_of_the_whole(account: Customer) -> None:
    cottage = Location.objects.get(name="Cottage")
    make.add_emails(account, BEN, location=cottage)
    join(account, Given(frozenset({Right.HISTORY})))
    assert rights_of() == {
        Right.HISTORY: None, Right.BOOK: (cottage.pk,), Right.PRICES: (cottage.pk,), Right.PAY: (cottage.pk,),
        Right.APPROVE: (cottage.pk,),
    }  # fmt: skip
    (reach,) = queries.reach_of(BEN)
    assert (reach.is_owner, reach.holds_account) == (False, False)


def test_member_neither_owns_nor_holds_the_account(account: Customer) -> None:
    join(account)
    (reach,), (owner,) = queries.reach_of(BEN), queries.reach_of(ANA)
    assert (reach.is_owner, reach.holds_account) == (False, False)
    assert (owner.is_owner, owner.holds_account) == (True, True)
    with pytest.raises(NotYours):
        operations.invite_member(
            customer=account.public_id, location=None, email="eve@example.com", given=EVERYTHING, message="",
            owner=BEN, by=BY,
        )  # fmt: skip


def test_nobody_gives_away_more_than_they_have(account: Customer) -> None:
    row = make.row_of(account, ANA).public_id
    operations.change_billing_access(portal_contact=row, billing=BillingLevel.NONE, by=OFFICE)
    join(account)
    assert set(rights_of()) == set(WITHOUT_PRICES)


def test_prices_end_with_those_of_the_owner_who_gave_them(account: Customer) -> None:
    join(account)
    row = make.row_of(account, ANA).public_id
    operations.change_billing_access(portal_contact=row, billing=BillingLevel.NONE, by=OFFICE)
    assert set(rights_of()) == {Right.HISTORY, Right.BOOK}
    operations.change_billing_access(portal_contact=row, billing=BillingLevel.BILLING, by=OFFICE)
    assert set(rights_of()) == set(Right)


@pytest.mark.parametrize("how", ("revoke", "remove"))
def test_access_is_on_hold_without_its_owner(account: Customer, how: str) -> None:
    member = join(account)
    row = make.row_of(account, ANA).public_id
    if how == "revoke":
        operations.revoke_access(portal_contact=row, by=OFFICE)
    else:
        operations.remove_address(portal_contact=row, confirm=True, by=OFFICE)
    assert queries.reach_of(BEN) == []
    (listed,) = households.household_for_office(account.public_id)
    assert listed.state == MemberState.PAUSED
    operations.change_member(member=member, given=EVERYTHING, owner=None, by=OFFICE)
    assert set(rights_of()) == set(Right)


def test_last_day_ends_at_midnight_of_the_branch(account: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chicago is five hours behind in May: the last day ends at 05:00 UTC of the next."""
    account.branch.time_zone = "America/Chicago"
    account.branch.save()
    join(account, Given(frozenset({Right.HISTORY}), ends_on=date(2027, 5, 31)))
    reached = []
    for moment in (datetime(2027, 6, 1, 4, 59, tzinfo=UTC), datetime(2027, 6, 1, 5, 0, tzinfo=UTC)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        reached.append(len(queries.reach_of(BEN)))
    assert reached == [1, 0]
    (listed,) = households.household_for_office(account.public_id)
    assert listed.state == MemberState.ENDED


@pytest.mark.parametrize("how", ("revoked by the owner", "revoked by the office", "left"))
def test_access_ends_at_once(account: Customer, how: str) -> None:
    member = join(account)
    if how == "left":
        operations.leave_household(member=member, email=BEN, by=BY)
    else:
        operations.revoke_member(member=member, owner=ANA if how.endswith("owner") else None, by=OFFICE)
    assert queries.reach_of(BEN) == []
    with pytest.raises(Missing):
        operations.change_member(member=member, given=EVERYTHING, owner=ANA, by=BY)
    told = Message.objects.filter(kind="access_ended", to_email=BEN).count()
    assert told == (0 if how == "left" else 1)


def test_change_holds_at_once_and_is_told(account: Customer) -> None:
    member = join(account)
    operations.change_member(member=member, given=Given(frozenset({Right.BOOK})), owner=ANA, by=BY)
    assert set(rights_of()) == {Right.BOOK}
    assert Message.objects.filter(kind="also_see", to_email=BEN).count() == 1
    noted = AuditEntry.objects.filter(verb__startswith="household").order_by("pk").values_list("verb", flat=True)
    assert list(noted) == ["household.invited", "household.accepted", "household.changed"]


def test_what_an_owner_cannot_see_stays_as_it_was(account: Customer) -> None:
    """A second owner without billing access changes the rest; prices were given by Ana."""
    make.add_emails(account, "carl@example.com")
    row = make.row_of(account, "carl@example.com").public_id
    operations.change_billing_access(portal_contact=row, billing=BillingLevel.NONE, by=OFFICE)
    member = join(account)
    operations.change_member(member=member, given=Given(frozenset()), owner="carl@example.com", by=BY)
    assert set(rights_of()) == {Right.PRICES, Right.PAY, Right.APPROVE}
    assert HouseholdMember.objects.get().approve_up_to_minor == 500_00


@pytest.mark.parametrize("email", ("noemail@example.com", ANA, "nonsense", "carl@example.com"))
def test_invitation_is_refused(account: Customer, email: str) -> None:
    """To a placeholder, to oneself, to no address, and to who stands on the account anyway."""
    make.add_emails(account, "carl@example.com")
    with pytest.raises(Exception) as refused:
        invite(account, email=email)
    assert type(refused.value).__name__ in ("MemberRefused", "AddressRefused")
    assert HouseholdMember.objects.count() == 0


def test_invitation_is_refused_to_an_address_shared_by_many(account: Customer) -> None:
    for _ in range(6):
        make.make_customer("", "shared@example.com")
    with pytest.raises(MemberRefused):
        invite(account, email="shared@example.com")


def test_second_invitation_to_the_same_place_is_refused(account: Customer) -> None:
    invite(account)
    with pytest.raises(MemberRefused):
        invite(account)


def test_there_is_a_limit_of_people(account: Customer) -> None:
    for number in range(MOST_MEMBERS):
        invite(account, email=f"guest{number}@example.com")
    with pytest.raises(MemberRefused):
        invite(account)


def test_mails_to_one_address_are_throttled(account: Customer) -> None:
    in_one_window(budgets.MAILED)
    member = invite(account)
    for _ in range(3):
        operations.resend_to_member(member=member, owner=ANA, by=BY)
    with pytest.raises(MemberRefused):
        operations.resend_to_member(member=member, owner=ANA, by=BY)


def test_new_person_registers_by_the_link(account: Customer) -> None:
    member = invite(account)
    token = token_of(member)
    operations.register(token=token, password=PASSWORD, name="Ben Berg", browser=Browser())
    assert set(rights_of()) == set(Right)
    assert Message.objects.filter(kind="also_see", to_email=ANA).count() == 1
    with pytest.raises(Exception) as again:
        operations.register(token=token, password=PASSWORD, name="Ben Berg", browser=Browser())
    assert type(again.value).__name__ in ("LinkSpent", "AlreadyRegistered")


def test_link_of_a_revoked_invitation_is_spent(account: Customer) -> None:
    member = invite(account)
    token = token_of(member)
    operations.revoke_member(member=member, owner=ANA, by=BY)
    with pytest.raises(LinkSpent):
        operations.register(token=token, password=PASSWORD, name="Ben Berg", browser=Browser())


def test_resending_ends_the_earlier_link(account: Customer) -> None:
    member = invite(account)
    token = token_of(member)
    operations.resend_to_member(member=member, owner=ANA, by=BY)
    with pytest.raises(LinkSpent):
        onetime.require_valid(token, *queries.INVITING)


def test_only_the_invited_address_accepts(account: Customer) -> None:
    member = invite(account)
    with pytest.raises(Missing):
        operations.accept_household(member=member, email="eve@example.com", name="Eve", by=BY)


def test_household_goes_along_with_a_changed_address(account: Customer) -> None:
    join(account)
    operations.replace_address(BEN, "benny@example.com", None, BY)
    operations.replace_address(ANA, "anna@example.com", None, BY)
    assert queries.reach_of(BEN) == []
    assert set(rights_of("benny@example.com")) == set(Right)


def test_household_goes_along_with_a_merge(account: Customer) -> None:
    join(account)
    survivor = make.make_customer("Survivor")
    account.merged_into = survivor
    account.save()
    operations.sync_portal_contacts(customer_ids=[account.pk], by=OFFICE)
    assert [reach.name for reach in queries.reach_of(BEN)] == ["Survivor"]


def test_migrations_are_complete(inside: Any) -> None:
    call_command("makemigrations", "customers", check=True, dry_run=True, verbosity=0)


def test_link_lasts_a_week(account: Customer) -> None:
    member = invite(account)
    link = OneTimeLink.objects.get(subject_id=member)
    assert link.expires_at - link.made_at == timedelta(days=7)

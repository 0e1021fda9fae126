"""How far each address is, as the database keeps it: every way in and out of every state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from portico.domain.customers import operations
from portico.domain.customers.models import EmailAddress, PortalContact
from portico.domain.invitations import people as users
from portico.domain.invitations.people import UserState
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.models import Message, MessageState
from portico.foundation.people.models import Login
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import drain, people

pytestmark = pytest.mark.django_db
ANA = "ana@example.com"


@pytest.fixture(autouse=True)
def company() -> Iterator[Any]:
    made = people.make_company()
    with people.inside(made):
        yield made


@pytest.fixture
def row() -> PortalContact:
    return make.row_of(make.make_customer("Smith", ANA), ANA)


def state() -> UserState:
    """Ana's, which must also be where she is counted and listed, and nowhere else."""
    there = [one for one in UserState if users.users_in(one, after=None)]
    assert [one for one, count in users.counts().items() if count] == there
    (found,) = there
    (listed,) = users.users_in(found, after=None)
    assert (listed.email, listed.state) == (ANA, found)
    return found


def test_invitation_goes_from_never_to_opened(row: PortalContact) -> None:
    assert state() == UserState.NEVER
    operations.invite(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.QUEUED
    drain()
    assert state() == UserState.SENT
    people.portal().get(people.path_in(people.mailbox()[0], "/invitations/"))
    assert state() == UserState.OPENED
    operations.resend_invitation(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.QUEUED


def test_what_comes_back_or_is_refused_is_told_with_the_servers_words(row: PortalContact) -> None:
    operations.invite(portal_contact=row.public_id, by=people.OFFICE)
    drain()
    messaging.mark_bounced(message_id=Message.objects.get().public_id, reason="550 5.1.1 No such user")
    assert state() == UserState.BOUNCED
    (listed,) = users.users_in(UserState.BOUNCED, after=None)
    assert listed.delivery is not None
    assert (listed.delivery.said, listed.delivery.tries) == ("550 5.1.1 No such user", 1)
    Message.objects.update(state=MessageState.FAILED)
    assert state() == UserState.BOUNCED


def test_account_goes_from_registered_over_active_to_dormant(row: PortalContact) -> None:
    login = people.make_login(ANA)
    assert state() == UserState.REGISTERED
    Login.objects.update(last_signed_in_at=login.created_at)
    assert state() == UserState.REGISTERED
    Login.objects.update(created_at=login.created_at - timedelta(days=200), last_signed_in_at=clock.real_now())
    assert state() == UserState.ACTIVE
    Login.objects.update(last_signed_in_at=clock.real_now() - timedelta(days=89))
    assert state() == UserState.ACTIVE
    Login.objects.update(last_signed_in_at=clock.real_now() - timedelta(days=91))
    assert state() == UserState.DORMANT
    Login.objects.update(is_active=False)
    assert state() == UserState.NEVER


def test_revoked_and_restored(row: PortalContact) -> None:
    people.make_login(ANA)
    operations.revoke_access(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.REVOKED
    operations.restore_access(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.REGISTERED


def test_shared_addresses_are_nobodys_until_they_are_confirmed(row: PortalContact) -> None:
    EmailAddress.objects.update(is_placeholder=True)
    assert state() == UserState.NOBODY
    operations.confirm_shared_address(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.NEVER
    make.make_customer("Nobody", "noemail@example.com")
    assert [one.email for one in users.users_in(UserState.NOBODY, after=None)] == ["noemail@example.com"]


def test_removed_addresses_are_in_no_list(row: PortalContact) -> None:
    PortalContact.objects.update(is_present=False)
    assert set(users.counts().values()) == {0}


def test_copied_link_counts_as_sent_without_a_mail(row: PortalContact) -> None:
    operations.copy_link(portal_contact=row.public_id, by=people.OFFICE)
    assert state() == UserState.SENT
    (listed,) = users.users_in(UserState.SENT, after=None)
    assert (listed.delivery, listed.invited_at is not None) == (None, True)


def test_pages_hold_everybody_once() -> None:
    emails = [f"p{n:03}@example.com" for n in range(120)]
    make.make_customer("Many", *emails)
    seen: list[str] = []
    after = None
    while True:
        found = users.users_in(UserState.NEVER, after=after)
        seen += [one.email for one in found[: users.PAGE]]
        if len(found) <= users.PAGE:
            break
        after = found[users.PAGE - 1].id
    assert sorted(seen) == emails
    assert users.counts()[UserState.NEVER] == 120

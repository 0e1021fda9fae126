import pytest
import time_machine
from django.db import transaction

from portico.foundation.messaging import links
from portico.foundation.people import onetime, operations
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.models import LoginSession, OneTimeLink
from portico.foundation.people.onetime import LinkSpent, LinkState
from portico.foundation.people.sessions import Browser
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import ids
from tests.factories import people
from tests.factories.threads import at_once

RESET = LinkPurpose.PASSWORD_RESET


@pytest.fixture
def company(db):
    found = people.make_company()
    with people.inside(found):
        yield found


def made(login=None, purpose=RESET):
    link = onetime.make_link(purpose=purpose, email="ana@example.com", login=login)
    return link, onetime.token_of(link)


def test_link_is_found_by_its_secret_and_purpose_only(company):
    link, token = made()
    assert onetime.find_link(token, RESET).public_id == link.public_id
    assert onetime.find_link(token, LinkPurpose.EMAIL_CHANGE) is None
    assert onetime.find_link(str(link.public_id), RESET) is None
    assert bytes(link.digest) == ids.digest(links.one_time_token(link.public_id))


def test_link_tells_used_ended_and_expired_apart(company):
    (used, first), (_, second), (_, third) = made(), made(), made()
    onetime.use_link(link_id=used.pk)
    OneTimeLink.objects.filter(digest=ids.digest(second)).update(ended_at="2026-01-01T00:00:00Z")
    OneTimeLink.objects.filter(digest=ids.digest(third)).update(expires_at="2026-01-01T00:00:00Z")
    states = [onetime.find_link(token, RESET).state for token in (first, second, third)]
    assert states == [LinkState.USED, LinkState.ENDED, LinkState.EXPIRED]
    for token in (first, second, third):
        with pytest.raises(LinkSpent):
            onetime.require_valid(token, RESET)


def test_expired_link_cannot_be_used(company):
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False):
        link, _ = made()
    with time_machine.travel("2026-07-01T12:31:00Z", tick=False), pytest.raises(LinkSpent):
        onetime.use_link(link_id=link.pk)


@pytest.mark.django_db(transaction=True)
def test_reset_link_sets_one_of_two_passwords_posted_at_once():
    company = people.make_company()
    for number in range(3):
        with people.inside(company):
            _, token = made(people.make_login(f"ana{number}@example.com"))

        def reset(password, token=token):
            return lambda: operations.reset_password(
                side=Side.CUSTOMER, token=token, password=password, ip_prefix="10.0.0.0/24"
            )

        assert at_once(company, reset("one good phrase"), reset("another good phrase"), refused=LinkSpent) == [
            "done",
            "refused",
        ]


@pytest.mark.django_db(transaction=True)
def test_shell_link_visited_four_times_at_once_signs_in_once():
    company = people.make_company()
    with people.inside(company):
        token = operations.shell_link(login=people.make_login().public_id)

    def visit():
        operations.sign_in_by_shell_link(token=token, side=Side.CUSTOMER, browser=Browser())

    assert at_once(company, visit, visit, visit, visit, refused=LinkSpent) == ["done", *["refused"] * 3]
    with company_scope(company.id), transaction.atomic():
        assert LoginSession.objects.count() == 1

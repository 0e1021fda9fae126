from datetime import timedelta

import pytest
import time_machine

from portico.foundation.people import sessions
from portico.foundation.people.models import Login, LoginSession
from portico.foundation.people.sessions import Browser
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company():
    found = people.make_company()
    with people.inside(found):
        yield found


def session_of(login, **options):
    sessions.start_session(login=login, browser=Browser(agent="x" * 300, ip_prefix="192.0.2.0/24"), **options)
    return LoginSession.objects.latest("pk")


@pytest.mark.parametrize(
    ("make", "options", "whole", "idle"),
    (
        (people.make_login, {}, timedelta(hours=24), 120),
        (people.make_login, {"remember": True}, timedelta(days=30), None),
        (people.make_staff, {}, timedelta(hours=12), 30),
        (people.make_staff, {"remember": True}, timedelta(hours=12), 30),
    ),
)
def test_session_lasts_as_long_as_its_side_allows(make, options, whole, idle):
    session = session_of(make(), **options)
    assert (session.expires_at - session.started_at, session.idle_minutes) == (whole, idle)


@pytest.mark.parametrize(
    ("make", "remember", "away", "stays"),
    (
        (people.make_login, False, timedelta(minutes=119), True),
        (people.make_login, False, timedelta(minutes=121), False),
        (people.make_login, True, timedelta(days=29), True),
        (people.make_login, True, timedelta(days=31), False),
        (people.make_staff, False, timedelta(minutes=29), True),
        (people.make_staff, False, timedelta(minutes=31), False),
    ),
)
def test_idle_session_ends(make, remember, away, stays):
    """The database's clock judges: the session is moved into the past instead."""
    login = make()
    signed_in = sessions.start_session(login=login, browser=Browser(), remember=remember)
    session = LoginSession.objects.get()
    for column in ("started_at", "seen_at", "expires_at"):
        setattr(session, column, getattr(session, column) - away)
    session.save()
    client = people.portal() if login.side == "customer" else people.office()
    client.cookies["portal" if login.side == "customer" else "office"] = signed_in.secret
    assert (client.get("/sign-in/").status_code == 302) is stays


def test_secret_is_stored_as_digest_only():
    signed_in = sessions.start_session(login=people.make_login(), browser=Browser())
    assert signed_in.secret not in str(LoginSession.objects.values().get())


def test_signing_out_everywhere_can_keep_this_browser():
    login = people.make_login()
    kept, other = session_of(login), session_of(login)
    assert sessions.end_sessions_of(login_id=login.pk, but=kept.pk) == 1
    other.refresh_from_db()
    assert (LoginSession.objects.get(pk=kept.pk).ended_at, other.ended_at is None) == (None, False)


def test_inactive_login_is_out_at_once():
    login = people.make_login()
    client = people.sign_in(people.portal(), login)
    assert client.get("/sign-in/").status_code == 302
    Login.objects.update(is_active=False)
    assert client.get("/sign-in/").status_code == 200


def test_page_view_is_noted_every_five_minutes():
    login = people.make_login()
    client = people.sign_in(people.portal(), login)
    session = LoginSession.objects.get()
    client.get("/sign-in/")
    assert LoginSession.objects.get().seen_at == session.seen_at
    with time_machine.travel(session.seen_at + timedelta(minutes=6)):
        client.get("/sign-in/")
    assert LoginSession.objects.get().seen_at > session.seen_at

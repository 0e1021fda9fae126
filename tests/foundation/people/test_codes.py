"""Mailed codes: five tries, ten minutes, one place, used once; and two who come at the same moment."""

import logging
import re
import time
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction

from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging import links
from portico.foundation.people import budgets, by_code, codes, confirming, operations
from portico.foundation.people.entry import LoginFacts, SessionFacts
from portico.foundation.people.enums import CodePurpose, Side
from portico.foundation.people.models import Login, LoginSession, MailedCode
from portico.foundation.people.onetime import WrongCode
from portico.foundation.people.sessions import Browser, start_session
from portico.foundation.people.throttling import TooManyTries
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock, ids
from portico.kernel.errors import PorticoError
from tests.factories import drain, people
from tests.factories.threads import at_once
from tests.factories.windows import in_one_window

NETWORK = "203.0.113.0/24"


@pytest.fixture
def company(db):
    found = people.make_company()
    with people.inside(found):
        yield found


@pytest.fixture
def ana(company):
    return people.make_login("ana@example.com", password=None)


def asked(email="ana@example.com", **more):
    """The secret of the browser that asked, and the digits of its code."""
    secret = by_code.ask_for_code(email=email, ip_prefix=NETWORK, **more)
    return secret, digits(secret)


def digits(secret):
    return links.mailed_code(MailedCode.objects.get(place=ids.digest(secret)).public_id)


def other(code):
    return "111111" if code != "111111" else "222222"


def enter(secret, typed, **more):
    return by_code.sign_in_by_code(secret=secret, typed=typed, browser=Browser(ip_prefix=NETWORK), **more)


def facts_of(login):
    start_session(login=login, browser=Browser())
    session = LoginSession.objects.latest("pk")
    return SessionFacts(
        id=session.pk,
        public_id=session.public_id,
        seen_at=session.seen_at,
        proved_at=session.proved_at,
        notices=[],
        is_remembered=False,
        login=LoginFacts(login.pk, login.public_id, login.email, login.name, "", bool(login.password)),
    )


def test_code_signs_in_once(ana):
    secret, code = asked()
    drain()
    assert enter(secret, f" {code[:3]} {code[3:]} ").login == ana.public_id
    with pytest.raises(WrongCode):
        enter(secret, code)
    assert LoginSession.objects.count() == 1
    assert AuditEntry.objects.filter(verb="person.signed_in_by_code").count() == 1


def test_code_is_nothing_until_it_was_mailed(ana):
    """Of an address that nobody has, the row holds a code too: no login, no way in."""
    secret, code = asked("nobody@example.com")
    drain()
    with pytest.raises(WrongCode):
        enter(secret, code)
    assert people.mailbox() == []


def test_code_works_only_with_the_secret_of_the_browser_that_asked(ana):
    _secret, code = asked()
    elsewhere, _other = asked()
    drain()
    if digits(elsewhere) != code:
        with pytest.raises(WrongCode):
            enter(elsewhere, code)
    with pytest.raises(WrongCode):
        enter("", code)
    with pytest.raises(WrongCode):
        enter(ids.new_secret(), code)


def test_new_code_in_a_browser_ends_the_old_one(ana):
    first, code = asked()
    second, fresh = asked(replaces=first)
    drain()
    with pytest.raises(WrongCode):
        enter(first, code)
    assert enter(second, fresh).login == ana.public_id
    assert len(people.mailbox()) == 1


def test_five_tries_are_all_and_are_told_in_the_trail(ana):
    in_one_window(budgets.CODES)
    secret, code = asked()
    drain()
    for _ in range(5):
        with pytest.raises(WrongCode):
            enter(secret, other(code))
    with pytest.raises(WrongCode):
        enter(secret, code)
    (entry,) = AuditEntry.objects.filter(verb="person.code_given_up")
    assert (entry.subject_id, entry.ip_prefix) == (str(ana.public_id), NETWORK)


@pytest.mark.parametrize(("minutes", "works"), ((9.9, True), (10.1, False)))
def test_code_lasts_ten_minutes(ana, minutes, works):
    with time_machine.travel("2026-07-01T12:00:00Z", tick=False) as now:
        secret, code = asked()
        drain(also_later=timedelta(days=3650))
        now.shift(timedelta(minutes=minutes))
        if works:
            assert enter(secret, code).login == ana.public_id
        else:
            with pytest.raises(WrongCode):
                enter(secret, code)


def test_code_is_mailed_within_a_budget_of_its_address(ana):
    in_one_window(budgets.MAILED)
    for _ in range(6):
        asked()
    drain()
    assert len(people.mailbox()) == budgets.MAILED.most


def test_typing_codes_is_throttled_by_network(ana):
    in_one_window(budgets.CODES)
    for _ in range(budgets.CODES.most):
        with pytest.raises(WrongCode):
            enter("", "000000")
    with pytest.raises(TooManyTries):
        enter("", "000000")


def test_code_dies_with_a_change_of_password_and_of_address(company):
    login = people.make_login("cy@example.com")
    for change in ("password", "email"):
        secret, code = asked("cy@example.com")
        drain()
        if change == "password":
            operations.change_password(
                login=login.public_id,
                old=people.PASSWORD,
                new="a wholly new phrase",
                browser=Browser(),
                by=people.OFFICE,
            )
        else:
            Login.objects.filter(pk=login.pk).update(email="new@example.com")
        with pytest.raises(WrongCode):
            enter(secret, code)


def test_code_stands_nowhere_in_clear(ana, caplog):
    """Neither it nor the browser's secret: not in a row, not in a job, not in the log. The mail alone has it."""
    caplog.set_level(logging.DEBUG)
    secret, code = asked()
    drain()
    with pytest.raises(WrongCode):
        enter(secret, other(code))
    enter(secret, code)
    facts = facts_of(ana)
    confirming.mail_code(session=facts, ip_prefix=NETWORK, by=people.OFFICE)
    drain()
    confirmation = people.code_in(people.mailbox()[-1])
    rows = [str(row) for model in apps.get_models() for row in _rows_of(model)] + _jobs()
    assert len(rows) > 10
    hidden = re.compile(rf"(?<![\w.-])({code}|{confirmation})(?![\w.-])|{re.escape(secret)}")
    assert [row for row in rows if hidden.search(row)] == []
    assert hidden.search(caplog.text) is None
    assert [people.code_in(mail) for mail in people.mailbox()] == [code, confirmation]
    assert [hidden.search(mail["Subject"]) for mail in people.mailbox()] == [None, None]


def _rows_of(model):
    return model.objects.values() if not model._meta.app_label.startswith("procrastinate") else []


def _jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        return [row[0] for row in cursor.fetchall()]


def test_old_codes_are_swept(ana):
    asked()
    codes.sweep(before=clock.real_now())
    assert MailedCode.objects.count() == 1
    codes.sweep(before=clock.real_now() + timedelta(minutes=11))
    assert MailedCode.objects.count() == 0


def test_confirmation_code_is_for_this_session_and_purpose(ana):
    here, elsewhere = facts_of(ana), facts_of(ana)
    confirming.mail_code(session=here, ip_prefix=NETWORK, by=people.OFFICE)
    code = links.mailed_code(MailedCode.objects.get().public_id)
    who = {"ip_prefix": NETWORK, "by": people.OFFICE}
    with pytest.raises(WrongCode):
        confirming.confirm_with_code(session=elsewhere, typed=code, **who)
    with pytest.raises(WrongCode):
        codes.try_code(purpose=CodePurpose.SIGN_IN, place=f"session:{here.public_id}", typed=code, ip_prefix=NETWORK)
    before = bytes(LoginSession.objects.get(pk=here.id).digest)
    secret = confirming.confirm_with_code(session=here, typed=code, **who)
    row = LoginSession.objects.get(pk=here.id)
    assert (bytes(row.digest) == ids.digest(secret), bytes(row.digest) == before) == (True, False)


def test_who_has_a_password_gets_no_code(company):
    login = people.make_login()
    with pytest.raises(PorticoError):
        confirming.mail_code(session=facts_of(login), ip_prefix=NETWORK, by=people.OFFICE)
    assert MailedCode.objects.count() == 0


def test_confirming_an_ended_session_is_refused(company):
    login = people.make_login()
    facts = facts_of(login)
    LoginSession.objects.update(ended_at=clock.real_now())
    with pytest.raises(PorticoError):
        confirming.confirm_with_password(session=facts, password=people.PASSWORD, browser=Browser(), by=people.OFFICE)


def test_guessing_at_confirmation_is_told_once(company):
    in_one_window(budgets.HERE, budgets.CONFIRMING_NOTED)
    facts = facts_of(people.make_login())
    for _ in range(8):
        with pytest.raises(PorticoError):
            confirming.confirm_with_password(session=facts, password="wrong", browser=Browser(), by=people.OFFICE)
    assert AuditEntry.objects.filter(verb="person.confirmation_refused").count() == 1


def mailed(company, *, tries=0):
    """The secret and digits of a code that was mailed and tried so often."""
    with people.inside(company):
        login = people.make_login()
        secret = ids.new_secret()
        row = codes.make_code(purpose=CodePurpose.SIGN_IN, place=secret, email=login.email, login=login)
        MailedCode.objects.filter(pk=row.pk).update(tries=tries)
        return secret, links.mailed_code(row.public_id)


@pytest.mark.django_db(transaction=True)
def test_code_typed_four_times_at_once_signs_in_once():
    company = people.make_company()
    for _ in range(3):
        secret, code = mailed(company)
        assert at_once(company, *[partial(enter, secret, code)] * 4, refused=WrongCode) == ["done", *["refused"] * 3]


@pytest.mark.django_db(transaction=True)
def test_code_typed_at_once_signs_in_twice_without_its_guard(monkeypatch):
    """The twin: a code that is merely marked used lets both in, so the test above would see it."""
    monkeypatch.setattr(
        codes, "use_code", lambda *, code_id: MailedCode.objects.filter(pk=code_id).update(used_at=clock.real_now())
    )
    company = people.make_company()
    seen = set()
    for _ in range(10):
        secret, code = mailed(company)
        seen.add(tuple(at_once(company, *[partial(enter, secret, code)] * 2, refused=WrongCode)))
    assert ("done", "done") in seen


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_on_the_fifth_try_one_is_compared():
    company = people.make_company()
    for _ in range(3):
        secret, code = mailed(company, tries=4)
        assert at_once(company, *[partial(enter, secret, code)] * 2, refused=WrongCode) == ["done", "refused"]
        with company_scope(company.id), transaction.atomic():
            assert MailedCode.objects.get(place=ids.digest(secret)).tries == 5


@pytest.mark.django_db(transaction=True)
def test_fifth_try_is_compared_twice_when_it_is_read_before_it_is_counted(monkeypatch):
    """The twin: reading, then writing lets two wrong guesses pass as the fifth."""
    compared = []

    @transaction.atomic
    def read_then_write(purpose, place):
        code = MailedCode.objects.filter(place=ids.digest(place)).first()
        if code.tries >= codes.CODE_TRIES:
            return
        time.sleep(0.1)
        compared.append(place)
        MailedCode.objects.filter(pk=code.pk).update(tries=code.tries + 1)

    monkeypatch.setattr(codes, "_counted", read_then_write)
    company = people.make_company()
    secret, code = mailed(company, tries=4)
    at_once(company, *[lambda: enter(secret, other(code))] * 2, refused=WrongCode)
    assert len(compared) == 2


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_for_a_confirmation_leaves_one_open_code():
    company = people.make_company()
    with people.inside(company):
        facts = facts_of(people.make_login(password=None))

    def ask():
        confirming.mail_code(session=facts, ip_prefix=NETWORK, by=people.OFFICE)

    assert at_once(company, ask, ask, ask, refused=WrongCode) == ["done"] * 3
    with company_scope(company.id), transaction.atomic():
        assert MailedCode.objects.filter(ended_at=None).count() == 1


def test_staff_get_no_code(company):
    people.make_staff("olga@example.com")
    secret, code = asked("olga@example.com")
    drain()
    with pytest.raises(WrongCode):
        enter(secret, code)
    assert Login.objects.get().side == Side.STAFF

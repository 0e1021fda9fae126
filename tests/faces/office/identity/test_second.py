"""The second step of the office's sign-in: no session without it, each code once, tries counted."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from portico.foundation.audit.models import AuditEntry
from portico.foundation.people import operations, second
from portico.foundation.people.models import LoginSession, PendingSignIn, RecoveryCode, SecondFactor
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import people, read

pytestmark = pytest.mark.django_db
SECOND, SET_UP = "/sign-in/second/", "/sign-in/second/set-up/"


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def olga(company):
    with people.inside(company):
        return people.make_staff("olga@example.com", role=StaffRole.CSR)


@pytest.fixture
def key(company, olga):
    with people.inside(company):
        return people.make_second(olga)


@pytest.fixture
def client(olga):
    return typed_password(people.office())


def typed_password(client, email="olga@example.com"):
    answer = client.post("/sign-in/", {"email": email, "password": people.PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, SECOND)
    return client


def type_code(client, code, **more):
    return client.post(SECOND, {"code": code, **more})


def sessions(company):
    with people.inside(company):
        return LoginSession.objects.count()


def test_password_alone_opens_nothing(company, key, client):
    assert (sessions(company), "office" in client.cookies) == (0, False)
    assert client.get("/customers/")["Location"].startswith("/sign-in/")
    assert client.get("/account/").status_code == 302


def test_right_code_begins_the_session(company, key, client):
    page = read(client.get(SECOND))
    assert (page.h1, "olga@example.com" in page.text) == ("Your second step", True)
    assert type_code(client, people.code_of(key), next="/account/")["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    with people.inside(company):
        assert AuditEntry.objects.filter(verb="person.signed_in").count() == 1


def test_code_is_good_once(company, key, client):
    code = people.code_of(key)
    assert type_code(client, code).status_code == 302
    again = typed_password(people.office())
    answer = type_code(again, code)
    assert (answer.status_code, "used already" in read(answer).text, sessions(company)) == (422, True, 1)
    assert type_code(again, people.code_of(key, later=1)).status_code == 302


@pytest.mark.parametrize(("later", "status"), ((-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)))
def test_clock_of_the_phone_may_be_a_step_wrong(key, client, later, status):
    with time_machine.travel("2026-07-01T12:00:15Z", tick=False):
        assert type_code(typed_password(client), people.code_of(key, later=later)).status_code == status


@pytest.mark.parametrize("typed", ("000000", "12345", "1234567", "abcdef", "１２３４５６", " ", "-1", "AAAAA-AAAAA"))
def test_wrong_code_is_named_and_begins_nothing(company, key, client, typed):
    answer = type_code(client, typed)
    assert (answer.status_code, read(answer).title.startswith("Error: "), sessions(company)) == (422, True, 0)


def test_five_wrong_codes_ask_for_the_password_again(company, key, client):
    assert [type_code(client, "000000").status_code for _try in range(5)] == [422] * 5
    assert type_code(client, people.code_of(key))["Location"] == "/sign-in/"
    assert sessions(company) == 0
    assert type_code(typed_password(client), people.code_of(key)).status_code == 302


def test_guessing_goes_on_nowhere_when_the_password_is_typed_again(key):
    answers = []
    for _round in range(4):
        client = typed_password(people.office())
        answers += [type_code(client, "000000").status_code for _try in range(5)]
    assert answers == [422] * 15 + [429] * 5


def test_second_step_lasts_ten_minutes(company, key, client):
    with time_machine.travel(clock.real_now() + timedelta(minutes=11)):
        assert client.get(SECOND)["Location"] == "/sign-in/"
        assert type_code(client, people.code_of(key))["Location"] == "/sign-in/"
    assert sessions(company) == 0


def test_pending_sign_in_is_bound_to_its_browser_and_company(company, key, client):
    stranger = people.office()
    assert type_code(stranger, people.code_of(key))["Location"] == "/sign-in/"
    people.make_company("birch")
    elsewhere = people.office("birch")
    elsewhere.cookies = client.cookies
    assert type_code(elsewhere, people.code_of(key))["Location"] == "/sign-in/"


def test_who_left_meanwhile_is_not_let_in(company, olga, key, client):
    with people.inside(company):
        type(olga).objects.update(is_active=False)
    assert type_code(client, people.code_of(key))["Location"] == "/sign-in/"
    assert sessions(company) == 0


# --- Setting up ---------------------------------------------------------------------------------------------------


def test_who_has_no_app_sets_one_up_and_is_told_ten_codes_once(company, client):
    assert client.get(SECOND)["Location"].startswith(SET_UP)
    page = read(client.get(SET_UP))
    key, drawn = page.root.one("code").text, page.root.one(class_="qr").one("svg")
    assert (
        drawn.get("viewbox") == f"0 0 {drawn_size(drawn)} {drawn_size(drawn)}"
    )  # a picture that is cut off says nothing
    assert read(client.get(SET_UP)).root.one("code").text == key
    answer = client.post(SET_UP, {"code": people.code_of(key), "next": "/account/"})
    told = read(answer)
    codes = [one.text for one in told.root.all("code")]
    assert (told.h1, len(set(codes)), told.links["I have kept them"]) == ("Keep your recovery codes", 10, "/account/")
    assert answer["Cache-Control"].startswith("no-store") or "no-store" in answer["Cache-Control"]
    assert client.get("/account/").status_code == 200
    with people.inside(company):
        kept = b"".join(bytes(one) for one in RecoveryCode.objects.values_list("digest", flat=True))
        assert bytes(SecondFactor.objects.get().sealed).find(key.replace(" ", "").encode()) == -1
        assert AuditEntry.objects.filter(verb="person.second_factor_set").count() == 1
    assert all(code.replace("-", "").encode() not in kept for code in codes)


def drawn_size(drawn):
    """The side of the QR code with its white border, as its white ground is drawn."""
    return re.match(r"M0 0h(\d+)v\1h-\1z", drawn.all("path")[0]["d"])[1]


def test_wrong_first_code_sets_nothing_up(company, client):
    key = read(client.get(SET_UP)).root.one("code").text
    answer = client.post(SET_UP, {"code": "000000"})
    page = read(answer)
    assert (answer.status_code, page.root.one("code").text, sessions(company)) == (422, key, 0)
    with people.inside(company):
        assert not SecondFactor.objects.exists()


def test_who_has_an_app_cannot_set_up_another_with_the_password_alone(company, key, client):
    assert client.get(SET_UP)["Location"].startswith(SECOND)
    assert client.post(SET_UP, {"code": people.code_of(key)})["Location"].startswith(SECOND)
    with people.inside(company):
        assert (SecondFactor.objects.count(), PendingSignIn.objects.get().sealed) == (1, None)


def test_second_of_two_tabs_that_set_up_is_sent_back(company, client):
    other = typed_password(people.office())
    keys = [read(one.get(SET_UP)).root.one("code").text for one in (client, other)]
    assert client.post(SET_UP, {"code": people.code_of(keys[0])}).status_code == 200
    assert other.post(SET_UP, {"code": people.code_of(keys[1])})["Location"].startswith(SECOND)
    with people.inside(company):
        assert SecondFactor.objects.count() == 1


# --- Recovery codes -----------------------------------------------------------------------------------------------


def test_recovery_code_signs_in_once(company, olga, key, client):
    with people.inside(company):
        first, *others = second.new_codes(login=olga.public_id, by=people.OFFICE)
    assert type_code(client, first.lower()).status_code == 302
    again = typed_password(people.office())
    assert [type_code(again, first).status_code, type_code(again, others[0]).status_code] == [422, 302]
    with people.inside(company):
        assert second.standing(olga.public_id).codes_left == 8


def test_new_codes_end_the_old_ones(company, olga, key, client):
    with people.inside(company):
        (old, *_others), _new = (second.new_codes(login=olga.public_id, by=people.OFFICE) for _time in range(2))
    assert type_code(client, old).status_code == 422


def test_code_of_somebody_else_does_not_help(company, olga, key, client):
    with people.inside(company):
        carl = people.make_staff("carl@example.com")
        other = people.make_second(carl)
        (recovery, *_others) = second.new_codes(login=carl.public_id, by=people.OFFICE)
    assert [type_code(client, code).status_code for code in (people.code_of(other), recovery)] == [422, 422]


def test_reset_signs_out_and_sets_up_anew(company, olga, key, client):
    type_code(client, people.code_of(key))
    with people.inside(company):
        second.reset(login=olga.public_id, by=people.OFFICE)
        assert not RecoveryCode.objects.exists()
    assert client.get("/account/").status_code == 302
    assert typed_password(people.office()).get(SECOND)["Location"].startswith(SET_UP)


def test_sealed_key_opens_for_its_owner_only(company, olga, key):
    with people.inside(company):
        carl = people.make_staff("carl@example.com")
        sealed = SecondFactor.objects.get().sealed
        assert second._unseal(olga, sealed)
        with pytest.raises(ValueError, match="sealed under another key"):
            second._unseal(carl, sealed)


def test_link_from_the_server_needs_no_code(company, olga):
    with people.inside(company):
        token = people_link(olga)
    client = people.office()
    assert client.get(f"/sign-in/link/{token}/").status_code == 302
    assert client.get("/account/").status_code == 200


def people_link(login):
    return operations.shell_link(login=login.public_id)


def test_unfinished_sign_ins_are_swept(company, client):
    with people.inside(company), time_machine.travel(clock.real_now() + timedelta(hours=1)):
        second.sweep()
        assert not PendingSignIn.objects.exists()


def test_account_makes_new_codes_for_who_knows_the_password(company, olga, key, client):
    type_code(client, people.code_of(key))
    wrong = client.post("/account/", {"act": "recovery_codes", "password": "wrong password"})
    assert (wrong.status_code, "This is not your password." in read(wrong).text) == (422, True)
    told = read(client.post("/account/", {"act": "recovery_codes", "password": people.PASSWORD}))
    codes = [one.text for one in told.root.all("code")]
    assert (len(codes), "10 recovery codes are left." in read(client.get("/account/")).text) == (10, True)
    assert type_code(typed_password(people.office()), codes[3]).status_code == 302

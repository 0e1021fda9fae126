"""Your devices: one's own sessions in words, each of which one can end."""

import pytest

from portico.faces.customer.identity.device_words import words_of
from portico.foundation.audit.models import AuditEntry
from portico.foundation.people.models import LoginSession
from tests.factories import customers as make
from tests.factories import people, read, statements

pytestmark = pytest.mark.django_db
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
PHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) {WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0"
ANDROID = f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0"


@pytest.fixture
def company():
    return people.make_company()


@pytest.fixture
def ana(company):
    with people.inside(company):
        make.make_customer("Alvarez", "ana@example.com")
        return people.make_login("ana@example.com")


def signed_in(agent, network="203.0.113.9"):
    client = people.portal()
    typed = {"email": "ana@example.com", "password": people.PASSWORD}
    client.post("/sign-in/", typed, headers={"user-agent": agent}, REMOTE_ADDR=network)
    return client


def listed(client):
    page = read(client.get("/account/"))
    return [(row.one("p", class_="row__title").text, "This device" in row.text) for row in page.all(data_row="device")]


def key_of(client, label):
    page = read(client.get("/account/"))
    rows = [row for row in page.all(data_row="device") if row.one("p", class_="row__title").text == label]
    return rows[0]["data-key"]


def out(client, device):
    return client.post("/account/", {"act": "sign_out_device", "device": device})


@pytest.mark.parametrize(
    ("agent", "words"),
    (
        (PHONE, "Safari on iPhone"),
        (WINDOWS, "Edge on Windows"),
        (ANDROID, "Chrome on Android"),
        (MAC, "Firefox on Mac"),
        ("curl/8.5.0", "Unknown browser"),
        ("", "Unknown browser"),
    ),
)
def test_browser_is_named_in_words(agent, words):
    assert words_of(agent) == words


def test_devices_are_listed_this_one_first(ana):
    phone, _desk = signed_in(PHONE), signed_in(WINDOWS, "198.51.100.7")
    assert listed(phone) == [("Safari on iPhone", True), ("Edge on Windows", False)]
    text = read(phone.get("/account/")).text
    assert ("Network 203.0.113.0/24" in text, "Network 198.51.100.0/24" in text) == (True, True)


def test_device_that_was_signed_out_is_out_at_its_next_request(company, ana):
    phone, desk = signed_in(PHONE), signed_in(WINDOWS)
    desk_id = key_of(phone, "Edge on Windows")
    assert desk.get("/account/").status_code == 200
    assert out(phone, desk_id)["Location"] == "/account/"
    assert (desk.get("/account/").status_code, phone.get("/account/").status_code) == (302, 200)
    assert listed(phone) == [("Safari on iPhone", True)]
    assert out(phone, desk_id).status_code == 302
    with people.inside(company):
        assert AuditEntry.objects.filter(verb="person.device_signed_out").count() == 1


def test_signing_this_device_out_leads_to_sign_in(ana):
    phone = signed_in(PHONE)
    assert out(phone, key_of(phone, "Safari on iPhone"))["Location"] == "/sign-in/"
    assert phone.cookies["portal"].value == ""


def test_all_others_are_signed_out(company, ana):
    phone, desk, pad = signed_in(PHONE), signed_in(WINDOWS), signed_in(ANDROID)
    phone.post("/account/", {"act": "sign_out_others"})
    assert "2 other devices were signed out." in read(phone.get("/account/")).text
    assert [client.get("/account/").status_code for client in (phone, desk, pad)] == [200, 302, 302]


def test_session_of_anybody_else_is_not_found(company, ana):
    people.make_company("other", name="Other")
    with people.inside(company):
        eve = people.make_login("eve@example.com")
    people.sign_in(people.portal(), eve)
    with people.inside(company):
        hers = LoginSession.objects.get(login=eve)
    phone = signed_in(PHONE)
    statuses = [out(phone, str(each)).status_code for each in (hers.public_id, ana.public_id, "nonsense", "")]
    with people.inside(company):
        hers.refresh_from_db()
    assert (statuses, hers.ended_at) == ([404] * 4, None)


def test_ended_expired_and_idle_sessions_are_not_listed(company, ana):
    phone = signed_in(PHONE)
    for column in ("ended_at", "expires_at", "seen_at"):
        signed_in(WINDOWS)
        with people.inside(company):
            newest = LoginSession.objects.latest("pk")
            LoginSession.objects.filter(pk=newest.pk).update(**{column: "2026-01-01T00:00:00Z"})
    assert listed(phone) == [("Safari on iPhone", True)]


def test_account_takes_three_statements_for_however_many_devices(ana):
    phone = signed_in(PHONE)
    for _ in range(5):
        signed_in(WINDOWS)
    phone.get("/account/")
    with statements(3):
        phone.get("/account/")

"""The words of mails in the settings: typed, looked at, tried out, saved, taken back."""

from __future__ import annotations

import pytest

from portico.foundation.messaging import wording
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.wording_rules import TITLES
from portico.foundation.people.models import Login
from portico.foundation.people.roles import StaffRole
from tests.factories import drain, people, read

PATH = "/settings/emails/invitation/"
FORM = {
    "subject": "News from {CompanyName}",
    "heading": "Hello {CustomerName}",
    "text": "Come in.\n\nOr call {BranchPhone}.",
    "seen_version": "0",
}


@pytest.fixture
def manager(staff):
    return staff(StaffRole.MANAGER)


def kept(company):
    with people.inside(company):
        return wording.kept()


def fields_of(page):
    (form,) = [one for one in page.forms if "Save" in one.buttons]
    return form.fields


def test_every_mail_that_may_be_worded_is_listed_and_opens(manager):
    page = read(manager.get("/settings/emails/"))
    assert page.rows("mail") == [kind.value for kind in TITLES]
    assert {manager.get(f"/settings/emails/{kind.value}/").status_code for kind in TITLES} == {200}


def test_words_are_saved_and_taken_back(company, manager):
    assert manager.post(PATH, FORM | {"act": "save"}).status_code == 302
    page = read(manager.get(PATH))
    assert ("Your words" in page.text, fields_of(page)["subject"]) == (True, "News from {CompanyName}")
    assert manager.post(PATH, {"act": "reset"}).status_code == 302
    assert (kept(company), "Our words" in read(manager.get(PATH)).text) == ({}, True)


def test_preview_shows_sample_values_and_saves_nothing(company, manager):
    page = read(manager.post(PATH, FORM | {"act": "preview"}))
    shown = page.root.one(id="sample").text
    assert all(text in shown for text in ("Subject: News from Brightwater Home", "Hello Ana Sample", "(512) 555-0100"))
    assert (kept(company), fields_of(page)["heading"]) == ({}, "Hello {CustomerName}")


def test_sample_goes_to_who_writes_it_only(company, manager):
    page = read(manager.post(PATH, FORM | {"act": "test"}))
    drain()
    (mail,) = people.mailbox()
    with people.inside(company):
        own = Login.objects.get(side="staff").email
    assert (mail["To"], mail["Subject"]) == (own, "News from Brightwater Home")
    assert ("A sample is on its way" in page.text, kept(company)) == (True, {})


def test_samples_are_counted(manager):
    answers = [manager.post(PATH, FORM | {"act": "test"}).status_code for _time in range(21)]
    assert answers == [200] * 20 + [429]


@pytest.mark.parametrize("act", ("save", "preview", "test"))
def test_wrong_placeholder_is_named_and_nothing_is_lost(company, manager, act):
    answer = manager.post(PATH, FORM | {"text": "Hello {Password}!", "act": act})
    page = read(answer)
    assert (answer.status_code, page.title.startswith("Error: ")) == (422, True)
    assert "{Password} means nothing here. Use: {BranchEmail}, {BranchPhone}" in page.text
    assert (fields_of(page)["text"], fields_of(page)["subject"]) == ("Hello {Password}!", FORM["subject"])
    drain()
    assert (kept(company), people.mailbox()) == ({}, [])


def test_second_tab_is_told(company, manager):
    manager.post(PATH, FORM | {"act": "save"})
    refused = manager.post(PATH, FORM | {"heading": "Second", "act": "save"})
    assert (refused.status_code, "Somebody else changed this mail" in read(refused).text) == (409, True)
    assert kept(company)[MessageKind.INVITATION][0].heading == "Hello {CustomerName}"


@pytest.mark.parametrize("kind", ("password_reset", "sign_in_code", "nothing", "test"))
def test_mails_about_safety_keep_our_words(manager, kind):
    path = f"/settings/emails/{kind}/"
    assert (manager.get(path).status_code, manager.post(path, FORM).status_code) == (404, 404)


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(staff, role):
    client = staff(role)
    assert [
        client.get("/settings/emails/").status_code,
        client.get(PATH).status_code,
        client.post(PATH, FORM).status_code,
    ] == [403] * 3

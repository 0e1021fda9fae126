"""Inviting many at once, in a browser: a messy list, its report, the tick box, the mails, without JavaScript too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.domain.customers.models import PortalContact
from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.flows.house import DESKTOP, House, link_in
from tests.flows.test_household import signed_in

pytestmark = pytest.mark.browser
MESSY = (
    "Name;Straße;E-Mail\r\n"
    "Alvarez, Ana;1 Elm St;ANA@Example.com\r\n"
    "Ben <ben@example.com>; again ana@example.com\r\n"
    "Cleo;cleo@example.com;;\r\n"
    "Dora;dora@example.com\r\n"
    "nobody@nowhere.example.com,a-very-long-stranger-with-many-words-in-the-address@nowhere.example.com\r\n"
    "Front desk;noemail@example.com\r\n"
    "=1+1;wrong@@example.com\r\n"
).encode("cp1252")


@pytest.fixture
def olga(house: House) -> Page:
    company = people.make_company()
    with people.inside(company):
        people.make_staff("olga@example.com", role=StaffRole.CSR)
        for name in ("ana", "ben", "cleo", "dora", "noemail"):
            make.make_customer(name.title(), f"{name}@example.com")
        people.make_login("cleo@example.com")
        PortalContact.objects.filter(email="dora@example.com").update(invited_at=clock.real_now())
    page = house.visitor(size=DESKTOP)
    signed_in(house, page, house.office("demo"), "olga@example.com")
    return page


def upload(page: Page, content: bytes) -> None:
    page.get_by_label("File").set_input_files({"name": "people.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Check the list").click()


def count(page: Page, outcome: str) -> str:
    return page.locator(f'[data-row="count"][data-key="{outcome}"] td').first.inner_text()


def test_messy_list_is_checked_confirmed_and_mailed(house: House, olga: Page) -> None:
    olga.goto(house.office("demo"))
    olga.get_by_role("link", name="Portal users").click()
    olga.get_by_role("link", name="Invite many at once").click()
    house.look(olga, "invite-lists-empty")
    olga.get_by_role("button", name="Check the list").click()
    expect(olga.get_by_role("alert")).to_contain_text("Choose a file, or paste addresses below.")
    house.look(olga, "invite-lists-error")
    upload(olga, MESSY)
    expect(olga.get_by_role("progressbar")).to_be_visible()
    house.look(olga, "invite-list-reading")
    house.work()
    expect(olga.get_by_role("button", name="Send invitations")).to_be_visible()  # the page looked by itself
    found = ("new", "invited", "active", "unknown", "malformed", "placeholder", "repeated")
    assert [count(olga, name) for name in found] == ["2", "1", "1", "2", "1", "1", "1"]
    house.look(olga, "invite-list-checked")
    assert house.mails_to("example.com") == []
    olga.get_by_role("checkbox", name="Include emails in Invited status").check()
    olga.get_by_role("button", name="Send invitations").click()
    expect(olga.get_by_role("progressbar")).to_be_visible()
    house.look(olga, "invite-list-sending")
    house.work()
    expect(olga.get_by_text("3 invitations are on their way.")).to_be_visible()
    assert [count(olga, "sent"), count(olga, "resent")] == ["2", "1"]
    house.look(olga, "invite-list-sent")
    for name in ("ana", "ben", "dora"):
        (mail,) = house.mails_to(f"{name}@example.com")
        assert link_in(mail, "/invitations/")
    with olga.expect_download() as report:
        olga.get_by_role("link", name="Download the report").click()
    assert len(report.value.path().read_text().splitlines()) == 10
    olga.get_by_role("link", name="Invite many at once").click()
    house.look(olga, "invite-lists")


def test_list_is_sent_without_javascript(house: House, olga: Page) -> None:
    context = house.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    house.contexts.append(context)
    context.add_cookies(olga.context.cookies())  # type: ignore[arg-type] - what the browser itself gave
    page = context.new_page()
    page.goto(house.office("demo", "/invitations/lists/"))
    page.get_by_label("Or paste addresses").fill("ana@example.com ben@example.com")
    page.get_by_role("button", name="Check the list").click()
    house.work()
    page.get_by_role("link", name="Look again now").click()
    page.get_by_role("button", name="Send invitations").click()
    house.work()
    page.get_by_role("link", name="Look again now").click()
    expect(page.get_by_text("2 invitations are on their way.")).to_be_visible()


def test_portal_users_by_state(house: House, olga: Page) -> None:
    olga.goto(house.office("demo"))
    olga.get_by_role("link", name="Portal users").click()
    house.look(olga, "portal-users")
    olga.get_by_role("button", name="Invite ana@example.com").click()
    expect(olga.get_by_text("Invitation on its way to ana@example.com.")).to_be_visible()
    house.work()
    olga.reload()
    olga.get_by_role("link", name="Sent (2)").click()  # Dora was invited before
    expect(olga.locator('[data-row="user"][data-key="ana@example.com"]')).to_contain_text("Taken by the mail server")
    house.look(olga, "portal-users-sent")
    olga.get_by_role("button", name="Revoke ana@example.com").click()
    olga.get_by_role("link", name="Revoked (1)").click()
    expect(olga.get_by_role("button", name="Restore ana@example.com")).to_be_visible()

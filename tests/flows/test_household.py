"""An owner invites somebody, who registers by the mail and sees what was given and nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from portico.foundation.people.roles import StaffRole
from portico.kernel import clock
from tests.factories import customers as make
from tests.factories import people
from tests.factories.visits import make_job, make_visit
from tests.flows.house import DESKTOP, House, link_in

pytestmark = pytest.mark.browser
LONG = "Maximiliane-Alexandra von Hohenstaufen-Wittelsbach y Fernández de Córdoba"
ZOE = "zoe@example.com"


def signed_in(house: House, page: Page, address: str, email: str) -> None:
    page.goto(address)
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    if "//office." in address:
        house.pass_second(page, email)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Sign in")


@pytest.fixture
def customer(house: House) -> str:
    company = people.make_company()
    with people.inside(company):
        customer = make.make_customer(LONG, "ana@example.com")
        make_visit(make_job(customer), starts_at=clock.now())
        make.make_location(customer, name="Cottage")
        people.make_login("ana@example.com", name=LONG)
        people.make_staff("olga@example.com", role=StaffRole.CSR)
        return str(customer.public_id)


def test_owner_invites_and_the_guest_sees_what_was_given(house: House, customer: str) -> None:
    ana, zoe, olga = house.visitor(), house.visitor(), house.visitor(size=DESKTOP)
    signed_in(house, ana, house.portal("demo"), "ana@example.com")
    ana.goto(house.portal("demo", "/account/household/"))
    house.look(ana, "household-empty")
    ana.get_by_role("link", name="Invite somebody").click()
    house.look(ana, "household-invite")
    ana.get_by_label("Their email address").fill(ZOE)
    ana.get_by_label("Approve estimates up to an amount").check()
    ana.get_by_role("button", name="Send invitation").click()
    expect(ana.get_by_role("alert")).to_contain_text("Say up to which amount")
    expect(ana.get_by_label("Their email address")).to_have_value(ZOE)
    house.look(ana, "household-refused")
    ana.get_by_label("Approve estimates up to an amount").uncheck()
    ana.get_by_role("button", name="Send invitation").click()
    expect(ana.locator("[data-row=member]")).to_contain_text("Invited")
    house.look(ana, "household")

    zoe.goto(link_in(house.mails_to(ZOE)[0], "/invitations/"))
    zoe.get_by_label("Name").fill("Zoe Zimmer")
    zoe.get_by_label("Password", exact=True).or_(zoe.get_by_label("New password", exact=True)).first.fill(
        people.PASSWORD
    )
    zoe.get_by_role("button", name="Create my account").click()
    expect(zoe.get_by_role("link", name="History").first).to_be_visible()
    expect(zoe.get_by_role("link", name="Billing")).to_have_count(0)
    assert [zoe.goto(house.portal("demo", path)).status for path in ("/jobs/", "/invoices/", "/payment-methods/")] == [  # type: ignore[union-attr]
        200, 404, 404,
    ]  # fmt: skip
    zoe.goto(house.portal("demo", "/account/household/"))
    house.look(zoe, "household-of-guest")

    signed_in(house, olga, house.office("demo"), "olga@example.com")
    olga.goto(house.office("demo", f"/customers/{customer}/"))
    house.look(olga, "record-household")
    olga.locator("[data-row=member]").get_by_role("link", name="Change").click()
    house.look(olga, "record-household-member")
    ana.goto(house.portal("demo", "/account/household/"))
    house.look(ana, "household-active")
    ana.get_by_role("link", name="Remove").click()
    house.look(ana, "household-remove")
    ana.get_by_role("button", name="Remove").click()
    assert zoe.goto(house.portal("demo", "/jobs/")).status == 404  # type: ignore[union-attr]

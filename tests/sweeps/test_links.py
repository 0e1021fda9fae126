"""No link answers 404: everything that somebody can click, on both faces, for everybody."""

from __future__ import annotations

import pytest
from django.contrib.staticfiles import finders
from pytest_django.plugin import DjangoDbBlocker

from portico.foundation.people.roles import StaffRole
from tests.factories import people
from tests.factories.world import World
from tests.sweeps import urls
from tests.sweeps.browsing import Answer, Journey, ask, pattern_of, travel

CUSTOMERS = ("alma", "house", "tenant", "ben", "carl", "dora", "guest", "friend", "revoked", "gone", "stranger")
# What nobody comes to by clicking: mails lead there, a form does, or a machine calls it.
NOT_CLICKED = {
    *("healthz", "readyz", "csp-reports", "hook_stripe"),
    *(
        "sign_in",
        "sign_in_code",
        "confirm",
        "sign_out",
        "password_forgotten",
        "password_reset",
        "shell_sign_in",
        "invitation_request",
    ),
    *("invitation", "email_change", "email_undo", "invoice_mail_copy", "payment_return"),
    *("payment_method_add", "payment_method_default", "payment_method_return"),
    *(
        "office_sign_in",
        "office_second",
        "office_second_set_up",
        "office_welcome",
        "office_sign_out",
        "office_password_forgotten",
        "office_password_reset",
        "office_shell_sign_in",
    ),
    "office_invoice_send",
    *("booking_held", "booking_another", "booking_release"),  # behind the choice of a time
    "office_book_windows",  # chosen in the form of office_book: tests/faces/office/test_bookings.py
    "office_statement_run_progress",  # the same of a run
    "office_invite_list_progress",  # the page of a list asks for it while the worker is busy
    *("settings_branch_phone", "settings_branch_mail"),  # samples, in frames on the page of a branch
    "customer_unmerge",  # nobody of the world was merged in the office: tests/faces/office/test_merging.py
    "office_adoption_invite_chosen",  # of the world nobody waits to be invited: tests/faces/office/test_adoption.py
    "calendar_feed",  # calendars read it
    "estimate_approve",  # the second button of the form of options leads there: the flows press it
    *("viewing", "viewing_end", "viewing_start"),  # for staff who look as a customer: test_viewing.py
    *("customer_jobs", "customer_invoices", "customer_payments"),  # behind longer lists than the world has
}
GREETING = {"/"}  # home says hello instead of its title


@pytest.fixture(scope="module")
def journeys(world: World, django_db_blocker: DjangoDbBlocker) -> dict[str, Journey]:
    with django_db_blocker.unblock():
        found = {who: travel(world.a.visitor(who)) for who in CUSTOMERS}
        found |= {role.value: travel(world.a.office(role.value)) for role in StaffRole}
        found["anybody"] = travel(people.portal(world.a.host))
        found["anybody at the office"] = travel(people.office(world.a.host))
    return found


EVERYBODY = pytest.mark.parametrize("who", (*CUSTOMERS, *StaffRole.values, "anybody", "anybody at the office"))


def is_static(address: str) -> bool:
    return address.startswith("/static/")


@EVERYBODY
def test_every_link_leads_somewhere(who: str, journeys: dict[str, Journey]) -> None:
    """200, or a redirect to another known address. 403 would be a link to a page that this role may not open."""
    journey = journeys[who]
    broken = [
        (address, answer.status, journey.found_on[address])
        for address, answer in journey.answers.items()
        if answer.status not in {200, 302} and not is_static(address)
    ]
    assert broken == []
    static = {address.partition("?")[0] for address in journey.answers if is_static(address)}
    assert {address for address in static if finders.find(address.removeprefix("/static/")) is None} == set()


@EVERYBODY
def test_every_page_has_one_heading_a_title_and_a_language(who: str, journeys: dict[str, Journey]) -> None:
    assert [fault for page in journeys[who].pages for fault in _faults(page)] == []


def _faults(answer: Answer) -> list[tuple[str, str]]:
    page = answer.read
    headings = [one.text for one in page.all("h1")]
    found = []
    if len(headings) != 1:
        found.append((answer.address, f"headings {headings}"))
    elif answer.address.partition("?")[0] not in GREETING and not page.title.startswith(headings[0]):
        found.append((answer.address, f"title {page.title!r} is not about {headings[0]!r}"))
    if not page.one("html").get("lang"):
        found.append((answer.address, "no language"))
    return found


@EVERYBODY
def test_every_form_goes_to_a_url_of_this_face(who: str, journeys: dict[str, Journey]) -> None:
    face = urls.OFFICE if who in StaffRole.values or "office" in who else urls.PORTAL
    assert {form for form in journeys[who].forms if not pattern_of(form.action, face)} == set()


@pytest.mark.parametrize("role", StaffRole.values)
def test_no_form_is_shown_that_the_role_may_not_send(
    role: str, world: World, journeys: dict[str, Journey], django_db_blocker: DjangoDbBlocker
) -> None:
    with django_db_blocker.unblock():
        browser = world.a.office(role)
        sent = {
            (form.action, ask(browser, "post", form.action, dict(form.fields)).status)
            for form in journeys[role].forms
            if form.method == "post"
        }
    assert {(action, status) for action, status in sent if status in {403, 404, 405} or status >= 500} == set()


@pytest.mark.parametrize(
    ("face", "travellers"),
    ((urls.PORTAL, (*CUSTOMERS, "anybody")), (urls.OFFICE, (*StaffRole.values, "anybody at the office"))),
)
def test_every_page_can_be_come_to_by_clicking(
    face: str, travellers: tuple[str, ...], journeys: dict[str, Journey]
) -> None:
    """A page that nothing leads to is forgotten, or it is in the list of those that mails lead to."""
    reached = {pattern_of(address, face) for who in travellers for address in journeys[who].answers}
    reached |= {pattern_of(form.action, face) for who in travellers for form in journeys[who].forms}
    names = {pattern.name for pattern in urls.patterns(face)}
    assert names - reached - NOT_CLICKED == set()


def test_customer_with_everything_comes_to_every_kind_of_page(journeys: dict[str, Journey]) -> None:
    kinds = {pattern_of(address, urls.PORTAL) for address in journeys["alma"].answers}
    assert kinds >= {
        "home",
        "account",
        "invoices",
        "invoice",
        "invoice_pdf",
        "payments",
        "payment",
        "payment_pdf",
        "pay",
        "statement",
        "statement_pdf",
    }


@pytest.mark.parametrize("who", ("house", "stranger", "revoked", "gone"))
def test_without_bills_nothing_leads_to_billing(who: str, journeys: dict[str, Journey]) -> None:
    kinds = {pattern_of(address, urls.PORTAL) for address in journeys[who].answers}
    bills = {"invoices", "invoice", "payments", "payment", "pay", "invoice_pdf", "payment_pdf"}
    assert kinds & (bills | {"statement", "statement_pdf"}) == set()

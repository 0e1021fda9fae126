"""A page that a mailed link leads to speaks for the same branch as the mail."""

import pytest

from portico.foundation.tenancy.models import Branch
from tests.factories import customers as make
from tests.factories import drain, people, read

pytestmark = pytest.mark.django_db


def test_reset_page_of_another_branch_shows_that_branchs_name_and_phone() -> None:
    with people.inside(people.make_company()):
        north = Branch.objects.create(
            name="North", display_name="Brightwater North", time_zone="America/Denver", phone="303-555-0160"
        )
        make.make_customer("Alvarez", "ana@example.com", branch=north)
        people.make_login("ana@example.com")
    browser = people.portal()
    browser.post("/sign-in/forgotten/", {"email": "ana@example.com"})
    drain()
    page = read(browser.get(people.path_in(people.mailbox()[0], "/sign-in/reset/")))
    assert page.title == "Choose a new password – Brightwater North"
    assert "tel:+13035550160" in page.links.values()

"""Writing invoices in the office: typed, looked at, issued, seen and due in the portal."""

from __future__ import annotations

import pytest

from portico.domain.billing.models import Invoice, InvoiceDraft
from portico.foundation.people.roles import StaffRole
from tests.counting import statements
from tests.factories import customers as make
from tests.factories import people, read, visits

FORM = {
    "title": "Repair of the furnace",
    "tax_percent": "8.25",
    "rows": "3",
    "name_0": "Labor",
    "quantity_0": "1.5",
    "price_0": "$99.99",
    "is_taxable_0": "on",
    "name_1": "Permit",
    "quantity_1": "1",
    "price_1": "50",
    "quantity_2": "1",
    "is_taxable_2": "on",
}


@pytest.fixture
def home(company):
    with people.inside(company):
        yield make.make_customer("Alvarez", "ana@example.com")


@pytest.fixture
def ana(company, home):
    with people.inside(company):
        login = people.make_login("ana@example.com")
    return people.sign_in(people.portal(company.host), login)


@pytest.fixture
def job(home):
    return visits.make_job(home)


@pytest.fixture
def carl(staff):
    return staff(StaffRole.ACCOUNTANT)


@pytest.fixture
def new(home):
    return f"/customers/{home.public_id}/invoices/new/"


def write(client, address, **other):
    answer = client.post(address, FORM | other)
    assert answer.status_code == 302, read(answer).text
    return answer["Location"]


def fields_of(page, button="Save and look at it"):
    (form,) = [one for one in page.forms if button in one.buttons]
    return form.fields


def test_written_invoice_is_looked_at_and_issued(company, carl, home, new, job):
    draft = write(carl, new, job_number=job.number)
    page = read(carl.get(draft))
    assert all(text in page.text for text in ("Repair of the furnace", "$149.99", "Tax (8.25%)", "$12.37", "$212.36"))
    issued = carl.post(draft, fields_of(page, "Issue invoice of $212.36"))
    assert issued.status_code == 302
    with people.inside(company):
        invoice = Invoice.objects.get()
    assert issued["Location"] == f"/customers/{home.public_id}/invoices/{invoice.public_id}/"
    assert "The invoice was issued." in read(carl.get(issued["Location"])).text
    assert (invoice.number, invoice.total_minor) == ("P-1001", 21236)
    assert carl.post(draft, {"version": "1"})["Location"] == issued["Location"]
    assert carl.get(draft)["Location"] == issued["Location"]
    assert carl.get(f"{draft}edit/")["Location"] == issued["Location"]


def test_customer_sees_it_when_it_is_issued_and_not_before(company, carl, home, new, ana):
    draft = write(carl, new)
    assert "Repair of the furnace" not in read(ana.get("/invoices/")).text
    carl.post(draft, {"version": "1"})
    page = read(ana.get("/invoices/"))
    assert ("Repair of the furnace" in page.text, "$212.36" in page.text) == (True, True)


def test_page_of_a_job_begins_an_invoice_of_that_job(carl, home, job, new):
    page = read(carl.get(f"/customers/{home.public_id}/jobs/{job.public_id}/"))
    assert fields_of(read(carl.get(page.links["Write an invoice"])))["job_number"] == job.number


@pytest.mark.parametrize(
    ("typed", "said"),
    (
        ({"price_0": "lots"}, "an amount"),
        ({"quantity_0": "0"}, "greater than or equal to 0.0001"),
        ({"name_0": ""}, "Give the item a name."),
        ({"price_1": ""}, "Enter a price; 0 for none."),
        ({"job_number": "99999999"}, "There is no job of this number."),
        ({"due_on": "2020-01-01"}, "This day is over. Choose today or a later day."),
        ({"tax_percent": "120"}, "less than or equal to 99.99"),
        ({"location": "elsewhere"}, "Select a valid choice."),
        ({"price_0": "-200"}, "The items come to nothing."),
        ({"rows": "41"}, "There is room for at most 40 items."),
    ),
)
def test_wrong_input_is_named_and_nothing_typed_is_lost(company, carl, new, typed, said):
    answer = carl.post(new, FORM | typed)
    page = read(answer)
    assert (answer.status_code, said in page.text, page.title.startswith("Error: ")) == (422, True, True)
    kept = fields_of(page)
    assert {name: kept.get(name) for name in ("title", "name_1", *typed) if name not in ("location", "rows")} == {
        name: (FORM | typed)[name] for name in ("title", "name_1", *typed) if name not in ("location", "rows")
    }
    with people.inside(company):
        assert not InvoiceDraft.objects.exists()


def test_nothing_typed_asks_for_an_item(carl, new):
    answer = carl.post(new, {"rows": "3", "quantity_0": "1"})
    assert (answer.status_code, "Enter at least one item." in read(answer).text) == (422, True)


def test_more_lines_keep_what_was_typed(carl, new):
    page = read(carl.post(new, FORM | {"act": "more"}))
    fields = fields_of(page)
    assert (fields["rows"], fields["name_0"], fields["price_1"], "name_7" in fields) == ("8", "Labor", "50", True)


def test_second_tab_is_told_that_the_first_one_changed_it(carl, new):
    draft = write(carl, new)
    first, second = (fields_of(read(carl.get(f"{draft}edit/"))) for _tab in range(2))
    assert carl.post(f"{draft}edit/", first | {"title": "First"}).status_code == 302
    refused = carl.post(f"{draft}edit/", second | {"title": "Second"})
    page = read(refused)
    assert (refused.status_code, "Somebody else changed this invoice meanwhile." in page.text) == (409, True)
    assert fields_of(page)["title"] == "Second"
    looked_at = carl.post(draft, {"version": "1"})
    assert (looked_at.status_code, "Look at it again" in read(looked_at).text) == (409, True)


def test_draft_is_listed_until_it_is_removed(carl, home, new):
    draft = write(carl, new)
    listed = f"/customers/{home.public_id}/invoices/"
    page = read(carl.get(listed))
    assert page.links["Repair of the furnace"] == draft
    assert carl.post(f"{draft}remove/")["Location"] == listed
    assert read(carl.get(listed)).rows("draft") == []
    assert carl.get(draft).status_code == 404


def test_names_of_lines_are_text(carl, new):
    draft = write(carl, new, name_0="<script>alert(1)</script>")
    assert b"<script>alert(1)" not in carl.get(draft).content
    assert "<script>alert(1)</script>" in read(carl.get(draft)).text


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER))
def test_other_roles_write_no_invoices(staff, carl, home, new, role):
    draft = write(carl, new)
    client = staff(role)
    found = {client.get(path).status_code for path in (new, draft, f"{draft}edit/")} | {client.post(draft).status_code}
    assert (found, "New invoice" in read(client.get(f"/customers/{home.public_id}/invoices/")).text) == ({403}, False)


def test_draft_on_another_customers_address_is_not_there(company, carl, new):
    with people.inside(company):
        ben = make.make_customer("Bender", "ben@example.com")
    foreign = write(carl, new).replace(new.split("/")[2], str(ben.public_id))
    assert [carl.get(foreign).status_code, carl.get(f"{foreign}edit/").status_code] == [404, 404]
    assert [carl.post(foreign, {"version": "1"}).status_code, carl.post(f"{foreign}remove/").status_code] == [404, 404]


@pytest.mark.parametrize("count", (1, 30))
def test_statements_of_the_pages_do_not_grow(company, carl, home, new, count):
    lines = {f"{part}_{nth}": FORM[f"{part}_0"] for nth in range(count) for part in ("name", "quantity", "price")}
    draft = write(carl, new, rows=str(count), **lines)
    with people.inside(company):
        for number in range(count):
            make.make_location(home, name=f"House {number}")
    carl.get(new)
    with statements(4):
        carl.get(new)
    with statements(3):
        carl.get(draft)

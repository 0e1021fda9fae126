import pytest
from django.db import transaction

from portico.domain.billing.models import MethodSetup, PaymentAccount, PaymentMethod
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read, statements
from tests.factories.customers import add_emails, make_customer
from tests.sandbox.running import pay_by_bank, submit
from tests.stripe_sandbox import Till

LIST = "/payment-methods/"


def add_form(client, kind: str = "card") -> dict:
    forms = [form.fields for form in read(client.get(LIST)).forms if form.action == f"{LIST}add/"]
    return next(fields for fields in forms if fields["kind"] == kind)


def add(client, kind: str = "card") -> str:
    """Press the button; where it leads."""
    return client.post(f"{LIST}add/", add_form(client, kind))["Location"]


def setup(till: Till) -> MethodSetup:
    with company_scope(till.company_id), transaction.atomic():
        return MethodSetup.objects.get()


def back(till: Till, client, query: str = ""):
    return read(client.get(f"/methods/{setup(till).public_id}/return/{query}", follow=True))


def test_nothing_saved_yet_says_what_it_is_good_for(till: Till):
    page = read(till.browser().get(LIST))
    assert (page.h1, page.rows("method")) == ("Payment methods", [])
    assert "Nothing is saved yet" in page.text
    assert "only the brand or bank, the last four digits and the expiry" in page.text


def test_list_marks_the_default_and_leads_to_what_can_be_done(till: Till):
    card, bank = till.saved(), till.saved("pm_usBankAccount_success")
    page = read(till.browser().get(LIST))
    assert page.rows("method") == ["Visa ending 4242", "Stripe Test Bank ending 6789"]
    assert "Default" in page.row("method", "Visa ending 4242").text
    actions = {form.action for form in page.forms}
    assert f"{LIST}{bank.public_id}/default/" in actions
    assert f"{LIST}{card.public_id}/default/" not in actions


def test_card_is_added_on_the_hosted_page(till: Till):
    client = till.browser()
    response = client.get(LIST)
    assert f"form-action 'self' {till.shop.sandbox.base};" in response["Content-Security-Policy"]
    url = add(client)
    assert url.startswith(f"{till.shop.sandbox.base}/c/")
    submit(url)
    page = back(till, client)
    assert ("Your card was saved." in page.text, page.rows("method")) == (True, ["Visa ending 4242"])


def test_page_that_is_left_saves_nothing(till: Till):
    client = till.browser()
    add(client)
    page = back(till, client, "?back=1")
    assert ("Nothing was saved." in page.text, page.rows("method"), till.open_pages()) == (True, [], [])


def test_bank_account_waits_to_be_verified_and_says_how(till: Till):
    client = till.browser()
    pay_by_bank(add(client, "bank"), way="manual")
    page = back(till, client)
    row = page.row("method", "Stripe Test Bank ending 6789")
    assert ("To be verified" in row.text, "Verify it Stripe Test Bank ending 6789" in page.links) == (True, True)
    assert "Your bank account is waiting to be verified." in page.text


@pytest.mark.parametrize("path", ("add/", "{method}/default/", "{method}/remove/"))
def test_everything_that_changes_wants_a_fresh_confirmation(till: Till, path):
    till.saved("pm_usBankAccount_success")
    method = till.saved()
    client = till.browser()
    fields = add_form(client)
    people.make_stale(till.login)
    where = LIST + path.format(method=method.public_id)
    answer = client.post(where, fields)
    assert (answer.status_code, read(answer).h1) == (403, "Confirm that it is you")
    with company_scope(till.company_id), transaction.atomic():
        assert (MethodSetup.objects.count(), PaymentMethod.objects.exclude(state="detached").count()) == (0, 2)
        assert PaymentMethod.objects.get(is_default=True).kind == "ach"


def test_another_one_becomes_the_default(till: Till):
    till.saved()
    bank = till.saved("pm_usBankAccount_success")
    page = read(till.browser().post(f"{LIST}{bank.public_id}/default/", follow=True))
    assert page.rows("method")[0] == "Stripe Test Bank ending 6789"
    assert "Stripe Test Bank ending 6789 is your default now." in page.text


def test_removing_asks_first_and_then_forgets(till: Till):
    card = till.saved()
    client = till.browser()
    asked = read(client.get(f"{LIST}{card.public_id}/remove/"))
    assert (asked.h1, till.method(card).state) == ("Remove Visa ending 4242?", "active")
    page = read(client.post(f"{LIST}{card.public_id}/remove/", follow=True))
    assert ("Visa ending 4242 was removed." in page.text, page.rows("method")) == (True, [])
    assert till.method(card).state == "detached"


def test_method_with_an_undecided_payment_stays_and_says_why(till: Till):
    card = till.saved("pm_card_authenticationRequired")
    client, invoice = till.browser(), till.owes()
    till.pay((invoice, 10000), method=card.public_id)
    response = client.post(f"{LIST}{card.public_id}/remove/")
    assert (response.status_code, till.method(card).state) == (409, "active")
    assert "A payment with it is going on." in read(response).text


def test_gateway_that_is_down_removes_nothing(till: Till):
    card = till.saved()
    till.fault("error_before", path=f"/v1/payment_methods/{card.ref}/detach", count=3)
    response = till.browser().post(f"{LIST}{card.public_id}/remove/")
    assert (response.status_code, till.method(card).state) == (503, "active")
    assert "Nothing was removed." in read(response).text


def test_methods_of_somebody_else_are_not_found(till: Till):
    card = till.saved()
    client = till.browser()
    add(client)
    visit = setup(till)
    with company_scope(till.company_id), transaction.atomic():
        make_customer("Cal Sample", "cal@example.com")
        cal = people.make_login("cal@example.com")
    stranger = till.browser(cal)
    assert read(stranger.get(LIST)).rows("method") == []
    assert stranger.get(f"{LIST}?customer={till.customer.public_id}").status_code == 404
    assert stranger.get(f"{LIST}{card.public_id}/remove/").status_code == 404
    assert stranger.post(f"{LIST}{card.public_id}/remove/").status_code == 404
    assert stranger.post(f"{LIST}{card.public_id}/default/").status_code == 404
    assert stranger.get(f"/methods/{visit.public_id}/return/?back=1").status_code == 404
    sent = {"kind": "card", "token": "x", "customer": str(till.customer.public_id)}
    assert stranger.post(f"{LIST}add/", sent).status_code == 404
    assert (till.method(card).state, len(till.open_pages())) == ("active", 1)


def test_several_customers_each_have_their_own(till: Till):
    till.saved()
    with company_scope(till.company_id), transaction.atomic():
        other = make_customer("Ben Sample")
        add_emails(other, "ana@example.com")
    client = till.browser()
    ana = read(client.get(f"{LIST}?customer={till.customer.public_id}"))
    ben = read(client.get(f"{LIST}?customer={other.public_id}"))
    assert (ana.rows("method"), ben.rows("method")) == (["Visa ending 4242"], [])
    assert "Billed to Ben Sample" in ben.text


def test_company_without_account_adds_nothing(till: Till):
    till.saved()
    with company_scope(till.company_id), transaction.atomic():
        PaymentAccount.objects.update(is_active=False)
    client = till.browser()
    page = read(client.get(LIST))
    assert [form for form in page.forms if form.action == f"{LIST}add/"] == []
    assert "Payment methods" not in read(client.get("/invoices/")).links


def test_link_stands_on_home_and_invoices(till: Till):
    client = till.browser()
    assert [read(client.get(path)).links["Payment methods"] for path in ("/", "/invoices/")] == [LIST, LIST]


@pytest.mark.parametrize("count", (1, 30))
def test_list_takes_the_same_statements_however_long(till: Till, count):
    till.saved()
    with company_scope(till.company_id), transaction.atomic():
        card = PaymentMethod.objects.get()
        for number in range(1, count):
            card.pk, card.ref, card.is_default = None, f"pm_{number}", False
            card.public_id = PaymentMethod._meta.get_field("public_id").get_default()
            card.save(force_insert=True)
    client = till.browser()
    with statements(3):
        page = read(client.get(LIST))
    assert len(page.rows("method")) == count

from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction

from portico.domain.billing.models import PaymentAccount, PaymentPolicy
from portico.domain.billing.operations import limits
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read, statements
from tests.factories.billing import make_invoice
from tests.factories.customers import add_emails, make_customer
from tests.factories.windows import in_one_window
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till


def address(*invoices) -> str:
    return "/invoices/pay/?" + "&".join(f"invoice={invoice.public_id}" for invoice in invoices)


def form_of(client, *invoices, **changed) -> dict:
    """What the browser would send from the page as it stands, with some fields changed."""
    fields = read(client.get(address(*invoices))).form("/invoices/pay/").fields
    return fields | {"invoice": [str(invoice.public_id) for invoice in invoices], "step": "pay"} | changed


def preview(client, *invoices, amount: str) -> dict:
    """Choose another amount and look where it goes; the form on that page."""
    sent = form_of(client, *invoices, how="other", amount=amount, step="preview")
    page = read(client.post("/invoices/pay/", sent, follow=True))
    return page.form("/invoices/pay/").fields | {"invoice": sent["invoice"], "step": "pay"}


def test_pay_page_shows_the_amount_on_its_button_and_may_lead_to_the_hosted_page(till: Till):
    invoice = till.owes(48620)
    response = till.browser().get(address(invoice))
    page = read(response)
    form = page.form("/invoices/pay/")
    assert (page.h1, "Continue to pay $486.20" in form.buttons) == (f"Pay invoice {invoice.number}", True)
    assert form.fields["email"] == "ana@example.com"
    assert f"form-action 'self' {till.shop.sandbox.base};" in response["Content-Security-Policy"]
    assert "Test mode" in page.text


def test_paying_in_full_goes_to_the_hosted_page_and_back_to_the_receipt(till: Till):
    client, invoice = till.browser(), till.owes(48620)
    response = client.post("/invoices/pay/", form_of(client, invoice))
    assert response.status_code == 303
    assert response["Location"].startswith(f"{till.shop.sandbox.base}/c/pay/")
    back = urlsplit(submit(response["Location"]).headers["location"])
    response = client.get(back.path)
    assert response.status_code == 302
    page = read(client.get(response["Location"]))
    payment = till.payments()[0]
    assert (page.h1, payment.state, till.balance(invoice)) == ("Payment received", "succeeded", (48620, 0))
    for said in ("$486.20", "Visa ending 4242", payment.receipt_number, "We mailed the receipt to ana@example.com."):
        assert said in page.text
    paper = client.get(f"/payments/{payment.public_id}/pdf/")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert read(client.get("/payments/")).text.count("$486.20") == 1
    assert till.cash() == 48620


def test_two_invoices_in_part_show_where_the_money_goes_oldest_first(till: Till):
    client = till.browser()
    later, sooner = till.owes(10000, due_in=20), till.owes(6000, due_in=-5)
    sent = form_of(client, later, sooner, how="other", amount="90", step="preview")
    page = read(client.post("/invoices/pay/", sent, follow=True))
    assert page.rows("goes") == [sooner.number, later.number]
    assert "$60.00 stays due" not in page.row("goes", sooner.number).text
    assert "$70.00 stays due" in page.row("goes", later.number).text
    fields = page.form("/invoices/pay/").fields | {"invoice": sent["invoice"], "step": "pay"}
    response = client.post("/invoices/pay/", fields)
    submit(response["Location"])
    client.get(f"/payments/{till.payments()[0].public_id}/return/")
    assert (till.balance(sooner), till.balance(later)) == ((6000, 0), (3000, 0))


def test_amount_that_the_button_did_not_show_is_shown_before_anything_is_charged(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    response = client.post("/invoices/pay/", form_of(client, invoice, how="other", amount="25"), follow=True)
    page = read(response)
    assert (response.redirect_chain, till.payments()) == ([(f"{address(invoice)}&amount=25.00", 303)], [])
    assert "Continue to pay $25.00" in page.form("/invoices/pay/").buttons


@pytest.mark.parametrize(
    ("amount", "words"),
    (
        ("", "Enter the amount that you would like to pay."),
        ("abc", "“abc” is not an amount. Write it like 120.50."),
        ("0.99", "The smallest payment is $1.00."),
        ("100.01", "You can pay at most $100.00."),
        ("99.60", "That would leave $0.40 on invoice"),
        ("12.345", "USD amounts have 2 decimals."),
    ),
)
def test_amounts_that_cannot_be_paid_say_why_and_keep_what_was_typed(till: Till, amount, words):
    client, invoice = till.browser(), till.owes(10000)
    response = client.post(
        "/invoices/pay/", form_of(client, invoice, how="other", amount=amount, email="b@example.com")
    )
    page = read(response)
    fields = page.form("/invoices/pay/").fields
    assert (response.status_code, words in page.text, till.payments()) == (422, True, [])
    assert (fields["how"], fields["amount"], fields["email"]) == ("other", amount, "b@example.com")
    assert page.title.startswith("Error: ")


def test_same_form_sent_twice_starts_one_payment(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    fields = preview(client, invoice, amount="30")
    first, second = client.post("/invoices/pay/", fields), client.post("/invoices/pay/", fields)
    assert (first["Location"], len(till.payments())) == (second["Location"], 1)


def test_declined_card_and_back_keeps_the_choices_and_releases(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    response = client.post("/invoices/pay/", preview(client, invoice, amount="30") | {"email": "b@example.com"})
    submit(response["Location"], number="4000000000000002")
    payment = till.payments()[0]
    response = client.get(f"/payments/{payment.public_id}/return/?back=1")
    where = urlsplit(response["Location"])
    assert parse_qs(where.query)["invoice"] == [str(invoice.public_id)]
    page = read(client.get(response["Location"]))
    fields = page.form("/invoices/pay/").fields
    assert "The card was declined. Nothing was charged." in page.text
    assert (fields["how"], fields["amount"], fields["email"]) == ("other", "30.00", "b@example.com")
    assert (till.balance(invoice), till.payments()[0].state) == ((0, 0), "failed")
    assert "Failed" in read(client.get("/payments/")).text


def test_leaving_the_hosted_page_says_that_nothing_was_charged(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    client.post("/invoices/pay/", form_of(client, invoice))
    payment = till.payments()[0]
    response = client.get(f"/payments/{payment.public_id}/return/?back=1")
    assert "You were not charged." in read(client.get(response["Location"])).text
    assert (till.balance(invoice), till.payments()[0].state, till.open_pages()) == ((0, 0), "canceled", [])


def test_unknown_outcome_asks_to_wait_and_goes_on_when_it_is_known(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    fields = form_of(client, invoice)
    till.fault("drop_after", count=3)
    response = client.post("/invoices/pay/", fields)
    payment = till.payments()[0]
    assert response["Location"] == f"/payments/{payment.public_id}/return/"
    page = read(client.get(response["Location"]))
    assert (page.h1, "Please do not pay again." in page.text) == ("Checking your payment", True)
    till.reconcile()
    response = client.get(f"/payments/{payment.public_id}/return/")
    assert response["Location"] == till.open_pages()[0]


def test_invoices_of_two_customers_ask_whose(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        other = make_customer("Ben Sample")
        add_emails(other, "ana@example.com")
        second = make_invoice(other, 2000)
    first = till.owes(1000)
    page = read(till.browser().get(address(first, second)))
    assert page.h1 == "Choose who is billed"
    assert page.links["Ana Sample"] == address(first)
    assert page.links["Ben Sample"] == address(second)


def test_invoice_of_somebody_else_is_not_found(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        theirs = make_invoice(make_customer("Cal Sample", "cal@example.com"), 2000)
    mine = till.owes(1000)
    client = till.browser()
    assert client.get(address(mine, theirs)).status_code == 404
    assert client.get(address(theirs)).status_code == 404
    stolen = form_of(client, mine) | {"invoice": [str(theirs.public_id)]}
    assert (client.post("/invoices/pay/", stolen).status_code, till.payments()) == (404, [])


def test_payment_of_somebody_else_is_not_found(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    client.post("/invoices/pay/", form_of(client, invoice))
    payment = till.payments()[0]
    with company_scope(till.company_id), transaction.atomic():
        make_customer("Cal Sample", "cal@example.com")
        cal = people.make_login("cal@example.com")
    stranger = till.browser(cal)
    for path in ("", "pdf/", "return/", "return/?back=1"):
        assert stranger.get(f"/payments/{payment.public_id}/{path}").status_code == 404
    assert len(till.open_pages()) == 1


def test_company_without_account_says_how_to_pay_and_has_no_button(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PaymentAccount.objects.update(is_active=False)
    invoice = till.owes(1000)
    page = read(till.browser().get(address(invoice)))
    assert (page.h1, "Call us and we take your payment" in page.text) == ("How to pay", True)
    assert [form.action for form in page.forms if form.action == "/invoices/pay/"] == []


def test_policy_without_part_payments_offers_only_the_whole(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PaymentPolicy.objects.create(is_partial_allowed=False)
    client, invoice = till.browser(), till.owes(1000)
    fields = form_of(client, invoice)
    assert "how" not in fields
    response = client.post("/invoices/pay/", fields | {"how": "other", "amount": "5"})
    assert (response.status_code, till.payments()[0].amount_minor) == (303, 1000)


def test_thirty_cents_alone_cannot_be_charged_but_together_can(till: Till):
    client, small, large = till.browser(), till.owes(30), till.owes(1000)
    response = client.post("/invoices/pay/", form_of(client, small))
    assert (response.status_code, "Pay it together with another invoice" in read(response).text) == (422, True)
    assert client.post("/invoices/pay/", form_of(client, small, large)).status_code == 303
    assert till.payments()[0].amount_minor == 1030


def test_changed_balance_is_shown_again_instead_of_charged(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    fields = form_of(client, invoice)
    with company_scope(till.company_id), transaction.atomic():
        type(invoice).objects.filter(pk=invoice.pk).update(paid_minor=4000)
    page = read(client.post("/invoices/pay/", fields, follow=True))
    assert ("Continue to pay $60.00" in page.form("/invoices/pay/").buttons, till.payments()) == (True, [])


def test_sixth_start_in_a_minute_is_slowed_down(till: Till):
    in_one_window(limits.STARTED_A_MINUTE, limits.STARTED_AN_HOUR)
    client, invoice = till.browser(), till.owes(10000)
    answers = [client.post("/invoices/pay/", form_of(client, invoice)).status_code for _ in range(6)]
    assert answers == [303] * 5 + [429]
    assert len(till.payments()) == 5


def test_gateway_that_is_down_is_told_and_nothing_is_held(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    fields = form_of(client, invoice)
    till.fault("error_before", path="/v1/customers", count=3)
    response = client.post("/invoices/pay/", fields)
    assert (response.status_code, "Nothing was charged" in read(response).text) == (503, True)
    assert till.balance(invoice) == (0, 0)


def test_return_twice_mails_one_receipt(till: Till):
    client, invoice = till.browser(), till.owes(10000)
    submit(client.post("/invoices/pay/", form_of(client, invoice))["Location"])
    payment = till.payments()[0]
    for _ in range(3):
        client.get(f"/payments/{payment.public_id}/return/")
    till.reconcile()
    with company_scope(till.company_id), transaction.atomic():
        assert Message.objects.filter(kind="receipt").count() == 1


@pytest.mark.parametrize("count", (1, 30))
def test_pay_page_takes_the_same_statements_for_one_invoice_and_many(till: Till, count):
    invoices = [till.owes(1000) for _ in range(count)]
    client = till.browser()
    with statements(3):
        response = client.get(address(*invoices))
    assert f"Continue to pay ${10 * count:,}.00" in read(response).form("/invoices/pay/").buttons


def test_card_number_typed_into_our_form_is_kept_nowhere(till: Till, caplog):
    number = "4242424242424242"
    client, invoice = till.browser(), till.owes(1000)
    response = client.post(
        "/invoices/pay/",
        form_of(client, invoice, how="other", amount=number, email=f"{number}@example.com", number=number),
    )
    assert (response.status_code, till.payments(), number in caplog.text) == (422, [], False)

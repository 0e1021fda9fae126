from datetime import date

import pytest
from django.db import transaction

from portico.domain.billing.models import PaymentMethod, PaymentPolicy
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.models import PortalContact
from portico.foundation.audit.models import AuditEntry
from portico.foundation.tenancy.scope import company_scope
from tests.faces.customer.test_pay import address, form_of
from tests.factories import people, read, statements
from tests.factories.customers import add_emails, make_customer
from tests.sandbox.running import verify
from tests.stripe_sandbox import Till, violations

PAY, INVOICES = "/invoices/pay/", "/invoices/"


def ways(page) -> list[str]:
    """What is offered, in its order, without the notes."""
    offered = []
    for label in labels_of_ways(page):
        notes = [span.text for span in label.all("span") if "choice__note" in span.get("class")]
        offered.append(label.text.removesuffix("".join(notes)).strip())
    return offered


def labels_of_ways(page):
    return [label for label in page.all("label") if [one for one in label.all("input") if one.get("name") == "way"]]


def main_button(page) -> str:
    return page.form(PAY).buttons[-1]


def choose(client, *invoices, **changed) -> dict:
    """Choose on the page and let it be shown: the form of the page that then stands there."""
    sent = form_of(client, *invoices, step="preview", **changed)
    page = read(client.post(PAY, sent, follow=True))
    return page.form(PAY).fields | {"invoice": sent["invoice"], "step": "pay"}


def without_credit(fields: dict) -> dict:
    return {name: value for name, value in fields.items() if name != "use_credit"}


def trail(till: Till, verb: str) -> list[str]:
    with company_scope(till.company_id), transaction.atomic():
        return list(AuditEntry.objects.filter(verb=verb).values_list("note", flat=True))


def expire(till: Till, method: PaymentMethod) -> None:
    with company_scope(till.company_id), transaction.atomic():
        PaymentMethod.objects.filter(pk=method.pk).update(expires_on=date(2024, 4, 30), is_default=False)


# --- What is offered --------------------------------------------------------------------------------------------


def test_pay_page_offers_the_default_first_then_the_others_and_new_ones(till: Till):
    till.saved("pm_card_visa"), till.saved("pm_usBankAccount_success")
    page = read(till.browser().get(address(till.owes(12000))))
    assert ways(page) == [
        "Visa ending 4242",
        "Stripe Test Bank ending 6789",
        "A different card",
        "A different bank account",
    ]
    assert main_button(page) == "Pay $120.00 with Visa ending 4242"


def test_expired_card_is_marked_and_not_offered(till: Till):
    expire(till, till.saved())
    page = read(till.browser().get(address(till.owes())))
    assert ways(page) == ["Card", "Bank account"]
    assert "The card has expired." in page.row("left-out", "Visa ending 4242").text


def test_bank_accounts_are_offered_only_where_the_company_takes_them(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PaymentPolicy.objects.create(is_ach_allowed=False)
    client, invoice = till.browser(), till.owes()
    assert ways(read(client.get(address(invoice)))) == ["Card"]
    response = client.post(PAY, form_of(client, invoice, way="new_bank"))
    assert (response.status_code, till.payments()) == (422, [])
    assert "Choose how you would like to pay." in read(response).text


def test_address_of_one_place_sees_neither_methods_nor_credit(till: Till):
    till.saved(), till.has_credit(3000)
    with company_scope(till.company_id), transaction.atomic():
        add_emails(till.customer, "helper@example.com")
        PortalContact.objects.filter(email="helper@example.com").update(billing=BillingLevel.NONE)
        helper = people.make_login("helper@example.com")
    client = till.browser(helper)
    assert client.get(address(till.owes())).status_code == 404
    assert client.get("/payment-methods/").status_code == 404


@pytest.mark.parametrize("count", (1, 30))
def test_pay_page_takes_the_same_statements_however_much_is_saved(till: Till, count):
    till.saved(), till.has_credit(3000)
    with company_scope(till.company_id), transaction.atomic():
        card = PaymentMethod.objects.get()
        for number in range(1, count):
            card.pk, card.public_id, card.ref, card.is_default = None, None, f"pm_{number}", False
            card.public_id = PaymentMethod._meta.get_field("public_id").get_default()
            card.save(force_insert=True)
    client, invoice = till.browser(), till.owes()
    with statements(3):
        page = read(client.get(address(invoice)))
    assert len(labels_of_ways(page)) == count + 2


# --- Saved methods ----------------------------------------------------------------------------------------------


def test_saved_card_is_charged_at_once_and_leads_to_the_receipt(till: Till):
    till.saved()
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, form_of(client, invoice), follow=True)
    page = read(response)
    assert (page.h1, till.balance(invoice), till.cash()) == ("Payment received", (12000, 0), 12000)
    assert "Visa ending 4242" in page.text


def test_saved_card_wants_a_fresh_confirmation_and_nothing_typed_is_lost(till: Till):
    till.saved()
    client, invoice = till.browser(), till.owes(12000)
    fields = choose(client, invoice, how="other", amount="50", email="b@example.com")
    people.make_stale(till.login)
    asked = client.post(PAY, fields)
    page = read(asked)
    assert (asked.status_code, page.h1, till.payments()) == (403, "Confirm that it is you", [])
    assert f"form-action 'self' {till.shop.sandbox.base};" in asked["Content-Security-Policy"]
    kept = page.form(PAY).fields
    sent = kept | {"invoice": [str(invoice.public_id)], "confirm_password": people.PASSWORD}
    page = read(client.post(PAY, sent, follow=True))
    assert (page.h1, till.balance(invoice)) == ("Payment received", (5000, 0))
    assert till.payments()[0].receipt_email == "b@example.com"


def test_new_card_wants_no_confirmation(till: Till):
    till.saved()
    client, invoice = till.browser(), till.owes(12000)
    fields = choose(client, invoice, way="new_card")
    people.make_stale(till.login)
    assert client.post(PAY, fields)["Location"].startswith(f"{till.shop.sandbox.base}/c/pay/")


def test_way_that_the_button_did_not_name_is_shown_before_anything_is_charged(till: Till):
    till.saved()
    bank = till.saved("pm_usBankAccount_success")
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, form_of(client, invoice, way=str(bank.public_id)), follow=True)
    assert (response.redirect_chain[0][1], till.payments()) == (303, [])
    assert main_button(read(response)) == "Pay $120.00 with Stripe Test Bank ending 6789"


def test_declined_saved_card_says_so_and_releases(till: Till):
    till.saved("pm_card_chargeCustomerFail")
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.post(PAY, form_of(client, invoice), follow=True))
    assert ("Nothing was charged." in page.text, till.balance(invoice)) == (True, (0, 0))
    assert (page.h1, till.payments()[0].state) == (f"Pay invoice {invoice.number}", "failed")


@pytest.mark.parametrize(
    ("answer", "h1", "paid"), (("complete", "Payment received", 12000), ("fail", "Pay invoice {number}", 0))
)
def test_card_that_the_bank_asks_about(till: Till, answer, h1, paid):
    till.saved("pm_card_authenticationRequired")
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, form_of(client, invoice))
    assert response["Location"].startswith(f"{till.shop.sandbox.base}/3ds/")
    back = till.authenticate(response["Location"], answer)
    page = read(client.get("/" + back.split("/", 3)[3], follow=True))
    assert (page.h1, till.balance(invoice)) == (h1.format(number=invoice.number), (paid, 0))
    assert ("could not confirm that it was you" in page.text) is (answer == "fail")


def test_method_of_somebody_else_cannot_be_charged(till: Till):
    till.saved()
    with company_scope(till.company_id), transaction.atomic():
        cal = make_customer("Cal Sample", "cal@example.com")
        theirs = PaymentMethod.objects.get()
        theirs.customer = cal
        theirs.save()
    client, invoice = till.browser(), till.owes()
    response = client.post(PAY, form_of(client, invoice, way=str(theirs.public_id)))
    assert (response.status_code, till.payments(), till.cash()) == (422, [], 0)


def test_same_form_of_a_saved_card_sent_twice_charges_once(till: Till):
    till.saved()
    client, invoice = till.browser(), till.owes(12000)
    fields = choose(client, invoice, how="other", amount="50")
    for _ in range(2):
        client.post(PAY, fields)
    assert (len(till.payments()), till.cash(), till.balance(invoice)) == (1, 5000, (5000, 0))


# --- Bank accounts ----------------------------------------------------------------------------------------------


def test_saved_bank_account_shows_what_is_authorized_and_the_trail_keeps_those_words(till: Till):
    till.saved("pm_usBankAccount_success")
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.get(address(invoice)))
    shown = page.one("section", **{"data-authorization": ""}).one("p").text
    for said in ("Brightwater Home", "$120.00", "Stripe Test Bank ending 6789"):
        assert said in shown
    page = read(client.post(PAY, form_of(client, invoice), follow=True))
    assert (page.h1, till.balance(invoice)) == ("Payment on its way", (0, 12000))
    assert trail(till, "payment.debit_authorized") == [shown]


def test_pending_bank_payment_says_what_happens_next_everywhere(till: Till):
    till.saved("pm_usBankAccount_success")
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.post(PAY, choose(client, invoice, how="other", amount="70"), follow=True))
    assert ("We asked your bank for $70.00." in page.text, "It usually arrives by" in page.text) == (True, True)
    again = read(client.get(address(invoice)))
    assert "a bank payment of $70.00 is on its way since" in again.row("pending", invoice.number).text
    assert main_button(again).startswith("Pay $50.00 with")
    assert "Pending" in read(client.get("/payments/")).text
    assert "$70.00" in read(client.get(f"/invoices/{invoice.public_id}/")).text


def test_invoice_that_a_bank_payment_covers_whole_is_not_payable_again(till: Till):
    till.saved("pm_usBankAccount_success")
    client, invoice = till.browser(), till.owes(12000)
    fields = form_of(client, invoice)
    client.post(PAY, fields)
    page = read(client.get(address(invoice)))
    assert (page.h1, "bank payment of $120.00 is on its way" in page.text) == ("Nothing to pay", True)
    late = client.post(PAY, fields | {"token": "another"})
    assert (late.status_code, len(till.payments())) == (200, 1)


def test_bank_payment_that_fails_says_why_and_is_due_again(till: Till):
    till.saved("pm_usBankAccount_success")
    client, invoice = till.browser(), till.owes(12000)
    client.post(PAY, form_of(client, invoice))
    till.fail(till.last_intent(), "account_closed")
    till.hear()
    payment = till.payments()[0]
    page = read(client.get(f"/payments/{payment.public_id}/"))
    assert (page.h1, "Try again" in page.links) == ("Payment did not go through", True)
    assert payment.failure_text in page.text
    home = read(client.get("/"))
    assert "Your payment of $120.00 did not go through" in home.text
    assert till.balance(invoice) == (0, 0)
    pay_again = read(client.get(address(invoice)))
    assert "no longer allows payments" in pay_again.row("left-out", "Stripe Test Bank ending 6789").text


def test_bank_account_to_be_verified_says_how_and_offers_another_way(till: Till):
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, choose(client, invoice, way="new_bank"))
    till.pay_by_bank(response["Location"], way="manual")
    payment = till.payments()[0]
    page = read(client.get(f"/payments/{payment.public_id}/return/", follow=True))
    assert (page.h1, till.balance(invoice)) == ("Verify your bank account", (0, 0))
    assert page.links["Pay another way instead"].startswith(PAY)
    assert page.links["Enter the amounts"].startswith(f"{till.shop.sandbox.base}/microdeposits/")
    verify(page.links["Enter the amounts"])
    page = read(client.get(f"/payments/{payment.public_id}/return/", follow=True))
    assert (page.h1, till.balance(invoice)) == ("Payment on its way", (0, 12000))


# --- Credit -----------------------------------------------------------------------------------------------------


def test_credit_is_used_first_and_the_rest_is_charged(till: Till):
    till.saved(), till.has_credit(3000)
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.get(address(invoice)))
    assert main_button(page) == "Pay $90.00 with Visa ending 4242"
    assert "You have $30.00 credit. Use it first" in page.text
    page = read(client.post(PAY, form_of(client, invoice), follow=True))
    assert (page.h1, till.balance(invoice), till.cash()) == ("Payment received", (12000, 0), 9000)
    assert "$30.00 of your credit was used first." in page.text
    assert violations(till) == []


def test_credit_that_covers_everything_charges_nothing(till: Till):
    till.saved(), till.has_credit(20000)
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.get(address(invoice)))
    assert (main_button(page), ways(page)) == ("Use $120.00 credit", [])
    people.make_stale(till.login)
    page = read(client.post(PAY, form_of(client, invoice), follow=True))
    assert (page.h1, till.balance(invoice), till.cash()) == (f"Invoice {invoice.number}", (12000, 0), 0)
    assert "We used $120.00 of your credit. Nothing was charged." in page.text


def test_credit_left_unticked_is_not_used_after_it_was_shown(till: Till):
    till.saved(), till.has_credit(3000)
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, without_credit(form_of(client, invoice)))
    assert (response.status_code, till.payments()[1:]) == (303, [])
    page = read(client.get(response["Location"]))
    assert main_button(page) == "Pay $120.00 with Visa ending 4242"
    fields = without_credit(page.form(PAY).fields) | {"invoice": [str(invoice.public_id)], "step": "pay"}
    client.post(PAY, fields)
    assert (till.cash(), till.balance(invoice)) == (12000, (12000, 0))


def test_credit_stays_when_the_card_is_then_declined(till: Till):
    till.saved("pm_card_chargeCustomerFail"), till.has_credit(3000)
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.post(PAY, form_of(client, invoice), follow=True))
    assert "The $30.00 of your credit stays on your invoices." in page.text
    assert (till.balance(invoice), till.cash()) == ((3000, 0), 0)


def test_rest_too_small_to_be_charged_is_not_the_first_offer(till: Till):
    till.saved(), till.has_credit(11980)
    client, invoice = till.browser(), till.owes(12000)
    page = read(client.get(address(invoice)))
    assert main_button(page) == "Pay $120.00 with Visa ending 4242"
    ticked = client.post(PAY, form_of(client, invoice, use_credit="on"))
    assert (ticked.status_code, "After your credit, $0.20 would be left" in read(ticked).text) == (422, True)


def test_amount_typed_beside_full_balance_is_asked_about(till: Till):
    client, invoice = till.browser(), till.owes(12000)
    response = client.post(PAY, form_of(client, invoice, amount="50"))
    page = read(response)
    assert (response.status_code, page.form(PAY).fields["amount"], till.payments()) == (422, "50", [])
    assert "Choose “Another amount” to pay this, or leave the field empty." in page.text


# --- What home and the invoices say ------------------------------------------------------------------------------


def test_credit_is_told_on_home_and_on_the_invoices(till: Till):
    till.has_credit(3000)
    till.owes()
    client = till.browser()
    told = [[row.text for row in read(client.get(path)).all("p", **{"data-row": "credit"})] for path in ("/", INVOICES)]
    assert told == [["You have $30.00 credit. You can use it when you pay."]] * 2
    assert read(client.get(f"{INVOICES}?show=paid")).all("p", **{"data-row": "credit"}) == []


def test_bank_account_to_be_verified_is_a_task(till: Till):
    client, invoice = till.browser(), till.owes(12000)
    till.pay_by_bank(client.post(PAY, choose(client, invoice, way="new_bank"))["Location"], way="manual")
    payment = till.payments()[0]
    client.get(f"/payments/{payment.public_id}/return/")
    links = read(client.get("/")).links
    assert links["Verify your bank account for your payment of $120.00"] == f"/payments/{payment.public_id}/"

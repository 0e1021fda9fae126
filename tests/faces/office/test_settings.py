from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from portico.domain.billing.models import PaymentAccount, PaymentPolicy
from portico.domain.billing.operations import accounts
from portico.domain.billing.queries import payments
from portico.domain.billing.queries.settings import PaymentRules, payment_rules
from portico.domain.billing.receipts import print_receipt
from portico.foundation.audit.models import AuditEntry
from portico.foundation.messaging.models import Message
from portico.foundation.people.roles import StaffRole
from portico.foundation.tenancy.scope import company_scope
from tests.factories import people, read
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till

PATH = "/settings/payments/"
OTHER_KEY = "sk_test_" + "b" * 24
RULES = {
    "act": "rules",
    "is_partial_allowed": "on",
    "minimum": "25",
    "partial_minimum_invoice": "1,000.00",
    "receipt_text": "Thank you for your trust.",
    "statement_every_days": "30",
}


def staff(till: Till, role: StaffRole = StaffRole.ADMIN):
    with people.inside_id(till.company_id):
        login = people.make_staff(role=role)
    return people.sign_in(people.office(till.host), login)


def now(till: Till) -> PaymentRules:
    with company_scope(till.company_id):
        return payment_rules()


def account(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        return PaymentAccount.objects.get(is_active=True)


def test_rules_are_saved_shown_and_told_in_the_trail(till: Till):
    client = staff(till)
    page = read(client.post(PATH, RULES, follow=True))
    assert "The rules of paying were saved." in page.text
    assert now(till) == PaymentRules(True, 2500, 100000, False, "Thank you for your trust.", 30)
    fields = next(form.fields for form in page.forms if form.fields.get("act") == "rules")
    assert (fields["minimum"], fields["partial_minimum_invoice"]) == ("25.00", "1000.00")
    with company_scope(till.company_id), transaction.atomic():
        entry = AuditEntry.objects.get(verb="payment.rules_changed")
    assert (entry.facts["minimum_minor"], "is_partial_allowed" in entry.facts) == (2500, False)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    (
        ("minimum", "0.30", "takes no less than 0.50"),
        ("minimum", "", "This field is required."),
        ("minimum", "ten", "is not an amount"),
        ("partial_minimum_invoice", "-5", "is not an amount"),
        ("statement_every_days", "0", "greater than or equal to 1"),
        ("receipt_text", "x" * 1001, "at most 1000 characters"),
    ),
)
def test_rule_that_cannot_be_is_told_and_what_was_typed_stays(till: Till, field, typed, told):
    answer = staff(till).post(PATH, RULES | {field: typed})
    page = read(answer)
    fields = next(form.fields for form in page.forms if form.fields.get("act") == "rules")
    assert (answer.status_code, fields[field], fields["receipt_text" if field != "receipt_text" else "minimum"]) == (
        422,
        typed,
        RULES["receipt_text" if field != "receipt_text" else "minimum"],
    )
    assert (told in page.text, now(till).minimum_minor) == (True, 100)


def test_key_that_opens_an_account_takes_its_place_and_is_never_shown(till: Till):
    client, before = staff(till), account(till)
    answer = client.post(PATH, {"act": "account", "secret_key": f"  {OTHER_KEY} ", "webhook_secret": ""}, follow=True)
    after = account(till)
    assert "The key works: payments go to" in read(answer).text
    assert (after.pk != before.pk, after.key_hint, OTHER_KEY in answer.text) == (True, "bbbb", False)
    assert OTHER_KEY.encode() not in bytes(after.secret_key_sealed)
    with company_scope(till.company_id):
        opened = accounts.require_account()
    assert (len(opened.webhook_secrets), opened.gateway.has_webhook(opened.webhook_url)) == (1, True)


def test_same_key_again_keeps_the_account_and_its_customers(till: Till):
    client, before = staff(till), account(till)
    client.post(PATH, {"act": "account", "secret_key": till.shop.key, "webhook_secret": ""})
    assert account(till).pk == before.pk


@pytest.mark.parametrize(
    ("typed", "told"),
    (
        ({"secret_key": ""}, "This field is required."),
        ({"secret_key": "pk_test_123456"}, "This is not a secret key."),
        ({"secret_key": "sk_live_123456789"}, "This is not a secret key."),
        ({"secret_key": OTHER_KEY, "webhook_secret": "abc"}, "A signing secret begins with whsec_."),
    ),
)
def test_key_that_cannot_be_changes_nothing(till: Till, typed, told):
    client, before = staff(till), account(till)
    answer = client.post(PATH, {"act": "account", "webhook_secret": "", **typed})
    assert (answer.status_code, told in read(answer).text, account(till).pk) == (422, True, before.pk)
    assert OTHER_KEY not in answer.text


def test_gateway_that_does_not_answer_changes_nothing(till: Till):
    client, before = staff(till), account(till)
    till.fault("rate_limit", path="/v1/account", method="GET", account=OTHER_KEY)
    answer = client.post(PATH, {"act": "account", "secret_key": OTHER_KEY, "webhook_secret": ""})
    assert (answer.status_code, account(till).pk) == (422, before.pk)
    assert "did not answer. Nothing was changed." in read(answer).text


def test_manager_sees_rules_but_may_not_enter_keys(till: Till):
    client = staff(till, StaffRole.MANAGER)
    page = read(client.get(PATH))
    assert [form.fields["act"] for form in page.forms if "act" in form.fields] == ["rules"]
    assert client.post(PATH, {"act": "account", "secret_key": OTHER_KEY, "webhook_secret": ""}).status_code == 403


@pytest.mark.parametrize("role", (StaffRole.CSR, StaffRole.DISPATCHER, StaffRole.ACCOUNTANT))
def test_other_roles_do_not_get_in(till: Till, role):
    client = staff(till, role)
    assert (client.get(PATH).status_code, client.post(PATH, RULES).status_code) == (403, 403)
    assert PATH not in client.get("/customers/").text


def test_text_of_the_office_stands_on_the_receipt(till: Till):
    staff(till).post(PATH, RULES)
    invoice = till.owes(10000)
    begun = till.pay((invoice, 10000))
    submit(till.open_pages()[0])
    till.reconcile()
    with company_scope(till.company_id), transaction.atomic():
        assert "Thank you for your trust." in str(Message.objects.get(kind="receipt").letter)
        paper = print_receipt(payments.payment_paper(payment=begun.payment))
    assert paper.content.startswith(b"%PDF")


def test_paused_cards_are_told_and_accepted_again(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        from_now = datetime.now(UTC) + timedelta(minutes=50)
        PaymentPolicy.objects.update_or_create(defaults={"cards_paused_until": from_now})
    client = staff(till, StaffRole.MANAGER)
    assert "new cards are not accepted until" in read(client.get(PATH)).text
    page = read(client.post(PATH, {"act": "resume_cards"}, follow=True))
    assert ("New cards are accepted again." in page.text, "not accepted until" in page.text) == (True, False)

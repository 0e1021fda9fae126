from io import BytesIO

import pytest
from django.db import transaction
from pypdf import PdfReader

from portico.domain.billing import papers, receipts
from portico.domain.billing.operations import invoices as operations
from portico.domain.customers.enums import BillingLevel
from portico.domain.customers.errors import NoBillingAccess
from portico.domain.customers.models import PortalContact
from portico.foundation.audit.operations import SHELL
from portico.foundation.messaging.models import Message
from portico.foundation.tenancy.brands import brand_of_branch
from portico.foundation.tenancy.scope import company_scope
from tests.factories import drain, people
from tests.sandbox.running import submit
from tests.stripe_sandbox import Till


def test_receipt_says_what_was_paid_how_and_what_is_left(till: Till):
    first, second = till.owes(10000, due_in=2), till.owes(5000, due_in=9)
    begun = till.pay((first, 10000), (second, 2000))
    submit(begun.url)
    till.reconcile()
    with company_scope(till.company_id):
        printed = receipts.receipt_pdf(begun.payment, {})
    said = " ".join(page.extract_text() for page in PdfReader(BytesIO(printed.content)).pages)
    payment = till.payment(begun)
    for words in (payment.receipt_number, "Visa ending 4242", "$120.00", "$100.00", "$20.00", "$30.00", "Ana Sample"):
        assert words in said
    assert printed.file_name == f"receipt-{payment.receipt_number}.pdf"


def test_receipt_mail_arrives_with_its_paper(till: Till, mailoutbox):
    invoice = till.owes(10000)
    submit(till.pay((invoice, 10000)).url)
    till.reconcile()
    drain()
    mail = next(mail for mail in people.mailbox() if mail["Subject"].startswith("Receipt"))
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", "Receipt for your payment of $100.00")
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        f"receipt-{till.payments()[0].receipt_number}.pdf"
    ]
    assert f"Invoice {invoice.number}" in people.body_of(mail)


def test_receipt_is_not_mailed_to_somebody_who_may_not_see_amounts(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PortalContact.objects.update(billing=BillingLevel.NONE)
    invoice = till.owes(10000)
    begun = till.pay((invoice, 10000))
    submit(begun.url)
    till.reconcile()
    assert till.payment(begun).state == "succeeded"
    with company_scope(till.company_id), transaction.atomic():
        assert not Message.objects.filter(kind="receipt").exists()


def test_invoice_is_mailed_with_its_paper_and_audited(till: Till, mailoutbox):
    invoice = till.owes(10000)
    with company_scope(till.company_id):
        operations.send_invoice(invoice=invoice.public_id, to_email=" Ana@Example.com ", by=SHELL)
    drain()
    mail = people.mailbox()[-1]
    subject = f"Invoice {invoice.number} from {invoice.branch.display_name}"
    assert (mail["To"], mail["Subject"]) == ("ana@example.com", subject)
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"invoice-{invoice.number}.pdf"]
    assert f"/invoices/{invoice.public_id}/" in people.body_of(mail)


def test_invoice_is_not_mailed_to_who_may_not_see_it_or_nowhere(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        PortalContact.objects.update(billing=BillingLevel.NONE)
    invoice = till.owes(10000)
    with company_scope(till.company_id):
        with pytest.raises(NoBillingAccess):
            operations.send_invoice(invoice=invoice.public_id, to_email="ana@example.com", by=SHELL)
        with pytest.raises(operations.BadAddress):
            operations.send_invoice(invoice=invoice.public_id, to_email="ana at home", by=SHELL)
        with transaction.atomic():
            assert not Message.objects.exists()


def test_payer_who_was_asked_to_wait_hears_that_nothing_was_charged(till: Till):
    invoice = till.owes(10000)
    till.fault("drop_before", count=3)
    begun = till.pay((invoice, 10000))
    with company_scope(till.company_id), transaction.atomic():
        attempts = till.attempt(begun).__class__.objects
        attempts.update(expires_at=attempts.get().sent_at)
    till.reconcile()
    with company_scope(till.company_id), transaction.atomic():
        message = Message.objects.get()
    assert (message.kind, message.letter["heading"]) == ("payment_failed", "Your payment did not go through")
    assert (till.payment(begun).state, till.balance(invoice)) == ("canceled", (0, 0))


def test_head_of_a_paper_writes_the_phone_as_pages_and_mails_do(till: Till):
    with company_scope(till.company_id), transaction.atomic():
        head = papers.sheet_brand(brand_of_branch(till.customer.branch_id))
    assert head["phone"] == "(512) 555-0100"

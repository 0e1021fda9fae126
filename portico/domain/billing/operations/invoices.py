"""Mailing invoices, from the office or as the copy that a customer asks for."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing.enums import InvoiceState
from portico.domain.billing.models import Invoice
from portico.domain.billing.queries import invoices
from portico.domain.customers import operations as customers
from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Scope, reach_of
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Enclosure, Letter
from portico.foundation.messaging.models import Message
from portico.kernel import clock, errors, formats, text

INVOICE_PDF = "invoice_pdf"


class BadAddress(errors.NotPossible):
    """No mail can go there."""

    code = "bad_address"


class NoSuchInvoice(errors.NotPossible):
    """There is no such invoice, or it is void."""

    code = "no_such_invoice"


@transaction.atomic
def send_invoice(*, invoice: UUID, to_email: str, by: Actor) -> Message:
    """Mail an invoice with its PDF; with the link that its recipient can use. Refuses who may not see amounts."""
    email = text.normalise_email(to_email)
    if not text.is_email(email):
        raise BadAddress(_("That is not an email address."))
    found = (
        Invoice.objects.select_related("customer", "branch")
        .filter(public_id=invoice, state=InvoiceState.ISSUED)
        .first()
    )
    if found is None:
        raise NoSuchInvoice(_("This invoice cannot be mailed."))
    message = messaging.queue_letter(
        kind=MessageKind.INVOICE,
        to_email=email,
        branch_id=found.branch_id,
        letter=_letter(found, email, by),
        subject_id=found.public_id,
        customer_id=found.customer.public_id,
        enclosures=(Enclosure(INVOICE_PDF, found.public_id),),
    )
    if message is None:
        raise LookupError("a mail without a key is always queued")
    audit.record("invoice.mailed", found, by=by, customer=found.customer.public_id, note=email)
    return message


def _letter(invoice: Invoice, email: str, by: Actor) -> Letter:
    due = invoices.invoice_paper(invoice=invoice.public_id, now=clock.now()).row.due
    link = customers.document_link(
        kind=MessageKind.INVOICE,
        customer_id=invoice.customer_id,
        email=email,
        label=_("See and pay the invoice") if due else _("See the invoice"),
        path=f"/invoices/{invoice.public_id}/",
        reaches_document=_is_reached_by(email, invoice),
        by=by,
    )
    owed = formats.money(due.minor, due.currency)
    named = {"number": invoice.number, "brand": invoice.branch.display_name}
    subject = _("Invoice %(number)s from %(brand)s") % named
    heading = _("Invoice %(number)s: %(amount)s due") % {"amount": owed, **named} if due else subject
    facts = [
        (_("Date"), formats.day(invoice.issued_on)),
        (_("Due"), formats.day(invoice.due_on) if due else ""),
        (_("Total"), formats.money(invoice.total_minor, invoice.currency)),
        (_("Paid"), formats.money(invoice.paid_minor, invoice.currency) if invoice.paid_minor else ""),
        (_("Amount due"), owed),
    ]
    return Letter(
        subject=subject,
        heading=heading,
        preheader=invoice.title,
        facts=tuple(fact for fact in facts if fact[1]),
        lines=tuple(
            (item.name, formats.money(item.total_minor, invoice.currency))
            for item in invoice.items.order_by("position")
        ),
        action=link,
        closing=(_("The invoice is attached as a PDF."),),
    )


def _is_reached_by(email: str, invoice: Invoice) -> bool:
    """Whether this address, signed in, would find the invoice: one that stands on another location would not."""
    scope = Scope.of(reach_of(email), Right.PRICES)
    return invoices.invoice_page(scope=scope, invoice=invoice.public_id, now=clock.now()) is not None

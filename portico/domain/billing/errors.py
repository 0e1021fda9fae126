"""What may go wrong with a payment, in words for the payer."""

from __future__ import annotations

from portico.kernel import errors


class InvoiceChanged(errors.Conflict):
    """What is owed is no longer what the form showed."""

    code = "invoice_changed"


class FormReused(errors.Conflict):
    """The same form was sent twice with different contents."""

    code = "form_reused"


class PaymentInProgress(errors.Conflict):
    """An earlier payment of these invoices is not over."""

    code = "payment_in_progress"


class AlreadyPaid(errors.Conflict):
    """The earlier payment went through meanwhile."""

    code = "already_paid"


class CannotPayOnline(errors.Unavailable):
    """The company has no payment account, or the gateway refuses ours."""

    code = "cannot_pay_online"


class NoSuchPayment(errors.NotPossible):
    """There is no payment of that id here."""

    code = "no_such_payment"


class BadSignature(errors.NotAllowed):
    """A webhook that was not signed with our secret."""

    code = "bad_signature"


class ForeignEvent(errors.NotAllowed):
    """A webhook of another account or another mode."""

    code = "foreign_event"

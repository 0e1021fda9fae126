"""What may go wrong with a payment, in words for the payer."""

from __future__ import annotations

from portico.kernel import errors


class InvoiceChanged(errors.Conflict):
    """What is owed is no longer what the form showed."""

    code = "invoice_changed"


class PartPending(InvoiceChanged):
    """A bank payment on its way covers what was to be paid; the message says how much, since when, and what is left."""

    code = "part_pending"


class CreditChanged(errors.Conflict):
    """There is less credit than the form showed."""

    code = "credit_changed"


class MethodNotOffered(errors.Conflict):
    """The saved card or bank account that was chosen cannot be charged any more."""

    code = "method_not_offered"


class MethodInUse(errors.Conflict):
    """A payment with it is not decided."""

    code = "method_in_use"


class TooManyMethods(errors.NotPossible):
    """The customer has as many saved as there may be."""

    code = "too_many_methods"


class NoSuchMethod(errors.NotPossible):
    """There is no saved method of that id here."""

    code = "no_such_method"


class FormReused(errors.Conflict):
    """The same form was sent twice with different contents."""

    code = "form_reused"


class PaymentInProgress(errors.Conflict):
    """An earlier payment of these invoices is not over."""

    code = "payment_in_progress"


class DepositChanged(errors.Conflict):
    """The deposit is no longer what the form showed, or needs no payment any more."""

    code = "deposit_changed"


class DepositNotFree(errors.Conflict):
    """The money of a deposit is here or on its way, so that it cannot be taken back."""

    code = "deposit_not_free"


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


class KeyRefused(errors.NotPossible):
    """A key that was entered opens nothing here."""

    code = "key_refused"


class BadInvoice(errors.NotPossible):
    """Something in a written invoice cannot be; `field` says where, `line` in which item, counted from zero."""

    code = "bad_invoice"

    def __init__(self, message: str, *, field: str, line: int = -1) -> None:
        super().__init__(message)
        self.field, self.line = field, line


class DraftChanged(errors.Conflict):
    """Somebody else changed or issued the draft meanwhile."""

    code = "draft_changed"


class MissingDraft(errors.NotPossible):
    """There is no such draft here."""

    code = "missing_draft"

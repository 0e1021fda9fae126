"""What the office is told of a bank payment that did not come."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.models import Payment
from portico.domain.billing.operations import letters
from portico.domain.billing.words import failure_words
from portico.foundation.messaging import operations as messaging
from portico.foundation.messaging.enums import MessageKind
from portico.foundation.messaging.letter import Letter
from portico.foundation.tenancy.models import Branch
from portico.kernel import formats


def tell_office(payment: Payment, *, code: str) -> None:
    """Mail the branch that its invoice is due again, once a payment."""
    allocations = letters.allocations_of(payment)
    branch = Branch.objects.get(pk=letters.branch_of(payment, allocations))
    if not branch.support_email:
        return
    amount = formats.money(payment.amount_minor, payment.currency)
    what = letters.what_for(payment, allocations)
    words = {"amount": amount, "customer": payment.customer.name, "what": what}
    messaging.queue_letter(
        kind=MessageKind.PAYMENT_FAILED,
        to_email=branch.support_email,
        branch_id=branch.pk,
        letter=Letter(
            subject=_("Bank payment of %(amount)s from %(customer)s failed") % words,
            heading=_("A bank payment failed"),
            paragraphs=(
                _("The bank payment of %(amount)s from %(customer)s did not come. Due again: %(what)s.") % words,
                failure_words(MethodKind.ACH, code),
                _("The customer was told. You find the payment under needs attention."),
            ),
        ),
        subject_id=payment.public_id,
        customer_id=payment.customer.public_id,
        key=f"bank_failed_office:{payment.public_id}",
    )

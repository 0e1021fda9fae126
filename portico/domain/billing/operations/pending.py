"""What is told to somebody who wants to pay what a payment on its way covers already."""

from __future__ import annotations

from typing import Never

from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import AllocationState, PaymentState
from portico.domain.billing.models import Allocation, Invoice
from portico.kernel import formats


def refuse(invoice: Invoice, *, room: int) -> Never:
    """Raise PartPending where a bank payment holds a part of the invoice, else InvoiceChanged."""
    held = Allocation.objects.filter(
        invoice=invoice, state=AllocationState.RESERVED, payment__state=PaymentState.PROCESSING
    )
    first = held.select_related("payment").order_by("payment__created_at", "pk").first()
    if first is None:
        words = _("What is due on invoice %(number)s has changed, or another payment of it is going on.")
        raise errors.InvoiceChanged(words % {"number": invoice.number})
    since = formats.as_local(first.payment.created_at, invoice.branch.time_zone).date()
    words = _("%(amount)s of invoice %(number)s is already covered by a bank payment that is pending since %(day)s.")
    told = words % {
        "amount": formats.money(sum(held.values_list("amount_minor", flat=True)), invoice.currency),
        "number": invoice.number,
        "day": formats.day(since),
    }
    raise errors.PartPending(f"{told} {_still_payable(invoice, room)}")


def _still_payable(invoice: Invoice, room: int) -> str:
    if room <= 0:
        return _("Nothing else is due on it.")
    return _("%(amount)s of it can still be paid.") % {"amount": formats.money(room, invoice.currency)}

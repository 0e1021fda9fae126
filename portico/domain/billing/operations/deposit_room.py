"""Whether a deposit can be paid now: by one payment at a time, and never twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.enums import PaymentState
from portico.domain.billing.models import Deposit, Payment
from portico.domain.billing.operations import deposits
from portico.kernel import formats, locks

SOMEBODY_PAYS = frozenset({PaymentState.OPEN, PaymentState.VERIFYING})


def require(deposit_id: int, *, customer_id: int, amount_minor: int, form_token: str) -> None:
    """Lock it. DepositChanged, AlreadyPaid, PaymentInProgress or PartPending where it cannot be paid.

    What the same form has begun is not in its way.
    """
    deposit = locks.lock_one(Deposit.objects.select_related("job__business_unit__branch").filter(pk=deposit_id))
    if Payment.objects.filter(deposit=deposit, form_token=form_token).exists():
        return
    _require_wanted(deposit, customer_id, amount_minor)
    for payment in Payment.objects.filter(deposit=deposit).order_by("pk"):
        _require_over(payment, deposit)


def _require_wanted(deposit: Deposit, customer_id: int, amount_minor: int) -> None:
    if (deposit.customer_id, deposit.amount_minor) != (customer_id, amount_minor):
        raise errors.DepositChanged(_("The deposit has changed. Look at it again."))
    if deposit.canceled_at is not None:
        raise errors.DepositChanged(_("This deposit is no longer asked for. Nothing was charged."))
    if deposit.released_at is not None:
        raise errors.DepositChanged(_("The work is invoiced already. Pay the invoice instead."))


def _require_over(payment: Payment, deposit: Deposit) -> None:
    if payment.state == PaymentState.PROCESSING:
        zone = deposit.job.business_unit.branch.time_zone
        since = formats.day(formats.as_local(payment.created_at, zone).date())
        words = _("A bank payment of this deposit is on its way since %(day)s. It cannot be paid again meanwhile.")
        raise errors.PartPending(words % {"day": since})
    if payment.state in SOMEBODY_PAYS:
        raise errors.PaymentInProgress(
            _("Somebody is paying this deposit at this moment. Wait until that is decided, then look again.")
        )
    if payment.pk == deposit.payment_id and payment.state == PaymentState.REFUNDED:
        raise errors.DepositChanged(_("This deposit was given back. Call us if you want to pay it after all."))
    if payment.pk == deposit.payment_id and deposits.kept_of(payment) > 0:
        raise errors.AlreadyPaid(_("This deposit is paid already. Nothing was charged."))

"""A customer's saved cards and bank accounts: added on the gateway's page, made the default, removed.

Nothing here runs inside a transaction of its own unless it says so: the gateway is asked in between.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors, rules
from portico.domain.billing.enums import ATTEMPT_OVER, AttemptState, MethodState
from portico.domain.billing.models import PaymentAttempt, PaymentMethod
from portico.domain.billing.operations import accounts, keeping, payers
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.ports import Refused, Unknown
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import GATEWAY, Actor
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock, locks

log = logging.getLogger("portico.payments")

DECIDED = [*ATTEMPT_OVER, AttemptState.PROCESSING]


@transaction.atomic
def make_default(*, method_id: int, by: Actor) -> None:
    """Offer this one first from now on. One that cannot be charged is never the default."""
    method = locks.lock_one(PaymentMethod.objects.select_related("customer__branch").filter(pk=method_id))
    today = clock.today(method.customer.branch.time_zone)
    if method.state != MethodState.ACTIVE or rules.is_expired(method.expires_on, today):
        raise errors.MethodNotOffered(_("This way to pay can no longer be used. Choose another one."))
    keeping.lock_customer(method.customer_id)
    PaymentMethod.objects.filter(customer_id=method.customer_id, is_default=True).update(is_default=False)
    PaymentMethod.objects.filter(pk=method.pk).update(is_default=True)
    audit.record("method.made_default", method, by=by, customer=method.customer.public_id)


def remove(*, method_id: int, by: Actor) -> None:
    """Have the gateway forget a method, then mark it. MethodInUse while a payment with it is not decided.

    Without a definite yes from the gateway it stays in the list, and CannotPayOnline says so.
    """
    method = _removable(method_id)
    if method.state == MethodState.DETACHED:
        return
    try:
        accounts.gateway_of(method.account_id).detach(method.ref)
    except (Unknown, Refused) as problem:
        log.warning("method.not_removed", extra={"method": str(method.public_id), "why": str(problem)})
        raise errors.CannotPayOnline(
            _("Our payment provider does not answer. Nothing was removed. Try again in a few minutes.")
        ) from problem
    keeping.mark_detached(account_id=method.account_id, method_ref=method.ref, by=by)


def sync(*, customer_id: int) -> bool:
    """Bring our list to what the gateway has saved for this customer; False when it did not answer."""
    account = accounts.open_account()
    ref = payers.known_customer(customer_id=customer_id, account_id=account.id) if account else ""
    if account is None or not ref:
        return True
    asked_at = clock.now()
    try:
        found = account.gateway.methods(ref)
    except (Unknown, Refused) as problem:
        log.warning("methods.not_read", extra={"customer": customer_id, "why": str(problem)})
        return False
    keeping.keep_all(customer_id=customer_id, account_id=account.id, snapshots=found, asked_at=asked_at)
    return True


def take_news(account: OpenAccount, ref: str) -> keeping.Work | None:
    """A method was saved, renewed by its bank, blocked or removed; the work to be done, None for a stranger's."""
    snapshot, customer_ref = account.gateway.method(ref)
    if customer_ref is None:
        return lambda: keeping.mark_unattached(account_id=account.id, method_ref=ref)
    customer_id = payers.customer_of(ref=customer_ref, account_id=account.id)
    if customer_id is None:
        return None
    return lambda: keeping.keep(customer_id=customer_id, account_id=account.id, snapshot=snapshot, by=GATEWAY)


def take_mandate_news(account: OpenAccount, ref: str) -> keeping.Work | None:
    """The permission to debit a bank account ended: it is not offered any more."""
    mandate = account.gateway.mandate(ref)
    if mandate.is_active:
        return None
    return lambda: keeping.disable(account_id=account.id, method_ref=mandate.method_ref, why="mandate_inactive")


@reading
def _removable(method_id: int) -> PaymentMethod:
    undecided = PaymentAttempt.objects.filter(saved_method_id=method_id).exclude(state__in=DECIDED)
    if undecided.exists():
        raise errors.MethodInUse(_("A payment with it is going on. Wait until it is decided, then remove it."))
    return PaymentMethod.objects.get(pk=method_id)

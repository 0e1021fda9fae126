"""The customer's name at the gateway, made when it is first needed."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.billing import errors
from portico.domain.billing.models import GatewayCustomer
from portico.domain.billing.operations.accounts import OpenAccount
from portico.domain.billing.ports import Payer, Refused, Unknown
from portico.domain.customers.models import Customer
from portico.foundation.tenancy.scope import reading

log = logging.getLogger("portico.payments")


def gateway_customer(*, customer_id: int, email: str, account: OpenAccount) -> str:
    """The payer at the gateway. CannotPayOnline should it fail: nothing else was sent yet."""
    known = known_customer(customer_id=customer_id, account_id=account.id)
    if known:
        return known
    try:
        ref = account.gateway.ensure_customer(_payer(customer_id, email))
    except (Unknown, Refused) as problem:
        log.warning("payment.no_gateway_customer", extra={"customer": customer_id, "why": str(problem)})
        words = _("Our payment provider does not answer. Nothing was charged. Try again in a few minutes.")
        raise errors.CannotPayOnline(words) from problem
    _keep(customer_id, account.id, ref)
    return ref


@reading
def known_customer(*, customer_id: int, account_id: int) -> str:
    """The same where it is known already, else empty."""
    rows = GatewayCustomer.objects.filter(customer_id=customer_id, account_id=account_id)
    return rows.values_list("ref", flat=True).first() or ""


@reading
def customer_of(*, ref: str, account_id: int) -> int | None:
    """Whom the gateway means; None for somebody who is not ours."""
    rows = GatewayCustomer.objects.filter(ref=ref, account_id=account_id)
    return rows.values_list("customer_id", flat=True).first()


@transaction.atomic
def forget(*, customer_id: int, account_id: int) -> None:
    """The gateway does not know its customer any more (deleted there): the next try makes a new one."""
    GatewayCustomer.objects.filter(customer_id=customer_id, account_id=account_id).delete()


@transaction.atomic
def _keep(customer_id: int, account_id: int, ref: str) -> None:
    GatewayCustomer.objects.bulk_create(
        [GatewayCustomer(customer_id=customer_id, account_id=account_id, ref=ref)], ignore_conflicts=True
    )


@reading
def _payer(customer_id: int, email: str) -> Payer:
    customer = Customer.objects.get(pk=customer_id)
    return Payer(customer.public_id, customer.name, email)

"""A program that handles one form and kills itself at a step: python -m tests.races.dying STEP WAY COMPANY INVOICE …"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import django

django.setup()

import stripe  # noqa: E402 - the apps first
from django.db import connection, transaction  # noqa: E402 - the apps first

from portico.domain.billing.models import Invoice, PaymentMethod  # noqa: E402 - the apps first
from portico.domain.customers.models import Customer  # noqa: E402 - the apps first
from portico.domain.estimates.models import Estimate  # noqa: E402 - the apps first
from portico.foundation.people.models import Login  # noqa: E402 - the apps first
from portico.foundation.tenancy.scope import company_scope  # noqa: E402 - the apps first
from tests.races.ways import WAYS, Case  # noqa: E402 - the apps first
from tests.stripe_sandbox import Till  # noqa: E402 - the apps first


class Steps:
    """Counts what happens outside this program, and ends it at one of them."""

    def __init__(self, last: int) -> None:
        self.left = last

    def one(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Just before the call, and just after it."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.one()
            result = call(*args, **kwargs)
            self.one()
            return result

        return counted

    def after(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            result = call(*args, **kwargs)
            self.one()
            return result

        return counted


def main(step: str, way: str, company: str, invoice: str, saved: str, paid: str, estimate: str, shown: str) -> None:
    case = _case(int(company), int(invoice), saved, paid)
    if estimate:
        with company_scope(int(company)), transaction.atomic():
            case.estimate, case.shown = Estimate.objects.get(pk=estimate), shown
    steps = Steps(int(step))
    stripe.RequestsClient.request = steps.around(stripe.RequestsClient.request)  # type: ignore[method-assign]
    connection._commit = steps.after(connection._commit)
    WAYS[way].begin(case)


def _case(company: int, invoice: int, saved: str, paid: str) -> Case:
    with company_scope(company), transaction.atomic():
        owed = Invoice.objects.get(pk=invoice)
        till = Till(
            company, "demo", Any, Customer.objects.get(pk=owed.customer_id), Login.objects.get(email="ana@example.com")
        )
        method = PaymentMethod.objects.get(public_id=saved) if saved else None
    return Case(till, owed, saved=method, paid=paid or None)


if __name__ == "__main__":
    main(*sys.argv[1:])

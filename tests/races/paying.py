"""A program that pays many invoices by saved card, beside others like it: python -m tests.races.paying COMPANY N …"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from itertools import count
from typing import Any

import django

django.setup()

from portico.domain.customers.models import Customer  # noqa: E402 - the apps first
from portico.foundation.people.models import Login  # noqa: E402 - the apps first
from portico.kernel import ids  # noqa: E402 - the apps first
from tests.factories import customers, people  # noqa: E402 - the apps first
from tests.factories.customers import make_customer  # noqa: E402 - the apps first
from tests.sandbox.running import Shop  # noqa: E402 - the apps first
from tests.stripe_sandbox import Till  # noqa: E402 - the apps first

EACH = 5  # payments of one customer: as many as a minute allows


class Elsewhere:
    """The sandbox that runs in another process."""

    def __init__(self, base: str) -> None:
        self.base = base


def main(company: str, number: str, base: str, key: str) -> None:
    customers._number = count(os.getpid() * 1000)  # numbers that the other programs do not give
    shop: Any = Shop(Elsewhere(base), key=key)  # type: ignore[arg-type]
    for _ in range(int(number) // EACH):
        till = Till(int(company), "demo", shop, *_customer(int(company)))
        saved = till.saved()
        for amount in range(1000, 1000 + EACH):
            till.pay((till.owes(5000), amount), method=saved.public_id, by=replace(till.actor, ip_prefix=""))


def _customer(company: int) -> tuple[Customer, Login]:
    with people.inside_id(company):
        return make_customer("Ana Sample"), people.make_login(f"ana-{ids.new_public_id()}@example.com")


if __name__ == "__main__":
    main(*sys.argv[1:])

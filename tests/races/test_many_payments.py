"""Four processes pay at the same time: the gateway's cash, the ledger and the invoices agree to the cent."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from portico.config import env
from portico.domain.billing.models import Allocation, Invoice, Payment
from portico.foundation.tenancy.scope import company_scope
from tests.races.programs import environment
from tests.races.ways import ledger_cash
from tests.stripe_sandbox import Till, violations

PROCESSES = 4


@pytest.mark.parametrize("payments", (100, pytest.param(1000, marks=pytest.mark.full)))
def test_cash_ledger_and_invoices_agree_after_many_payments(
    shared_till: Till, payments: int, record_property: Callable[..., None]
) -> None:
    started = time.monotonic()
    programs = [_program(shared_till, payments // PROCESSES) for _ in range(PROCESSES)]
    said = [program.communicate(timeout=540)[1].decode()[-2000:] for program in programs]
    took = time.monotonic() - started
    assert [program.returncode for program in programs] == [0] * PROCESSES, said
    with company_scope(shared_till.company_id), transaction.atomic():
        posted = _sum(Allocation.objects.filter(state="posted"), "posted_minor")
        paid = _sum(Invoice.objects.all(), "paid_minor")
        succeeded = Payment.objects.filter(state="succeeded").count()
    cash = shared_till.cash()
    assert (succeeded, ledger_cash(shared_till), posted, paid) == (payments, cash, cash, cash)
    assert violations(shared_till) == []
    record_property("throughput", f"{payments} payments through {PROCESSES} processes: {payments / took:.1f} a second")


def _program(till: Till, number: int) -> subprocess.Popen[bytes]:
    base, key = till.shop.sandbox.base, till.shop.key
    program = [sys.executable, "-m", "tests.races.paying", str(till.company_id), str(number), base, key]
    return subprocess.Popen(program, cwd=env.PROJECT, env=environment(base), stderr=subprocess.PIPE)


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(sum=Sum(column))["sum"] or 0)

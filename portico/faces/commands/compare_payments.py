"""`compare-payments`: each company's cash at the gateway against its books; exit 1 when they differ, 2 unanswered."""

from __future__ import annotations

import argparse

from portico.domain.billing.operations import comparison
from portico.domain.billing.ports import Refused, Unknown
from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids
from portico.kernel import formats


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__


def run(args: argparse.Namespace) -> int:
    """0 when every company's books agree with its gateway."""
    return max([_compare(company_id) for company_id in all_company_ids()], default=0)


def _compare(company_id: int) -> int:
    with company_scope(company_id):
        try:
            found = comparison.compare_payments()
        except (Unknown, Refused) as problem:
            print(f"company {company_id}: the gateway does not answer: {problem}")
            return 2
    for currency in sorted({*found.gateway, *found.ledger}):
        theirs, ours = found.gateway.get(currency, 0), found.ledger.get(currency, 0)
        told = f"gateway {formats.money(theirs, currency)}, books {formats.money(ours, currency)}"
        print(f"company {company_id}: {told}, {len(found.differences)} differences")
    for one in found.differences:
        print(f"company {company_id}: {one.kind} {one.ref}: {one.note}")
    return 1 if found.differences else 0

"""`rebuild-capacity [--check]`: plan every branch's days to come anew, or say which of them do not say the truth."""

from __future__ import annotations

import argparse

from portico.domain.booking.operations import rebuilding
from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when a day differs")


def run(args: argparse.Namespace) -> int:
    found = [_check(company_id) if args.check else _rebuild(company_id) for company_id in all_company_ids()]
    if args.check and not any(found):
        print("Every planned day says what its visits, shifts and holds say.")
    return 1 if args.check and any(found) else 0


def _check(company_id: int) -> int:
    with company_scope(company_id):
        found = rebuilding.differences()
    for one in found:
        print(f"company {company_id}: {one.branch}, {one.day}: {one.what}")
    return len(found)


def _rebuild(company_id: int) -> int:
    with company_scope(company_id):
        nowhere = rebuilding.rebuild_all()
    print(f"company {company_id}: planned; {nowhere} visits found no place")
    return nowhere

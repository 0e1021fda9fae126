"""`check-invariants`: count what must never be, company by company; exit 1 when anything is found."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from portico.domain.billing import invariants as billing
from portico.domain.booking import invariants as booking
from portico.domain.documents import invariants as documents
from portico.domain.equipment import invariants as equipment
from portico.domain.estimates import invariants as estimates
from portico.domain.jobs import invariants as jobs
from portico.domain.merging import invariants as merging
from portico.foundation.tenancy import invariants as tenancy
from portico.foundation.tenancy.invariants import Violation
from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids
from portico.importer import invariants as importer

CHECKS: tuple[Callable[[], list[Violation]], ...] = (
    tenancy.check,
    equipment.check,
    jobs.check,
    merging.check,
    documents.check,
    billing.check,
    estimates.check,
    booking.check,
    importer.check,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__


def run(args: argparse.Namespace) -> int:
    found = 0
    for company_id in all_company_ids():
        with company_scope(company_id):
            for violation in [violation for check in CHECKS for violation in check()]:
                found += 1
                print(f"company {company_id}: {violation.rule}: {violation.count} (e.g. {violation.example})")
    print("All invariants hold." if not found else f"{found} invariants are broken.")
    return 1 if found else 0

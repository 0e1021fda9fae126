"""`connect-payments`: give each company without one its payment account, and have the sandbox call our webhook."""

from __future__ import annotations

import argparse

from portico.domain.billing import tasks
from portico.domain.billing.operations import accounts
from portico.foundation.tenancy.scope import company_scope
from portico.foundation.tenancy.tasks import all_company_ids


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__


def run(args: argparse.Namespace) -> int:
    """0 when every account is connected; 1 when the gateway did not answer for one."""
    companies = all_company_ids()
    connected = sum(_connect(company_id) for company_id in companies)
    print(f"{connected} of {len(companies)} companies are connected.")
    return 0 if connected == len(companies) else 1


def _connect(company_id: int) -> bool:
    with company_scope(company_id):
        accounts.ensure_account()
        return tasks.connect()

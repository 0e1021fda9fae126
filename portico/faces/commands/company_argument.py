"""The option by which commands say for which company they work."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from portico.foundation.tenancy.companies import CompanyRow, company_of_host
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import errors


class NoCompany(errors.NotPossible):
    """No company has this host."""

    code = "no_company"


def add_company(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--company", required=True, metavar="HOST", help="the company's host, such as demo")


@contextmanager
def scope_of(host: str) -> Iterator[CompanyRow]:
    """Work for the company of this host."""
    company = company_of_host(host)
    if company is None:
        raise NoCompany(f"There is no company with the host “{host}”.")
    with company_scope(company.id):
        yield company

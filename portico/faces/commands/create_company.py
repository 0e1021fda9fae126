"""`bin/portico create-company NAME --host HOST`: a company with its main branch; its portal is off at first."""

import argparse
import sys
from zoneinfo import available_timezones

from portico.foundation.messaging import links
from portico.foundation.tenancy.companies import create_company
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="what the company is called")
    parser.add_argument("--host", required=True, help="the text before the base domain, such as demo")
    parser.add_argument("--time-zone", default="America/Chicago", help="of the main branch")
    parser.add_argument("--currency", default="USD", help="three capitals")
    parser.add_argument("--phone", default="", help="of the main branch; every page shows it")


def run(args: argparse.Namespace) -> int:
    try:
        if args.time_zone not in available_timezones():
            raise errors.NotPossible(f"“{args.time_zone}” is not a time zone such as America/Phoenix.")
        company = create_company(
            name=args.name,
            host=args.host.strip().lower(),
            time_zone=args.time_zone,
            currency=args.currency,
            phone=args.phone,
        )
    except errors.PorticoError as error:
        print(f"portico create-company: {error.message}", file=sys.stderr)
        return 1
    with company_scope(company.id):
        print(links.portal_url("/"))
        print(links.office_url("/"))
    return 0

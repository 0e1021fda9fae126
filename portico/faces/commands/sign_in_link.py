"""`bin/portico sign-in-link EMAIL --company HOST [--office]`: prints one link, good for ten minutes and one visit."""

import argparse
import sys

from portico.domain.customers import operations as customers
from portico.faces.commands.company_argument import add_company, scope_of
from portico.foundation.messaging import links
from portico.foundation.people import operations
from portico.kernel import errors

PATH = "/sign-in/link/{token}/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="of a customer or location, or with --office of a member of the office")
    add_company(parser)
    parser.add_argument("--office", action="store_true", help="sign in on the office host, second factor included")


def run(args: argparse.Namespace) -> int:
    try:
        with scope_of(args.company):
            print(link_for(args.email, is_office=args.office))
    except errors.PorticoError as error:
        print(f"portico sign-in-link: {error.message}", file=sys.stderr)
        return 1
    return 0


def link_for(email: str, *, is_office: bool = False) -> str:
    """The absolute link, in the scope's company. A customer's address without a login gets one."""
    login = operations.staff_login(email=email) if is_office else customers.enrol_from_shell(email=email)
    path = PATH.replace("{token}", operations.shell_link(login=login))
    return links.office_url(path) if is_office else links.portal_url(path)

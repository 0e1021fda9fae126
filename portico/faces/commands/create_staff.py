"""`bin/portico create-staff EMAIL --company HOST --role ROLE`: prints a link by which they choose a password."""

import argparse
import sys

from portico.faces.commands.company_argument import add_company, scope_of
from portico.foundation.audit.operations import SHELL
from portico.foundation.messaging import links
from portico.foundation.people import operations
from portico.foundation.people.roles import StaffRole
from portico.kernel import errors

PATH = "/sign-in/reset/{token}/"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("email", help="what they sign in with")
    add_company(parser)
    parser.add_argument("--role", required=True, choices=[role.value for role in StaffRole])
    parser.add_argument("--name", default="", help="how they are called")


def run(args: argparse.Namespace) -> int:
    try:
        with scope_of(args.company):
            login = operations.create_staff(email=args.email, role=StaffRole(args.role), name=args.name, by=SHELL)
            token = operations.first_password_link(login=login.public_id)
            print(links.office_url(PATH.replace("{token}", token)))
    except errors.PorticoError as error:
        print(f"portico create-staff: {error.message}", file=sys.stderr)
        return 1
    print("The link to choose a password works for 30 minutes; later, use “Forgotten your password?”.", file=sys.stderr)
    return 0

"""`bin/portico verify-approval ID --company HOST`: computes again what was signed; exit 1 when anything was changed."""

import argparse
import sys
from uuid import UUID

from portico.domain.estimates import verification
from portico.domain.estimates.verification import Finding
from portico.faces.commands.company_argument import add_company, scope_of
from portico.kernel import errors

MARK = {True: "ok     ", False: "CHANGED", None: "-      "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = __doc__
    parser.add_argument("approval", type=UUID, help="the id of the approval, as it stands on its PDF")
    add_company(parser)


def run(args: argparse.Namespace) -> int:
    try:
        with scope_of(args.company):
            return report(args.approval, verification.verify(approval=args.approval))
    except errors.PorticoError as error:
        print(f"portico verify-approval: {error.message}", file=sys.stderr)
        return 2


def report(approval: UUID, findings: list[Finding]) -> int:
    """Print each finding and what they come to."""
    for finding in findings:
        print(f"{MARK[finding.holds]} {finding.what}" + (f" ({finding.why})" if finding.why else ""))
    changed = sum(finding.holds is False for finding in findings)
    if changed:
        print(f"Approval {approval} is NOT what was signed: {changed} of {len(findings)} checks failed.")
        return 1
    print(f"Approval {approval} is what was signed.")
    return 0

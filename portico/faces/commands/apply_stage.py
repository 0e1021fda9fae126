"""`bin/portico apply-stage --company HOST`: apply what an earlier version staged and could not apply yet."""

import argparse
import sys
import time

from portico.faces.commands.company_argument import add_company, scope_of
from portico.faces.commands.import_folder import say, summarise, told
from portico.foundation.audit.operations import SHELL
from portico.importer import operations
from portico.kernel import errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_company(parser)


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    try:
        with scope_of(args.company):
            report = operations.apply_staged(by=SHELL, tell=say)
    except errors.PorticoError as error:
        print(f"portico apply-stage: {told(error)}", file=sys.stderr)
        return 1
    if not report.total("read"):
        print("Nothing waits.")
        return 0
    summarise(report, seconds=time.monotonic() - started)
    return 0

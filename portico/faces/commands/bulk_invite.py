"""`bin/portico bulk-invite FILE --company HOST`: invite everybody whose address stands in a file, wherever it does."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from portico.domain.invitations import operations, queries
from portico.domain.invitations.enums import ListState, Outcome
from portico.domain.invitations.queries import ListFacts
from portico.faces.commands.company_argument import add_company, scope_of
from portico.foundation.audit.operations import SHELL
from portico.kernel import errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="any CSV or text file")
    add_company(parser)
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--include-invited", action="store_true", help="mail those again who are invited already")


def run(args: argparse.Namespace) -> int:
    try:
        with scope_of(args.company):
            found = _read(args.file)
            if not args.dry_run and found.state == ListState.READY:
                found = _sent(found, include_invited=args.include_invited)
    except (errors.PorticoError, OSError) as refused:
        told = refused.message if isinstance(refused, errors.PorticoError) else str(refused)
        print(f"portico bulk-invite: {told}", file=sys.stderr)
        return 1
    _tell(found)
    return 0


def _read(file: Path) -> ListFacts:
    which = operations.add_list(name=file.name, content=file.read_bytes(), by=SHELL)
    operations.finish(invite_list=which)
    found = queries.list_of(which)
    if found is None or found.state == ListState.REFUSED:
        raise errors.NotPossible("The file could not be read.")
    return found


def _sent(found: ListFacts, *, include_invited: bool) -> ListFacts:
    """Confirmed and queued; the worker mails it. A list with nobody to invite stays as it is."""
    planned = found.counts.get(Outcome.NEW, 0) + (found.counts.get(Outcome.INVITED, 0) if include_invited else 0)
    if not planned:
        return found
    operations.confirm_list(invite_list=found.id, include_invited=include_invited, by=SHELL)
    operations.finish(invite_list=found.id)
    return queries.list_of(found.id) or found


def _tell(found: ListFacts) -> None:
    for outcome in Outcome:
        count = (found.finals or found.counts).get(outcome, 0)
        if count:
            print(f"{count:>8}  {outcome.label}")
    print(f"{found.found:>8}  in all")

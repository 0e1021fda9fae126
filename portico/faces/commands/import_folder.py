"""`bin/portico import FOLDER`: a branch export into the company of its branch.json."""

import argparse
import json
import sys
import time
from pathlib import Path

from portico.foundation.audit.operations import SHELL
from portico.foundation.tenancy.files import StoreDown
from portico.importer import operations
from portico.importer.report import COUNTED, Report
from portico.kernel import errors

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the folder that holds branch.json")
    parser.add_argument("--report", type=Path, help="write the whole report to this file, as JSON")


def run(args: argparse.Namespace) -> int:
    started = time.monotonic()
    try:
        report = operations.import_folder(folder=args.folder, by=SHELL, tell=say)
        if args.report:
            args.report.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n")
    except errors.PorticoError as error:
        print(f"portico import: {told(error)}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"portico import: {error.strerror}: {error.filename}", file=sys.stderr)
        return 1
    summarise(report, seconds=time.monotonic() - started)
    return 0


def told(error: errors.PorticoError) -> str:
    """The fault and, where the store of files is down, why and what that means for an import."""
    if not isinstance(error, StoreDown):
        return error.message
    return f"{error.message}\n{error.reason}\nWhat was applied is whole; run the same command again and it goes on."


def say(what: str) -> None:
    """Progress, where it does not get in the way of output that is read by programs."""
    print(f"{what} …", file=sys.stderr, flush=True)


def summarise(report: Report, *, seconds: float) -> None:
    """Counts by entity, then the first of what was refused or differs."""
    width = max(len(name) for name in report.entities)
    print(" " * width + "".join(f"{word:>12}" for word in COUNTED))
    for name, counts in report.entities.items():
        print(f"{name:<{width}}" + "".join(f"{counts[word]:>12}" for word in COUNTED))
    print(f"{'all':<{width}}" + "".join(f"{report.total(word):>12}" for word in COUNTED))
    rows = report.as_json()["refused"]
    for row in rows[:SHOWN]:
        print(f"refused: {row['file']}:{row['line']} id {row['id']}: {row['reason']}")
    if len(rows) > SHOWN:
        print(f"… and {len(rows) - SHOWN} more; --report FILE writes all of them.")
    for row in report.overruled[:SHOWN]:
        print(f"changed here and at the source, the source won: {row['entity']} {row['id']} {row['field']}")
    for row in report.differences[:SHOWN]:
        print(f"balance differs: invoice {row['invoice']}, in the file {row['in_file']}, here {row['here']}")
    print(f"Done in {seconds:.1f} s.")

"""Lines of files for spreadsheets, in which no cell is run."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

BOM = "\ufeff"  # without it the usual spreadsheet program reads UTF-8 as something else
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: str) -> str:
    """What somebody typed, never run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def line(cells: Iterable[str]) -> str:
    """One line of the file."""
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()

"""Reading a file line by line and surviving whatever stands in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, NoReturn

from portico.importer.faults import Refused
from portico.importer.fields import BIGGEST_ID

LONGEST = 1 << 20
BOM = b"\xef\xbb\xbf"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is a record. `fault` is why it must be refused although its id could be read."""

    number: int
    source_id: int
    modified_at: datetime | None
    checksum: bytes
    text: str
    record: dict[str, Any]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be read as a record."""

    number: int
    reason: str


def read(stream: BinaryIO) -> Iterator[Line | BadLine]:
    """Every line of the file that is not blank; nothing longer than LONGEST is ever held."""
    number = 0
    while piece := stream.readline(LONGEST + 2):
        number += 1
        if number == 1:
            piece = piece.removeprefix(BOM)
        content = piece.rstrip(b"\r\n")
        if len(content) > LONGEST:
            _skip_rest(stream, piece)
            yield BadLine(number, "The line is longer than 1 MiB.")
        elif content.strip():
            yield _line(number, content)


def _skip_rest(stream: BinaryIO, piece: bytes) -> None:
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(LONGEST)


def _line(number: int, content: bytes) -> Line | BadLine:
    try:
        record = _object(content)
        source_id = _id(record)
    except Refused as refused:
        return BadLine(number, str(refused))
    text, fault = _storable(record)
    return Line(
        number=number,
        source_id=source_id,
        modified_at=_modified_at(record),
        checksum=hashlib.sha256(text.encode()).digest(),
        text=text,
        record=record,
        fault=fault,
    )


def _object(content: bytes) -> dict[str, Any]:
    try:
        record = json.loads(content.decode(), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Refused("The line is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise Refused("The line is not valid JSON.") from None
    if not isinstance(record, dict):
        raise Refused("The line is not a JSON object.")
    return record


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _id(record: dict[str, Any]) -> int:
    found = record.get("id")
    if type(found) is not int or abs(found) > BIGGEST_ID:
        raise Refused("The record has no id, or its id is not a whole number.")
    return found


def _modified_at(record: dict[str, Any]) -> datetime | None:
    """None counts as the oldest."""
    value = record.get("modifiedOn")
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _storable(record: dict[str, Any]) -> tuple[str, str]:
    """The record as canonical JSON that PostgreSQL keeps, and what had to be replaced for that."""
    try:
        text = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        text = ""
    if text and "\\u0000" not in text:
        return text, ""
    clean = _clean(record)
    text = json.dumps(clean, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text, "" if clean == record else "A text or number in the record cannot be stored."


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT).encode("utf-8", "replace").decode()
    if isinstance(value, float):
        return value if abs(value) < float("inf") else 0
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(each) for name, each in value.items()}
    return value

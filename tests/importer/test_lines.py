"""Lines as they come: whatever stands in a file, each is a record or is named as none."""

import io

import pytest

from portico.importer import lines
from portico.importer.lines import BadLine, Line


def _read(content: bytes) -> list[Line | BadLine]:
    return list(lines.read(io.BytesIO(content)))


@pytest.mark.parametrize(
    "content",
    (
        b'{"id": 1',
        b"{'id': 1}",
        b'{"id": 1}}',
        b'{"id": 1,, "a": 2}',
        b'{"id" = 1}',
        b'{"id": 1, "a": NaN}',
        b'{"id": 1, "a": -Infinity}',
        b'["id", 1]',
        b"17",
        b"null",
        b'{"a": 1}',
        b'{"id": null}',
        b'{"id": "12"}',
        b'{"id": true}',
        b'{"id": 1.5}',
        b'{"id": 99999999999999999999}',
        b'{"id": 1, "name": "Mu\xf1oz"}',
        b'{"id": 1, "a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": 1, "a": ' + b"9" * 5_000 + b"}",
        b'{"id": 1, "a": "' + b"x" * lines.LONGEST + b'"}',
    ),
    ids=lambda content: content[:24],
)
def test_line_that_is_no_record_is_named_and_the_next_one_is_read(content: bytes) -> None:
    found = _read(content + b'\n{"id": 7}\n')

    assert [type(line) for line in found] == [BadLine, Line]
    assert [line.number for line in found] == [1, 2]


@pytest.mark.parametrize(
    "content",
    (b'\xef\xbb\xbf{"id": 7}\n', b'{"id": 7}\r\n', b'\n  \n{"id": 7}', b'{"id": 7}\n\n'),
    ids=["BOM", "CRLF", "blank lines", "blank end"],
)
def test_line_with_odd_surroundings_is_a_record(content: bytes) -> None:
    found = _read(content)

    assert [line.source_id for line in found if isinstance(line, Line)] == [7]
    assert len(found) == 1


@pytest.mark.parametrize("text", (rb"\u0000", rb"\ud800", rb"\udfff", rb"a\ud83db"))
def test_line_with_text_that_cannot_be_kept_is_a_faulty_record(text: bytes) -> None:
    (line,) = _read(b'{"id": 7, "name": "' + text + b'"}')

    assert isinstance(line, Line)
    assert (line.source_id, bool(line.fault)) == (7, True)
    line.text.encode()


@pytest.mark.parametrize("text", (rb"\\u0000", rb"\ud83d\ude00", rb"\\ud800"))
def test_line_with_text_that_only_looks_odd_is_sound(text: bytes) -> None:
    (line,) = _read(b'{"id": 7, "name": "' + text + b'"}')

    assert isinstance(line, Line)
    assert line.fault == ""


def test_line_keeps_its_checksum_whatever_the_order_of_its_fields() -> None:
    one, other = _read(b'{"id": 7, "a": [1, 2]}\n{ "a":[1,2], "id":7 }')

    assert isinstance(one, Line)
    assert isinstance(other, Line)
    assert one.checksum == other.checksum


def test_line_numbers_count_lines_that_are_too_long_once() -> None:
    found = _read(b"x" * (3 * lines.LONGEST) + b'\n{"id": 7}\n')

    assert [line.number for line in found] == [1, 2]

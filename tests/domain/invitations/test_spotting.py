"""Where addresses stand in any text: decisions without a database."""

from __future__ import annotations

import time

import pytest

from portico.domain.invitations import rules
from portico.domain.invitations.rules import Place


def found(content: str, most: int = 10_000) -> list[tuple[int, str, str]]:
    spotted, _place = rules.spot(content, Place(), most=most)
    return [(one.line, one.typed, one.email) for one in spotted]


def emails(content: str) -> list[str]:
    return [email for _line, _typed, email in found(content)]


@pytest.mark.parametrize(
    "text",
    (
        "ana@example.com",
        "  ANA@Example.COM ",
        '"Alvarez, Ana","512-555-0100",ana@example.com,,x',
        "Ana Alvarez <ana@example.com>;",
        "ana@example.com\t12 Elm St",
        "mailto:ana@example.com",
        "'ana@example.com'",
        "write to ana@example.com.",
        "Ana\u00a0ana@example.com\u200b",
        "ana@example.com|512",
        '=HYPERLINK("mailto:ana@example.com")',
        "“ana@example.com”",
        "\ufeffana@example.com",
    ),
)
def test_address_is_found_wherever_it_stands(text: str) -> None:
    assert emails(text) == ["ana@example.com"]


def test_several_in_a_line_and_their_lines() -> None:
    assert found("name,mail\r\nAna,a@x.com,b@x.com\n\nBen c@x.com/d@x.com") == [
        (2, "a@x.com", "a@x.com"),
        (2, "b@x.com", "b@x.com"),
        (4, "c@x.com", "c@x.com"),
        (4, "d@x.com", "d@x.com"),
    ]


@pytest.mark.parametrize(
    "text", ("ana@", "@example.com", "ana@@example.com", "ana@example", "a@b@example.com", "ana..x@example.com", "@ana")
)
def test_what_no_mail_can_go_to_is_told(text: str) -> None:
    assert found(text) == [(1, text.strip("."), "")]


def test_a_bare_sign_and_text_without_one_are_nothing() -> None:
    assert found("3 pieces @ 12.50\nno address, @@ or so") == []


def test_plus_parts_dots_and_apostrophes_count() -> None:
    assert emails("o'brien+home@x.com, a.b@x.com, ab@x.com") == ["o'brien+home@x.com", "a.b@x.com", "ab@x.com"]


def test_reading_goes_on_where_it_stopped() -> None:
    text = "".join(f"row {n}, p{n}@x.com\n" for n in range(25))
    place: Place | None = Place()
    pieces = []
    while place is not None:
        spotted, place = rules.spot(text, place, most=4)
        pieces += [(one.line, one.email) for one in spotted]
    assert pieces == [(n + 1, f"p{n}@x.com") for n in range(25)]


@pytest.mark.parametrize("line", ("a" * 10_000_000, "a@" * 5_000_000, "@" * 10_000_000, "," * 10_000_000))
def test_line_of_ten_megabytes_takes_seconds_at_most(line: str) -> None:
    before = time.perf_counter()
    spotted, _place = rules.spot(f"{line}\nana@example.com", Place(), most=60_000)
    assert time.perf_counter() - before < 15
    assert spotted[-1].line == 2
    assert spotted[-1].email == "ana@example.com"


@pytest.mark.parametrize("codec", ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"))
def test_every_usual_encoding_is_read(codec: str) -> None:
    text = "Name;Mail\nJosé Núñez;jose@example.com\n"
    assert rules.decoded(text.encode(codec)).removeprefix("\ufeff") == text


def test_bytes_of_no_encoding_lose_single_letters() -> None:
    assert emails(rules.decoded(b"Jos\xe9 \x81\x8d,ana@example.com\xff\xfe\x00,ben@example.com")) == [
        "",
        "ben@example.com",
    ]


def test_spreadsheets_are_no_text() -> None:
    assert (rules.is_text(b"PK\x03\x04abc"), rules.is_text(b"a@x.com")) == (False, True)

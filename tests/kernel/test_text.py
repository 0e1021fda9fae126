import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.kernel import text


@given(st.text())
def test_folding_twice_is_folding_once(written: str) -> None:
    assert text.fold(text.fold(written)) == text.fold(written)


@given(st.text())
def test_normalised_address_stays_as_it_is(typed: str) -> None:
    once = text.normalise_email(typed)
    assert text.normalise_email(once) == once


@given(st.emails())
def test_addresses_differ_in_nothing_but_case_and_blanks(email: str) -> None:
    assert text.normalise_email(f"  {email.upper()}\n") == text.normalise_email(email.upper())


@given(st.text())
def test_digits_are_ascii(written: str) -> None:
    assert all(letter in "0123456789" for letter in text.digits(written) if letter.isascii())


@pytest.mark.parametrize(
    ("written", "folded"),
    (
        ("  José   NÚÑEZ ", "jose nunez"),
        ("Straße", "strasse"),
        ("Ελένη", "ελενη"),
        ("ＡＢＣ", "abc"),
        ("Nguyễn", "nguyen"),
        ("", ""),
    ),
)
def test_fold_drops_case_accents_and_doubled_blanks(written: str, folded: str) -> None:
    assert text.fold(written) == folded


@pytest.mark.parametrize(
    "typed", ("ana@example.com", " Ana.B+tag@Example.COM ", "o'hara@sub.example.org", "a_b-c@x.io")
)
def test_address_is_accepted(typed: str) -> None:
    assert text.is_email(typed)


@pytest.mark.parametrize(
    "typed",
    (
        *("", "ana", "ana@", "@example.com", "ana@example", "ana@@example.com", "a b@example.com", "ana@exa mple.com"),
        *(
            ".ana@example.com",
            "ana.@example.com",
            "a..b@example.com",
            '"ana b"@example.com',
            "ana@example.com, b@example.com",
        ),
        *(
            "ana@-example.com",
            "ana@example-.com",
            "ana@example.c",
            "ana@example.com\nBcc: x@example.com",
            f"{'a' * 65}@example.com",
        ),
        *(f"ana@{'a' * 64}.com", f"a@{'.'.join(['a' * 60] * 5)}.com", "Ana <ana@example.com>"),
    ),
)
def test_text_that_is_no_address_is_refused(typed: str) -> None:
    assert not text.is_email(typed)


def test_plus_parts_and_dots_count() -> None:
    assert len({text.normalise_email(typed) for typed in ("ana@x.io", "a.na@x.io", "ana+1@x.io", "ANA@x.io")}) == 3


@pytest.mark.parametrize(
    ("written", "digits"),
    (("(512) 555-0142", "5125550142"), ("+1 512.555.0142 x7", "151255501427"), ("call me", ""), ("５１２", "512")),
)
def test_digits_of_a_phone_number(written: str, digits: str) -> None:
    assert text.digits(written) == digits


@pytest.mark.parametrize(
    ("name", "initials"),
    (
        ("Ana Alvarez", "AA"),
        ("Ana", "A"),
        ("ana maria lopez", "AL"),
        ("", ""),
        ("(Bob) & Sue", "S"),
        ("李 小龙", "李小"),
    ),
)
def test_initials(name: str, initials: str) -> None:
    assert text.initials(name) == initials

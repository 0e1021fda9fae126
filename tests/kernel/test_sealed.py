import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.kernel.sealed import CannotUnseal, Sealer

words = st.text(alphabet=st.characters(codec="utf-8"))
SEALER = Sealer(["first secret"], purpose="tests")


@given(words, words)
def test_sealed_text_comes_back_for_whom_it_was_sealed(text: str, bound_to: str) -> None:
    assert SEALER.unseal(SEALER.seal(text, bound_to=bound_to), bound_to=bound_to) == text


@given(words, words, words)
def test_nobody_else_opens_it(text: str, bound_to: str, other: str) -> None:
    sealed = SEALER.seal(text, bound_to=bound_to)
    if other != bound_to:
        with pytest.raises(CannotUnseal):
            SEALER.unseal(sealed, bound_to=other)


@given(words, st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed(text: str, at: int, change: int) -> None:
    sealed = bytearray(SEALER.seal(text, bound_to="a"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(CannotUnseal):
        SEALER.unseal(bytes(sealed), bound_to="a")


@given(st.binary(max_size=60))
def test_bytes_that_were_never_sealed_are_refused(junk: bytes) -> None:
    with pytest.raises(CannotUnseal):
        SEALER.unseal(junk, bound_to="a")


def test_sealed_text_cannot_be_read() -> None:
    assert b"sk_test" not in SEALER.seal("sk_test_1", bound_to="company 1")


def test_same_text_is_sealed_differently_each_time() -> None:
    assert SEALER.seal("text", bound_to="a") != SEALER.seal("text", bound_to="a")


def test_new_secret_opens_what_the_old_one_sealed_and_seals_with_its_own() -> None:
    changed = Sealer(["second secret", "first secret"], purpose="tests")
    assert changed.unseal(SEALER.seal("text", bound_to="a"), bound_to="a") == "text"
    with pytest.raises(CannotUnseal):
        SEALER.unseal(changed.seal("text", bound_to="a"), bound_to="a")


def test_another_purpose_is_another_key() -> None:
    with pytest.raises(CannotUnseal):
        Sealer(["first secret"], purpose="other").unseal(SEALER.seal("text", bound_to="a"), bound_to="a")

import time
from contextlib import nullcontext

import pytest

from portico.foundation.people import passwords
from portico.foundation.people.passwords import Unfit

WORDS = ["Brightwater Home Services", "brightwater"]


@pytest.mark.parametrize(
    "password", ("ten chars!", "x" * 127 + "y", "pässwörter über alles", "brightwater is my river of joy")
)
def test_long_enough_and_uncommon_is_fit(password):
    passwords.require_fit(password, words=WORDS)


@pytest.mark.parametrize(
    "password",
    (
        "nine char",
        "x" * 129,
        "password123",
        "PASSWORD123",
        "qwertyuiop",
        "brightwater",
        "Bright-Water 1!",
        "BRIGHTWATER99",
    ),
)
def test_short_long_common_and_our_own_name_are_unfit(password):
    with pytest.raises(Unfit):
        passwords.require_fit(password, words=WORDS)


@pytest.mark.parametrize(("password", "is_fit"), (("brightwater1", False), ("my home is my castle", True)))
def test_telling_word_of_the_name_is_unfit_whatever_the_host_is_called(password, is_fit):
    with nullcontext() if is_fit else pytest.raises(Unfit):
        passwords.require_fit(password, words=["Brightwater Home Services", "demo"])


def test_stored_password_is_argon2id_at_the_owasp_minimum():
    assert passwords.hashed("correct horse battery").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("typed", "fits"), (("correct horse battery", True), ("Correct horse battery", False), ("", False))
)
def test_only_the_same_password_fits(typed, fits):
    assert passwords.is_right(typed, passwords.hashed("correct horse battery")) is fits


def test_nothing_fits_a_login_without_a_password():
    assert passwords.is_right("", "") is False
    assert passwords.is_right("a login without a password, or none at all", "") is False


def test_comparing_takes_as_long_for_nobody():
    """Within a factor: what must not happen is an answer without any hashing."""
    stored = passwords.hashed("correct horse battery")
    passwords.is_right("warm up please", "")

    def seconds(kept, typed="wrong password here"):
        started = time.perf_counter()
        for _ in range(3):
            passwords.is_right(typed, kept)
        return time.perf_counter() - started

    known = seconds(stored)
    assert all(known / 4 < other < known * 4 for other in (seconds(""), seconds(stored, "x" * 1000)))

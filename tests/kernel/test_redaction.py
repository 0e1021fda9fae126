import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.kernel.redaction import without_cards, without_secrets


@pytest.mark.parametrize(
    "typed",
    (
        "4242424242424242",
        "4242 4242 4242 4242",
        "4242-4242-4242-4242",
        "4242 42424242 4242",
        "4242.4242.4242.4242",
        "4242\u00a04242\u00a04242\u00a04242",
        "3782 822463 10005",
        "30569309025904",
        "6011111111111117",
        "2223003122003222",
        "6759649826438453",
    ),
)
def test_card_number_keeps_its_last_four_digits(typed):
    last_four = "".join(letter for letter in typed if letter.isdigit())[-4:]
    assert without_cards(f"Take my card {typed}, please") == f"Take my card •••• {last_four}, please"


@pytest.mark.parametrize(
    "typed",
    (
        "602-555-0100 480-555-0101",
        "+1 602 555 0100 1234",
        "(602) 555-0100 ext. 4242",
        "4242424242424241",  # the check digit is wrong
        "1234567890123",
        "2026-11-22T13:00:00.000Z",
        "0d9f4242424242424242",
        "invoice 100042, 2026-11-22, $1,250.00",
        "424242424242",
    ),
)
def test_other_numbers_stay_as_they_are(typed):
    assert without_secrets(typed) == typed


@pytest.mark.parametrize(
    "secret",
    (
        "sk_live_51Nabc",
        "rk_test_4eC39HqLyjW",
        "whsec_f00f00f00",
        "pi_3abc_secret_9xyz",
        "cs_test_a1b2_secret_q",
    ),
)
def test_keys_and_secrets_are_taken_out(secret):
    assert without_secrets(f"refused {secret}!") == "refused [secret]!"


@given(st.text(), st.text())
def test_text_around_a_card_number_is_kept(before, after):
    before, after = before + "\n", "\n" + after
    cleaned = without_cards(f"{before}4242424242424242{after}")
    assert cleaned == f"{without_cards(before)}•••• 4242{without_cards(after)}"


@pytest.mark.parametrize("secret", ("whsec_123456", "pi_a_secret_b", "sk_test_123456"))
def test_the_shortest_secrets_are_taken_out_where_they_stand_alone(secret):
    assert without_secrets(secret) == "[secret]"

"""What must be kept nowhere: card numbers typed in the wrong place, and the gateway's keys and secrets."""

from __future__ import annotations

import re

SHORTEST, LONGEST = 13, 19  # digits of a card number: ISO/IEC 7812-1
_DIGIT = r"\d"
_GAP = r"[ \u00a0\u2009.\-\u2010-\u2015]"
# Digits in one go, or in groups the first of which is four to six long: telephone numbers begin with fewer.
_MAYBE_CARD = re.compile(rf"(?<!\w)(?:{_DIGIT}{{13,19}}|{_DIGIT}{{4,6}}(?:{_GAP}{_DIGIT}{{1,12}}){{1,7}})(?!\w)")
_ISSUERS = "23456"  # the first digit of every payment card
_SHORTEST_SECRET = len("whsec_123456")
_SECRET = re.compile(
    r"\b(?:sk|rk)_(?:test|live)_\w{6,}|\bwhsec_\w{6,}|\b(?:pi|seti|cs)_\w+_secret_\w+", re.ASCII | re.IGNORECASE
)


def without_cards(text: str) -> str:
    """The text with each card number reduced to its last four digits."""
    return _MAYBE_CARD.sub(_last_four, text)


def without_secrets(text: str) -> str:
    """The text without card numbers, and without keys and secrets of the payment gateway."""
    if len(text) < _SHORTEST_SECRET:  # and a card's number is longer still
        return text
    return _SECRET.sub("[secret]", without_cards(text))


def _last_four(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    return f"•••• {digits[-4:]}" if _is_card(digits) else found[0]


def _is_card(digits: str) -> bool:
    return SHORTEST <= len(digits) <= LONGEST and digits[0] in _ISSUERS and _luhn(digits) == 0


def _luhn(digits: str) -> int:
    """The check sum of ISO/IEC 7812-1, annex B: zero for a number that was typed right."""
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(int(digit) for digit in digits[-1::-2]) + sum(doubled)) % 10

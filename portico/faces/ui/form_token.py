"""The proof that a form came from our page: Django's token, made without asking the system for every letter."""

from __future__ import annotations

import os
import string

from django.http import HttpRequest
from django.middleware.csrf import get_token

LETTERS = string.ascii_letters + string.digits
PLACE = {letter: at for at, letter in enumerate(LETTERS)}
EVEN = 256 - 256 % len(LETTERS)  # bytes from here on would make the first letters more likely


def form_token(request: HttpRequest) -> str:
    """The token of this page. A browser that has its cookie keeps it, and is not sent it again with every page."""
    secret: str | None = request.META.get("CSRF_COOKIE")
    return get_token(request) if secret is None else masked(secret)


def masked(secret: str) -> str:
    """The secret, different on every page, so that a compressed answer does not give it away."""
    mask = _random_places(len(secret))
    hidden = (LETTERS[(PLACE[letter] + by) % len(LETTERS)] for letter, by in zip(secret, mask, strict=True))
    return "".join(LETTERS[by] for by in mask) + "".join(hidden)


def _random_places(count: int) -> list[int]:
    found: list[int] = []
    while len(found) < count:
        found += [byte % len(LETTERS) for byte in os.urandom(2 * count) if byte < EVEN]
    return found[:count]

"""Public ids and secrets."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from functools import lru_cache


def new_public_id() -> uuid.UUID:
    """A random id for URLs: 122 random bits, tells nothing about number or order."""
    return uuid.uuid4()


def public_id_of_form(*typed: object) -> uuid.UUID:
    """The id of what this form makes: `typed` begins with a random key of the form, so that sent twice it makes one.

    The same form sent with something else in it makes something else.
    """
    told = json.dumps(typed, sort_keys=True, default=str)
    return uuid.UUID(bytes=hashlib.sha256(told.encode()).digest()[:16], version=4)


@lru_cache(5000)
def public_id(text: str) -> uuid.UUID:
    """A public id as the database wrote it; kept, because reading one takes longer than looking it up."""
    return uuid.UUID(text)


def new_secret() -> str:
    """A secret for links and cookies: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """What is stored of a secret of ours. Plain SHA-256 is enough for 128 bits and more (ASVS 6.5.2)."""
    return hashlib.sha256(secret.encode()).digest()

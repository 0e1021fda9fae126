"""Public ids and secrets."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from functools import lru_cache


def new_public_id() -> uuid.UUID:
    """A random id for URLs: 122 random bits, tells nothing about number or order."""
    return uuid.uuid4()


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

"""Secrets at rest: AES-256-GCM under a key derived from the installation's own, bound to what they belong to."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
VERSION = b"\x01"


class CannotUnseal(ValueError):
    """Sealed under another key, for somebody else, or damaged."""


class Sealer:
    """Seals with the first secret; opens what any of them sealed, so that secrets can be changed."""

    def __init__(self, secrets: Sequence[str], *, purpose: str) -> None:
        self._keys = [_derived(secret, purpose) for secret in secrets]

    def seal(self, text: str, *, bound_to: str) -> bytes:
        """`text` encrypted; only the same `bound_to` opens it."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + AESGCM(self._keys[0]).encrypt(nonce, text.encode(), bound_to.encode())

    def unseal(self, sealed: bytes, *, bound_to: str) -> str:
        """The text again; CannotUnseal when it was not sealed by us for `bound_to`."""
        nonce, body = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
        for key in self._keys if sealed[:1] == VERSION and len(nonce) == NONCE else ():
            try:
                return AESGCM(key).decrypt(nonce, body, bound_to.encode()).decode()
            except InvalidTag:
                continue
        raise CannotUnseal("sealed under another key, for somebody else, or damaged")


def _derived(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portico:{purpose}".encode()).derive(secret.encode())

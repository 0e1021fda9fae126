"""Argon2id at OWASP's minimum: Django's own setting takes ten times the processor time and 100 MiB a login."""

from __future__ import annotations

import threading

from django.contrib.auth import hashers

from portico.kernel import errors

AT_ONCE = threading.BoundedSemaphore(2)
WAIT_SECONDS = 2.0


class Busy(errors.Unavailable):
    """Too many passwords are being checked in this process."""

    code = "busy"


class Argon2(hashers.Argon2PasswordHasher):
    """argon2id, t=2, 19 MiB, p=1; at most two at once in a process, so that sign-ins cannot stop the portal."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():
            return super().verify(password, encoded)


class _turn:
    def __enter__(self) -> None:
        if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
            raise Busy("Many people are signing in right now. Try again in a moment.")

    def __exit__(self, *exc: object) -> None:
        AT_ONCE.release()

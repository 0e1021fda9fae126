"""Idempotency keys: the first request's answer is kept and given again."""

import hashlib
import json
import os
from dataclasses import dataclass

from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body, Books, Store

LONGEST_KEY = 255


@dataclass(frozen=True)
class Saved:
    status: int
    body: Body
    request_id: str


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def reserve(store: Store, account: str, key: str, print_: str, request_id: str) -> Saved | None:
    """Takes the key for this request, or returns the answer that it already has."""
    if len(key) > LONGEST_KEY:
        raise ApiError("Idempotency keys are at most 255 characters long.", kind="idempotency_error")
    with store.writing() as books:
        row = books.sql.execute("SELECT * FROM idempotency WHERE account = ? AND key = ?", (account, key)).fetchone()
        if row is not None and row["fingerprint"] != print_:
            raise ApiError(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. "
                f"Try using a key other than '{key}' if you meant to execute a different request.",
                kind="idempotency_error",
            )
        if row is not None and row["status"] is not None:
            return Saved(row["status"], json.loads(row["answer"]), row["request_id"])
        if row is not None and _is_alive(row["pid"]):
            raise in_use()
        books.sql.execute(
            "INSERT OR REPLACE INTO idempotency (account, key, fingerprint, pid, request_id, created)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (account, key, print_, os.getpid(), request_id, books.now(account)),
        )
    return None


def in_use() -> ApiError:
    return ApiError(
        "There is currently another in-progress request using this Idempotency-Key.",
        status=409,
        code="idempotency_key_in_use",
    )


def keep(books: Books, account: str, key: str, status: int, body: Body) -> None:
    """Saves the answer in the transaction that did the work."""
    books.sql.execute(
        "UPDATE idempotency SET status = ?, answer = ? WHERE account = ? AND key = ?",
        (status, json.dumps(body), account, key),
    )


def release(store: Store, account: str, key: str) -> None:
    """Forgets a key whose request was refused: a corrected one may use it."""
    with store.writing() as books:
        books.sql.execute("DELETE FROM idempotency WHERE account = ? AND key = ? AND status IS NULL", (account, key))


def prune(books: Books, account: str | None) -> int:
    """Forgets finished keys, as Stripe does after a day."""
    condition = "status IS NOT NULL" + ("" if account is None else " AND account = ?")
    return books.sql.execute(
        f"DELETE FROM idempotency WHERE {condition}",  # noqa: S608
        () if account is None else (account,),
    ).rowcount


def _is_alive(pid: int) -> bool:
    """Whether the server process that took the key still runs; a killed one must not block it for ever."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

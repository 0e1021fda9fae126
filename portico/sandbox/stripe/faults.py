"""Trouble on order: each fault hits the next requests with its method and path, as often as asked."""

from dataclasses import dataclass
from typing import Any

from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body, Books, Store

KINDS = (
    "drop_before",
    "drop_after",
    "error_before",
    "error_after",
    "rate_limit",
    "conflict",
    "slow_before",
    "slow_after",
    "malformed",
    "wrong_amount",
    "wrong_currency",
)
AMOUNTS = ("amount", "amount_received", "amount_total", "amount_subtotal", "amount_captured", "amount_refunded")


@dataclass(frozen=True)
class Fault:
    kind: str
    seconds: float


def claim(store: Store, account: str, method: str, path: str) -> Fault | None:
    """The oldest fault that is meant for this request; it is used up once."""
    with store.reading() as books:
        if books.sql.execute("SELECT 1 FROM faults LIMIT 1").fetchone() is None:
            return None
    with store.writing() as books:
        row = books.sql.execute(
            "SELECT * FROM faults WHERE method IN (?, '*') AND substr(?, 1, length(path)) = path"
            " AND (account IS NULL OR account = ?) ORDER BY seq LIMIT 1",
            (method, path, account),
        ).fetchone()
        if row is None:
            return None
        books.sql.execute("UPDATE faults SET remaining = remaining - 1 WHERE seq = ?", (row["seq"],))
        books.sql.execute("DELETE FROM faults WHERE remaining <= 0")
        return Fault(row["kind"], row["seconds"])


def add(books: Books, account: str | None, wanted: dict[str, Any]) -> None:
    if wanted.get("kind") not in KINDS:
        raise ApiError(f"Unknown fault; choose one of {', '.join(KINDS)}.", param="kind")
    books.sql.execute(
        "INSERT INTO faults (account, method, path, kind, remaining, seconds) VALUES (?, ?, ?, ?, ?, ?)",
        (
            account,
            str(wanted.get("method", "*")).upper(),
            str(wanted.get("path", "/v1/")),
            wanted["kind"],
            int(wanted.get("count", 1)),
            float(wanted.get("seconds", 1)),
        ),
    )


def left(books: Books) -> list[Body]:
    return [dict(row) for row in books.sql.execute("SELECT * FROM faults ORDER BY seq")]


def clear(books: Books) -> None:
    books.sql.execute("DELETE FROM faults")


def falsified(answer: Any, kind: str) -> Any:
    """The answer with other amounts or another currency, everywhere in it."""
    if isinstance(answer, list):
        return [falsified(item, kind) for item in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: _false_field(name, value, kind) for name, value in answer.items()}


def _false_field(name: str, value: Any, kind: str) -> Any:
    if kind == "wrong_amount" and name in AMOUNTS and isinstance(value, int):
        return value + 100
    if kind == "wrong_currency" and name == "currency":
        return "eur" if value != "eur" else "usd"
    return falsified(value, kind)

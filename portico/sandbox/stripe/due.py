"""What happens by itself when its time has come on the account's clock."""

import time
from collections.abc import Callable

from portico.sandbox.stripe import checkout, debits, deposits, disputes, refunds, verifying
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.store import Books, Store

ACTS: dict[str, Callable[[Call, str], None]] = {
    checkout.DUE: checkout.fall_due,
    debits.DUE: debits.fall_due,
    debits.RETURN: disputes.come_back,
    deposits.DUE: verifying.fall_due,
    disputes.OPENS: disputes.open_by_itself,
    disputes.EVIDENCE: disputes.evidence_due,
    refunds.DUE: refunds.fall_due,
}
NEXT = """
SELECT d.rowid, d.kind, d.object, d.account, d.at FROM dues d
LEFT JOIN settings s ON s.name = 'clock_ahead:' || d.account
WHERE d.at <= ? + COALESCE(CAST(s.value AS INTEGER), 0) ORDER BY d.at, d.rowid LIMIT 1
"""


def run(store: Store, base: str) -> None:
    """Lets everything happen that is due, one after another in the order of its time."""
    while _is_any(store):
        with store.writing() as books:
            _act(books, base)


def _is_any(store: Store) -> bool:
    with store.reading() as books:
        return books.sql.execute(NEXT, (_now(books),)).fetchone() is not None


def _act(books: Books, base: str) -> None:
    row = books.sql.execute(NEXT, (_now(books),)).fetchone()
    if row is None:
        return
    books.unplan(row["kind"], row["object"])
    ACTS[row["kind"]](Call(row["account"], books, {}, base, at=row["at"]), row["object"])


def _now(books: Books) -> int:
    return int(time.time()) + int(books.setting("clock_ahead", "0"))

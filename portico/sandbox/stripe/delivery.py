"""Takes events to the webhook endpoints of their accounts: signed, tried again, never under the store's lock."""

import hashlib
import hmac
import http.client
import json
import secrets
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from portico.sandbox.stripe.endpoints import is_on_this_machine
from portico.sandbox.stripe.events import Webhooks, with_pending
from portico.sandbox.stripe.store import Books, Store

LOOPBACK = "127.0.0.1"
WAITS = (1, 2, 5, 10, 30, 60)
LONGEST_WAIT = 300
GIVEN_UP_AFTER = 24 * 3600
ANSWER_WITHIN = 20
LEASE = 60
WORKERS = 4
IDLE = 0.25
OLD_BY = 3600


@dataclass(frozen=True)
class Delivery:
    seq: int
    url: str
    secret: str
    payload: bytes
    signature: str
    tries: int
    created_at: float
    event: str
    kind: str


class Courier:
    """A few background threads; what is still to be delivered is in the store, so a restart goes on with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._wake = threading.Condition()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(WORKERS)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout=5)

    def wake(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _work(self) -> None:
        while not self._stopping.is_set():
            delivery = _claim(self._store)
            if delivery is None:
                with self._wake:
                    self._wake.wait(IDLE)
            else:
                _deliver(self._store, delivery)
        self._store.close()


def flush(store: Store, account: str, *, order: str, at_once: int = 1) -> list[dict[str, object]]:
    """Delivers what is held, one event after another in that order, each so many times at the same moment."""
    with store.reading() as books:
        rows = books.sql.execute(
            "SELECT seq FROM deliveries WHERE account = ? AND state = 'held' ORDER BY seq", (account,)
        ).fetchall()
        held = [found for row in rows if (found := _load(books, row["seq"])) is not None]
    if order == "reversed":
        held.reverse()
    elif order == "shuffled":
        secrets.SystemRandom().shuffle(held)
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as pool:
        return [_flushed(delivery, pool.map(_deliver, [store] * at_once, [delivery] * at_once)) for delivery in held]


def sign(payload: bytes, secret: str, moment: int) -> str:
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + payload, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


def _flushed(delivery: Delivery, outcomes: Iterable[str]) -> dict[str, object]:
    return {"event": delivery.event, "type": delivery.kind, "outcomes": list(outcomes)}


def _claim(store: Store) -> Delivery | None:
    now = time.time()
    due = "SELECT seq FROM deliveries WHERE state = 'due' AND due_at <= ? AND lease_until <= ? ORDER BY seq LIMIT 1"
    with store.reading() as books:
        if books.sql.execute(due, (now, now)).fetchone() is None:
            return None
    with store.writing() as books:
        row = books.sql.execute(due, (now, now)).fetchone()
        if row is None:
            return None
        books.sql.execute("UPDATE deliveries SET lease_until = ? WHERE seq = ?", (now + LEASE, row["seq"]))
        return _load(books, row["seq"])


def _load(books: Books, seq: int) -> Delivery | None:
    row = books.sql.execute("SELECT * FROM deliveries WHERE seq = ?", (seq,)).fetchone()
    endpoint = books.find(row["account"], "webhook_endpoint", row["endpoint"])
    event = books.find(row["account"], "event", row["event"])
    if endpoint is None or event is None:
        return None
    return Delivery(
        seq=seq,
        url=endpoint["url"],
        secret=endpoint["_secret"],
        payload=json.dumps(with_pending(books, event), indent=2).encode(),
        signature=Webhooks.of(books, row["account"]).signature,
        tries=row["tries"],
        created_at=row["created_at"],
        event=event["id"],
        kind=event["type"],
    )


def _deliver(store: Store, delivery: Delivery) -> str:
    outcome = _post(delivery)
    is_delivered = outcome.startswith("2")
    state = "delivered" if is_delivered else "due"
    if not is_delivered and time.time() - delivery.created_at > GIVEN_UP_AFTER:
        state = "given up"
    wait = WAITS[delivery.tries] if delivery.tries < len(WAITS) else LONGEST_WAIT
    with store.writing() as books:
        books.sql.execute(
            "UPDATE deliveries SET state = ?, tries = tries + 1, due_at = ?, lease_until = 0, outcome = ?"
            " WHERE seq = ? AND state IN ('due', 'held')",
            (state, time.time() + wait, outcome, delivery.seq),
        )
    return outcome


def _post(delivery: Delivery) -> str:
    """The endpoint's status code, or what went wrong. The name goes into Host, the call to this machine."""
    if not is_on_this_machine(delivery.url):
        return "refused: not on this machine"
    parts = urlsplit(delivery.url)
    connection = http.client.HTTPConnection(LOOPBACK, parts.port or 80, timeout=ANSWER_WITHIN)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body=delivery.payload, headers=_headers(delivery, parts.netloc))
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()


def _headers(delivery: Delivery, host: str) -> dict[str, str]:
    moment = int(time.time()) - (OLD_BY if delivery.signature == "old" else 0)
    secret = delivery.secret + ("x" if delivery.signature == "bad" else "")
    return {
        "Host": host,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (sandbox)",
        "Stripe-Signature": sign(delivery.payload, secret, moment),
        "Connection": "close",
    }

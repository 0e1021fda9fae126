"""The sandbox's own SQLite file: objects of all accounts, deliveries, idempotency keys, faults."""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Body = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    kind TEXT NOT NULL,
    created INTEGER NOT NULL,
    customer TEXT,
    intent TEXT,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind, seq);
CREATE INDEX IF NOT EXISTS objects_by_customer ON objects (customer, kind) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (intent, kind) WHERE intent IS NOT NULL;
CREATE TABLE IF NOT EXISTS dues (
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (kind, object)
);
CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    pid INTEGER NOT NULL,
    status INTEGER,
    answer TEXT,
    request_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    event TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    due_at REAL NOT NULL,
    lease_until REAL NOT NULL DEFAULT 0,
    outcome TEXT
);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due_at);
CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS faults (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    kind TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

OLDER = """
INSERT OR IGNORE INTO dues SELECT 'session', e.session, o.account, e.expires_at FROM expiries e JOIN objects o
 ON o.id = e.session;
DROP TABLE expiries;
"""

ALPHABET = string.ascii_letters + string.digits
BUSY_SECONDS = 30.0


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Store:
    """Opens the file; every thread gets a connection of its own, so several threads and processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connection()
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(SCHEMA)
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'expiries'").fetchone():
            connection.executescript(OLDER)

    @contextmanager
    def writing(self) -> Iterator["Books"]:
        """One transaction that alone may write; an error undoes it."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Books(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator["Books"]:
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield Books(connection)
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the calling thread's connection."""
        connection = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            self._threads.connection = None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA synchronous=NORMAL")
            self._threads.connection = connection
        return connection


class Books:
    """Reads and writes inside one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.sql = connection

    def now(self, account: str | None = None) -> int:
        """Seconds since the epoch on the account's clock, which the control API may have put forward."""
        own = 0 if account is None else int(self.setting(f"clock_ahead:{account}", "0"))
        return int(time.time()) + int(self.setting("clock_ahead", "0")) + own

    def plan(self, account: str, kind: str, ident: str, at: int) -> None:
        """Notes what will happen to an object and when; due.py does it."""
        self.sql.execute(
            "INSERT OR REPLACE INTO dues (kind, object, account, at) VALUES (?, ?, ?, ?)", (kind, ident, account, at)
        )

    def unplan(self, kind: str, ident: str) -> None:
        self.sql.execute("DELETE FROM dues WHERE kind = ? AND object = ?", (kind, ident))

    def setting(self, name: str, default: str) -> str:
        row = self.sql.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return default if row is None else str(row["value"])

    def set(self, name: str, value: str) -> None:
        self.sql.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))

    def add(self, account: str, body: Body, *, customer: str | None = None, intent: str | None = None) -> Body:
        self.sql.execute(
            "INSERT INTO objects (id, account, kind, created, customer, intent, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (body["id"], account, body["object"], _created(body), customer, intent, json.dumps(body)),
        )
        return body

    def save(self, body: Body) -> None:
        self.sql.execute("UPDATE objects SET body = ? WHERE id = ?", (json.dumps(body), body["id"]))

    def remove(self, ident: str) -> None:
        self.sql.execute("DELETE FROM objects WHERE id = ?", (ident,))

    def find(self, account: str, kind: str, ident: str) -> Body | None:
        row = self.sql.execute(
            "SELECT body FROM objects WHERE id = ? AND account = ? AND kind = ?", (ident, account, kind)
        ).fetchone()
        return None if row is None else _load(row)

    def find_any(self, account: str, ident: str) -> Body | None:
        row = self.sql.execute("SELECT body FROM objects WHERE id = ? AND account = ?", (ident, account)).fetchone()
        return None if row is None else _load(row)

    def owned(self, kind: str, ident: str) -> tuple[str, Body] | None:
        """An object and its account, for the hosted pages: their unguessable address is the key."""
        row = self.sql.execute("SELECT account, body FROM objects WHERE id = ? AND kind = ?", (ident, kind)).fetchone()
        return None if row is None else (str(row["account"]), _load(row))

    def all(self, account: str, kind: str) -> list[Body]:
        rows = self.sql.execute("SELECT body FROM objects WHERE account = ? AND kind = ? ORDER BY seq", (account, kind))
        return [_load(row) for row in rows]

    def place(self, account: str, kind: str, ident: str) -> int | None:
        """Where an object stands in its list."""
        row = self.sql.execute(
            "SELECT seq FROM objects WHERE id = ? AND account = ? AND kind = ?", (ident, account, kind)
        ).fetchone()
        return None if row is None else int(row["seq"])

    def select(
        self, account: str, kind: str, *, where: list[str], values: list[Any], newest_first: bool, limit: int
    ) -> list[Body]:
        """Rows of one list; `where` holds conditions written by this program, never by a caller of the API."""
        conditions = " AND ".join(["account = ?", "kind = ?", *where])
        direction = "DESC" if newest_first else "ASC"
        rows = self.sql.execute(
            f"SELECT body FROM objects WHERE {conditions} ORDER BY seq {direction} LIMIT ?",  # noqa: S608
            [account, kind, *values, limit],
        )
        return [_load(row) for row in rows]

    def of_intent(self, account: str, kind: str, intent: str) -> list[Body]:
        rows = self.sql.execute(
            "SELECT body FROM objects WHERE intent = ? AND account = ? AND kind = ? ORDER BY seq",
            (intent, account, kind),
        )
        return [_load(row) for row in rows]

    def link_intent(self, ident: str, intent: str) -> None:
        self.sql.execute("UPDATE objects SET intent = ? WHERE id = ?", (intent, ident))

    def link_customer(self, ident: str, customer: str | None) -> None:
        self.sql.execute("UPDATE objects SET customer = ? WHERE id = ?", (customer, ident))


def _created(body: Body) -> int:
    """Mandates show no moment of creation, lists need one."""
    return int(body["created"] if "created" in body else body["_created"])


def _load(row: sqlite3.Row) -> Body:
    body: Body = json.loads(row["body"])
    return body

"""/v1/events: what happened in an account, and its way to the account's webhook endpoints."""

import json
import time
from dataclasses import dataclass
from typing import Any

from portico.sandbox.stripe import lists
from portico.sandbox.stripe.call import API_VERSION, Call
from portico.sandbox.stripe.errors import invalid
from portico.sandbox.stripe.store import Body, Books, new_id

MODES = ("normal", "hold", "off")
MOST_TYPES = 20
SIGNATURES = ("good", "bad", "old")


@dataclass(frozen=True)
class Webhooks:
    """How an account's webhooks behave; the control API changes it."""

    mode: str = "normal"
    duplicate: int = 1
    signature: str = "good"

    @classmethod
    def of(cls, books: Books, account: str) -> "Webhooks":
        return cls(**json.loads(books.setting(f"webhooks:{account}", "{}")))

    def keep(self, books: Books, account: str) -> None:
        books.set(f"webhooks:{account}", json.dumps(vars(self)))


def record(call: Call, kind: str, subject: Body) -> None:
    """Notes a change of state and queues it for every endpoint that wants to know."""
    event = {
        "id": new_id("evt_1"),
        "object": "event",
        "api_version": API_VERSION,
        "created": call.now,
        "data": {"object": call.show(subject)},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": call.request_id, "idempotency_key": call.idempotency_key},
        "type": kind,
    }
    call.books.add(call.account, event)
    _queue(call, event)


def retrieve(call: Call, ident: str) -> Body:
    return with_pending(call.books, call.show(call.find("event", ident)))


def page(call: Call) -> Body:
    kinds = call.params.get("types")
    if kinds and len(kinds) > MOST_TYPES:
        raise invalid(f"You may list up to {MOST_TYPES} types.", param="types")
    if kinds and call.params.get("type"):
        raise invalid("You may only specify one of these parameters: type, types.", param="types")
    where: dict[str, Any] = {"json_extract(body, '$.type') GLOB ?": call.params.get("type")}
    if kinds:
        where["json_extract(body, '$.type') IN (SELECT value FROM json_each(?))"] = json.dumps(kinds)
    answer = lists.page(call, "event", "/v1/events", where=where)
    for event in answer["data"]:
        with_pending(call.books, event)
    return answer


def with_pending(books: Books, event: Body) -> Body:
    row = books.sql.execute(
        "SELECT count(*) AS pending FROM deliveries WHERE event = ? AND state IN ('due', 'held')", (event["id"],)
    ).fetchone()
    event["pending_webhooks"] = row["pending"]
    return event


def _queue(call: Call, event: Body) -> None:
    webhooks = Webhooks.of(call.books, call.account)
    if webhooks.mode == "off":
        return
    state = "held" if webhooks.mode == "hold" else "due"
    now = time.time()
    for endpoint in call.books.all(call.account, "webhook_endpoint"):
        if {"*", event["type"]} & set(endpoint["enabled_events"]):
            row = (call.account, endpoint["id"], event["id"], state, now, now)
            call.books.sql.executemany(
                "INSERT INTO deliveries (account, endpoint, event, state, created_at, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [row] * (webhooks.duplicate if state == "due" else 1),
            )

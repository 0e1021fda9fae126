"""/_emu/…: the switches for tests. Off unless the server was started with a control token."""

import hmac
import json
from collections.abc import Callable
from typing import Any

from portico.sandbox.stripe import banks, delivery, faults, idempotency
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.control_money import MONEY
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.events import MODES, SIGNATURES, Webhooks
from portico.sandbox.stripe.routes import account_of
from portico.sandbox.stripe.store import Body, Store
from portico.sandbox.stripe.wire import Request, Response, json_response

ORDERS = ("created", "reversed", "shuffled")
Wanted = dict[str, Any]


def answer(request: Request, store: Store, token: str) -> Response:
    try:
        if not hmac.compare_digest(request.headers.get("x-emu-token", "").encode(), token.encode()):
            raise ApiError("Wrong or missing X-Emu-Token.", status=401)
        if request.method == "POST" and request.path in MONEY:
            return json_response(200, _money(request, store))
        act = SWITCHES.get((request.method, request.path))
        if act is None:
            raise ApiError(f"No such switch: {request.method} {request.path}", status=404)
        return json_response(200, act(store, _wanted(request)))
    except ApiError as error:
        return json_response(error.status, error.body)


def _wanted(request: Request) -> Wanted:
    try:
        wanted = json.loads(request.body or b"{}")
    except ValueError:
        raise ApiError("The body is no JSON.") from None
    if not isinstance(wanted, dict):
        raise ApiError("The body must be a JSON object.")
    return wanted


def _account(wanted: Wanted) -> str:
    """Tests name an account by its secret key."""
    if not wanted.get("account"):
        raise ApiError("Name the account by its secret key.", param="account")
    return account_of(str(wanted["account"]))


def _webhooks(store: Store, wanted: Wanted) -> Body:
    account = _account(wanted)
    with store.writing() as books:
        now = vars(Webhooks.of(books, account))
        webhooks = Webhooks(**{name: wanted.get(name, value) for name, value in now.items()})
        if webhooks.mode not in MODES or webhooks.signature not in SIGNATURES or not 1 <= webhooks.duplicate <= 20:
            raise ApiError(f"mode: one of {MODES}; signature: one of {SIGNATURES}; duplicate: 1 to 20.")
        webhooks.keep(books, account)
        if webhooks.mode == "normal":
            books.sql.execute("UPDATE deliveries SET state = 'due' WHERE account = ? AND state = 'held'", (account,))
    return dict(vars(webhooks))


def _flush(store: Store, wanted: Wanted) -> Body:
    order = wanted.get("order", "created")
    if order not in ORDERS:
        raise ApiError(f"order: one of {ORDERS}", param="order")
    at_once = min(20, max(1, int(wanted.get("at_once", 1))))
    return {"delivered": delivery.flush(store, _account(wanted), order=order, at_once=at_once)}


def _retry_now(store: Store, wanted: Wanted) -> Body:
    with store.writing() as books:
        rows = books.sql.execute(
            "UPDATE deliveries SET due_at = 0 WHERE account = ? AND state = 'due'", (_account(wanted),)
        )
        return {"due": rows.rowcount}


def _prune(store: Store, wanted: Wanted) -> Body:
    with store.writing() as books:
        return {"pruned": idempotency.prune(books, _account(wanted) if wanted.get("account") else None)}


def _add_fault(store: Store, wanted: Wanted) -> Body:
    with store.writing() as books:
        faults.add(books, _account(wanted) if wanted.get("account") else None, wanted)
        return {"faults": faults.left(books)}


def _faults(store: Store, _: Wanted) -> Body:
    with store.reading() as books:
        return {"faults": faults.left(books)}


def _clear_faults(store: Store, _: Wanted) -> Body:
    with store.writing() as books:
        faults.clear(books)
    return {"faults": []}


def _money(request: Request, store: Store) -> Body:
    wanted = _wanted(request)
    with store.writing() as books:
        call = Call(_account(wanted), books, {}, request.base)
        answer = MONEY[request.path](call, wanted)
        return call.show(answer) if "object" in answer else answer


def _advance(store: Store, wanted: Wanted) -> Body:
    """Moves the clock of one account, or, when none is named, of all."""
    account = _account(wanted) if wanted.get("account") else None
    name = "clock_ahead" if account is None else f"clock_ahead:{account}"
    with store.writing() as books:
        now = books.now(account)
        later = banks.business_days_after(now, int(wanted.get("business_days", 0)))
        later += int(wanted.get("seconds", 0)) + int(wanted.get("days", 0)) * banks.DAY
        ahead = int(books.setting(name, "0")) + later - now
        books.set(name, str(ahead))
    return {"now": later, "ahead": ahead}


SWITCHES: dict[tuple[str, str], Callable[[Store, Wanted], Body]] = {
    ("POST", "/_emu/webhooks"): _webhooks,
    ("POST", "/_emu/webhooks/flush"): _flush,
    ("POST", "/_emu/webhooks/retry"): _retry_now,
    ("POST", "/_emu/idempotency/prune"): _prune,
    ("POST", "/_emu/faults"): _add_fault,
    ("GET", "/_emu/faults"): _faults,
    ("DELETE", "/_emu/faults"): _clear_faults,
    ("POST", "/_emu/advance"): _advance,
}

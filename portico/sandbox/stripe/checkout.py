"""/v1/checkout/sessions, and what the hosted page does with one."""

from portico.sandbox.stripe import attempts, events, intents, lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.session import WRITES, checked
from portico.sandbox.stripe.store import Body, Store

__all__ = ["WRITES", "create", "expire", "line_items", "page", "retrieve"]

SESSION = "checkout.session"


def create(call: Call) -> Body:
    session = checked(call)
    call.books.add(call.account, session, customer=session["customer"])
    call.books.sql.execute("INSERT INTO expiries VALUES (?, ?)", (session["id"], session["expires_at"]))
    return call.show(session)


def retrieve(call: Call, ident: str) -> Body:
    session = call.find(SESSION, ident)
    answer = call.show(session)
    if "line_items" in call.params.get("expand", []):
        call.params["expand"].remove("line_items")
        answer["line_items"] = lists.listed(session["_items"], _items_url(ident), has_more=False)
    return answer


def page(call: Call) -> Body:
    given = call.params
    where = {
        "customer = ?": given.get("customer"),
        "intent = ?": given.get("payment_intent"),
        "json_extract(body, '$.status') = ?": given.get("status"),
    }
    return lists.page(call, SESSION, "/v1/checkout/sessions", where=where)


def line_items(call: Call, ident: str) -> Body:
    items = call.find(SESSION, ident)["_items"]
    after = call.params.get("starting_after")
    start = next((place + 1 for place, item in enumerate(items) if item["id"] == after), 0)
    limit = lists.limit_of(call.params)
    return lists.listed(items[start : start + limit], _items_url(ident), has_more=len(items) > start + limit)


def expire(call: Call, ident: str) -> Body:
    session = call.find(SESSION, ident)
    if session["status"] != "open":
        raise ApiError(f"Only open Checkout Sessions can be expired; this one is {session['status']}.")
    _expire(call, session)
    return call.show(session)


def pay(call: Call, session: Body, method: Body) -> Body:
    """Tries a card on the open session's one intent and returns the intent."""
    intent = _intent(call, session)
    method["customer"] = None
    call.books.add(call.account, method)
    if attempts.try_card(call, intent, method) is None and intent["status"] == "succeeded":
        _complete(call, session, method)
    return intent


def authenticated(call: Call, session: Body, intent: Body, *, passed: bool) -> Decline | None:
    method = call.find("payment_method", intent["payment_method"])
    decline = attempts.authenticated(call, intent, passed=passed)
    if decline is None:
        _complete(call, session, method)
    return decline


def expire_due(store: Store, base: str) -> None:
    """Ends the sessions whose time is over, whichever account they belong to."""
    with store.reading() as books:
        due = "SELECT session FROM expiries WHERE expires_at <= ?"
        if books.sql.execute(due, (books.now(),)).fetchone() is None:
            return
    with store.writing() as books:
        for row in books.sql.execute(due, (books.now(),)).fetchall():
            owned = books.owned(SESSION, row["session"])
            if owned is not None:
                account, session = owned
                _expire(Call(account=account, books=books, params={}, base=base), session)


def _intent(call: Call, session: Body) -> Body:
    if session["payment_intent"] is not None:
        return call.find("payment_intent", session["payment_intent"])
    intent = intents.blank(
        amount=session["amount_total"], currency=session["currency"], customer=session["customer"], now=call.now
    )
    intent |= session["_intent"] | {"_session": session["id"]}
    call.books.add(call.account, intent, customer=intent["customer"])
    call.books.link_intent(session["id"], intent["id"])
    session["payment_intent"] = intent["id"]
    call.books.save(session)
    events.record(call, "payment_intent.created", intent)
    return intent


def _complete(call: Call, session: Body, method: Body) -> None:
    details = session["customer_details"] or dict.fromkeys(
        ("address", "business_name", "email", "individual_name", "name", "phone", "tax_ids")
    ) | {"tax_exempt": "none"}
    details["name"] = details["name"] or method["billing_details"]["name"]
    session |= {"status": "complete", "payment_status": "paid", "customer_details": details}
    call.books.save(session)
    call.books.sql.execute("DELETE FROM expiries WHERE session = ?", (session["id"],))
    events.record(call, "checkout.session.completed", session)


def _expire(call: Call, session: Body) -> None:
    session["status"] = "expired"
    call.books.save(session)
    call.books.sql.execute("DELETE FROM expiries WHERE session = ?", (session["id"],))
    events.record(call, "checkout.session.expired", session)
    if session["payment_intent"] is not None:
        intent = call.find("payment_intent", session["payment_intent"])
        attempts.cancel(call, intent, reason="automatic")


def _items_url(ident: str) -> str:
    return f"/v1/checkout/sessions/{ident}/line_items"

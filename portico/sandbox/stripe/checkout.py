"""/v1/checkout/sessions, and what the hosted page does with one."""

from portico.sandbox.stripe import attempts, debits, events, intents, lists, mandates, setups
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.session import WRITES, checked, lifetime
from portico.sandbox.stripe.store import Body

__all__ = ["WRITES", "create", "expire", "line_items", "page", "retrieve"]

SESSION = "checkout.session"
DUE = "session"


def create(call: Call) -> Body:
    ends = call.now + lifetime(call)
    session = checked(call)
    call.books.add(call.account, session, customer=session["customer"])
    call.books.plan(call.account, DUE, session["id"], ends)
    if session["mode"] == "setup":
        _begin_setup(call, session)
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


def try_card(call: Call, session: Body, method: Body, *, save: bool) -> Body:
    """Tries a card on the open session's one intent and returns the intent."""
    call.books.add(call.account, method)
    intent = intent_of(call, session)
    if session["mode"] == "setup":
        decline = setups.try_card(call, intent, method)
    else:
        _keep(call, session, intent, save=save)
        decline = attempts.try_card(call, intent, method)
    if decline is None and intent["status"] == "succeeded":
        _complete(call, session, method)
    return intent


def try_bank(call: Call, session: Body, method: Body, *, save: bool) -> Body:
    """A bank account ends the page at once: the debit is on its way, or waits for micro-deposits."""
    call.books.add(call.account, method)
    intent = intent_of(call, session)
    is_setup = session["mode"] == "setup"
    keeps = is_setup or _keep(call, session, intent, save=save)
    once = None if keeps else (session["amount_total"], session["currency"])
    mandate = mandates.make(call, method, mandates.ON_OUR_PAGE, once=once)
    start = setups.try_bank if is_setup else debits.start
    if start(call, intent, method, mandate) is None:
        _complete(call, session, method)
    return intent


def authenticated(call: Call, session: Body, intent: Body, *, passed: bool) -> Decline | None:
    method = call.find("payment_method", intent["payment_method"])
    act = setups.authenticated if session["mode"] == "setup" else attempts.authenticated
    decline = act(call, intent, passed=passed)
    if decline is None:
        _complete(call, session, method)
    return decline


def intent_of(call: Call, session: Body) -> Body:
    """The session's one intent: of a payment made at the first try, of a setup from the start."""
    if session["mode"] == "setup":
        return call.find(setups.SETUP, session["setup_intent"])
    if session["payment_intent"] is not None:
        return call.find("payment_intent", session["payment_intent"])
    intent = intents.blank(
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        types=session["payment_method_types"],
        now=call.now,
    )
    intent |= session["_intent"] | {"_session": session["id"]}
    call.books.add(call.account, intent, customer=intent["customer"])
    call.books.link_intent(session["id"], intent["id"])
    session["payment_intent"] = intent["id"]
    call.books.save(session)
    events.record(call, "payment_intent.created", intent)
    return intent


def fall_due(call: Call, ident: str) -> None:
    """The session's time is over."""
    session = call.find(SESSION, ident)
    if session["status"] == "open":
        _expire(call, session)


def offers_saving(session: Body) -> bool:
    options = session["saved_payment_method_options"]
    return bool(session["customer"] and options and options["payment_method_save"] == "enabled")


def _begin_setup(call: Call, session: Body) -> None:
    setup = setups.blank(customer=session["customer"], types=session["payment_method_types"], now=call.now)
    setup |= session["_setup"] | {"_session": session["id"]}
    call.books.add(call.account, setup, customer=setup["customer"])
    session["setup_intent"] = setup["id"]
    call.books.save(session)
    events.record(call, "setup_intent.created", setup)


def _keep(call: Call, session: Body, intent: Body, *, save: bool) -> bool:
    """Notes on the intent whether the method will be saved; whether it will."""
    asked = session["_intent"].get("_keep")
    intent["_keep"] = "always" if save and offers_saving(session) else asked
    call.books.save(intent)
    return intent["_keep"] is not None


def _complete(call: Call, session: Body, method: Body) -> None:
    details = session["customer_details"] or dict.fromkeys(
        ("address", "business_name", "email", "individual_name", "name", "phone", "tax_ids")
    ) | {"tax_exempt": "none"}
    details["name"] = details["name"] or method["billing_details"]["name"]
    session |= {"status": "complete", "customer_details": details}
    if session["mode"] == "payment" and method["type"] == "card":
        session["payment_status"] = "paid"
    call.books.save(session)
    call.books.unplan(DUE, session["id"])
    events.record(call, "checkout.session.completed", session)


def _expire(call: Call, session: Body) -> None:
    session["status"] = "expired"
    call.books.save(session)
    call.books.unplan(DUE, session["id"])
    events.record(call, "checkout.session.expired", session)
    if session["mode"] == "setup":
        setups.end(call, call.find(setups.SETUP, session["setup_intent"]), reason=None)
    elif session["payment_intent"] is not None:
        intent = call.find("payment_intent", session["payment_intent"])
        attempts.cancel(call, intent, reason="automatic")


def _items_url(ident: str) -> str:
    return f"/v1/checkout/sessions/{ident}/line_items"

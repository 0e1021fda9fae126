"""What becomes of a payment intent when a card is tried on it, for the API and the hosted page alike."""

from portico.sandbox.stripe import cards, charges, events, methods
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import AUTHENTICATION_REQUIRED, NOT_AUTHENTICATED, Decline
from portico.sandbox.stripe.store import Body

DISPUTED_AFTER = 2


def try_card(call: Call, intent: Body, method: Body, *, off_session: bool = False) -> Decline | None:
    """Charges the card, or asks for authentication, or says why not; the intent is saved with what happened."""
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    if not cards.must_ask(method, off_session=off_session):
        return _charged(call, intent, method, authenticated=False)
    if off_session:
        return failed(call, intent, method, AUTHENTICATION_REQUIRED, charge=None)
    intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url"}}
    call.books.save(intent)
    events.record(call, "payment_intent.requires_action", intent)
    return None


def authenticated(call: Call, intent: Body, *, passed: bool) -> Decline | None:
    """The customer came back from the bank's page."""
    method = call.find("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        return _charged(call, intent, method, authenticated=True)
    return failed(call, intent, method, NOT_AUTHENTICATED, charge=None)


def cancel(call: Call, intent: Body, *, reason: str | None) -> None:
    intent |= {"status": "canceled", "canceled_at": call.now, "cancellation_reason": reason, "next_action": None}
    call.books.save(intent)
    events.record(call, "payment_intent.canceled", intent)


def failed(call: Call, intent: Body, method: Body, decline: Decline, *, charge: Body | None) -> Decline:
    """The try is over without money; another method may be tried."""
    intent["last_payment_error"] = error_of(call, method, decline)
    if charge is not None:
        intent["last_payment_error"]["charge"] = charge["id"]
        intent["latest_charge"] = charge["id"]
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    call.books.save(intent)
    methods.used(call, method)
    events.record(call, "payment_intent.payment_failed", intent)
    return decline


def error_of(call: Call, method: Body, decline: Decline) -> Body:
    error: Body = {
        "type": decline.kind,
        "code": decline.code,
        "message": decline.message,
        "payment_method": call.show(method),
    }
    if decline.decline_code is not None:
        error["decline_code"] = decline.decline_code
    return error


def keep_method(call: Call, intent: Body, method: Body) -> None:
    """Saves the method to the customer when that was asked for; else it has served."""
    if intent.get("_keep") and intent["customer"]:
        method["_is_set_up"] = True
        methods.keep_for(call, method, intent["customer"], redisplay=intent["_keep"])
    else:
        methods.used(call, method)


def _charged(call: Call, intent: Body, method: Body, *, authenticated: bool) -> Decline | None:
    decline = methods.decline_of_charging(call, method)
    charge = charges.make(call, intent, method, decline=decline, authenticated=authenticated)
    if decline is not None:
        events.record(call, "charge.failed", charge)
        return failed(call, intent, method, decline, charge=charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
    call.books.save(intent)
    events.record(call, "charge.succeeded", charge)
    events.record(call, "payment_intent.succeeded", intent)
    keep_method(call, intent, method)
    if cards.card_of(method) is cards.DISPUTED:
        call.books.plan(call.account, "dispute", charge["id"], call.now + DISPUTED_AFTER)
    return None

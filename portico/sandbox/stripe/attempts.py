"""What becomes of a payment intent when a card is tried on it, for the API and the hosted page alike."""

from portico.sandbox.stripe import charges, events
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import AUTHENTICATION_REQUIRED, NOT_AUTHENTICATED, Decline, Outcome, card_of
from portico.sandbox.stripe.store import Body


def try_card(call: Call, intent: Body, method: Body, *, off_session: bool = False) -> Decline | None:
    """Charges the card, or asks for authentication, or says why not; the intent is saved with what happened."""
    card = card_of(method)
    intent["payment_method"] = method["id"]
    intent["last_payment_error"] = None
    if card.outcome is Outcome.NEEDS_3DS and off_session:
        return _declined(call, intent, method, AUTHENTICATION_REQUIRED)
    if card.outcome is Outcome.NEEDS_3DS:
        _ask_authentication(call, intent)
        return None
    if card.decline is not None:
        return _declined(call, intent, method, card.decline)
    _succeeded(call, intent, method, authenticated=False)
    return None


def authenticated(call: Call, intent: Body, *, passed: bool) -> Decline | None:
    """The customer came back from the bank's page."""
    method = call.find("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if passed:
        _succeeded(call, intent, method, authenticated=True)
        return None
    _failed(call, intent, method, NOT_AUTHENTICATED, charge=None)
    return NOT_AUTHENTICATED


def cancel(call: Call, intent: Body, *, reason: str | None) -> None:
    intent |= {"status": "canceled", "canceled_at": call.now, "cancellation_reason": reason, "next_action": None}
    call.books.save(intent)
    events.record(call, "payment_intent.canceled", intent)


def _ask_authentication(call: Call, intent: Body) -> None:
    intent |= {"status": "requires_action", "next_action": {"type": "redirect_to_url"}}
    call.books.save(intent)
    events.record(call, "payment_intent.requires_action", intent)


def _succeeded(call: Call, intent: Body, method: Body, *, authenticated: bool) -> None:
    charge = charges.make(call, intent, method, decline=None, authenticated=authenticated)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
    call.books.save(intent)
    events.record(call, "charge.succeeded", charge)
    events.record(call, "payment_intent.succeeded", intent)


def _declined(call: Call, intent: Body, method: Body, decline: Decline) -> Decline:
    charge = charges.make(call, intent, method, decline=decline, authenticated=False)
    events.record(call, "charge.failed", charge)
    _failed(call, intent, method, decline, charge=charge)
    return decline


def _failed(call: Call, intent: Body, method: Body, decline: Decline, *, charge: Body | None) -> None:
    error = {"type": "card_error", "code": decline.code, "message": decline.message, "payment_method": method}
    if decline.decline_code is not None:
        error["decline_code"] = decline.decline_code
    if charge is not None:
        error["charge"] = charge["id"]
        intent["latest_charge"] = charge["id"]
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    call.books.save(intent)
    events.record(call, "payment_intent.payment_failed", intent)

"""Bank debits: money that is on its way for days, arrives, does not arrive, or is taken back."""

from portico.sandbox.stripe import attempts, banks, charges, deposits, events, methods
from portico.sandbox.stripe.banks import Failure
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body

DUE, RETURN = "debit", "return"


def start(call: Call, intent: Body, method: Body, mandate: Body) -> Decline | None:
    """Debits a verified account; of another one first asks for proof."""
    intent |= {"payment_method": method["id"], "last_payment_error": None, "_mandate": mandate["id"]}
    if banks.is_blocked(method):
        return attempts.failed(call, intent, method, banks.BLOCKED.decline, charge=None)
    if method["_is_verified"]:
        begin(call, intent, method)
    else:
        deposits.ask(call, intent, method)
        events.record(call, "payment_intent.requires_action", intent)
    return None


def begin(call: Call, intent: Body, method: Body) -> None:
    mandate = call.find("mandate", intent["_mandate"])
    due = banks.business_days_after(call.now, banks.DEBIT_DAYS)
    charge = charges.begin(call, intent, method, mandate, debit_on=banks.business_days_after(call.now, 1))
    intent |= {"status": "processing", "next_action": None, "latest_charge": charge["id"]}
    call.books.save(intent)
    attempts.keep_method(call, intent, method)
    events.record(call, "charge.pending", charge)
    events.record(call, "payment_intent.processing", intent)
    if banks.account_of(method).settles:
        call.books.plan(call.account, DUE, intent["id"], due)


def fall_due(call: Call, ident: str) -> None:
    """The bank's answer is there."""
    intent = call.find("payment_intent", ident)
    failure = banks.account_of(_method(call, intent)).failure
    if failure is None:
        settle(call, intent)
    else:
        fail(call, intent, failure)


def settle(call: Call, intent: Body) -> None:
    method, charge = _method(call, intent), _pending(call, intent)
    call.books.unplan(DUE, intent["id"])
    charges.settle(call, charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    call.books.save(intent)
    events.record(call, "charge.succeeded", charge)
    events.record(call, "payment_intent.succeeded", intent)
    _tell_session(call, intent, is_paid=True)
    if banks.account_of(method).comes_back:
        back = banks.business_days_after(call.now, banks.RETURN_DAYS)
        call.books.plan(call.account, RETURN, charge["id"], back)


def fail(call: Call, intent: Body, failure: Failure) -> None:
    method, charge = _method(call, intent), _pending(call, intent)
    call.books.unplan(DUE, intent["id"])
    charges.fail(call, charge, failure.decline)
    events.record(call, "charge.failed", charge)
    attempts.failed(call, intent, method, failure.decline, charge=charge)
    _tell_session(call, intent, is_paid=False)
    if failure.blocked is not None:
        methods.block(call, method, failure)


def fail_unverified(call: Call, intent: Body, failure: Failure) -> None:
    """The account was never proven to be the payer's; nothing was debited."""
    attempts.failed(call, intent, _method(call, intent), failure.decline, charge=None)
    _tell_session(call, intent, is_paid=False)


def stop(call: Call, intent: Body) -> None:
    """An intent in processing is canceled: only the account that never answers can be stopped."""
    if banks.account_of(_method(call, intent)).settles:
        raise ApiError(
            "You cannot cancel this PaymentIntent because it has a status of processing.",
            code="payment_intent_unexpected_state",
            payment_intent=call.show(intent),
        )
    charge = _pending(call, intent)
    charges.fail(call, charge, Decline("payment_intent_canceled", None, "The payment was canceled."))
    events.record(call, "charge.failed", charge)


def _method(call: Call, intent: Body) -> Body:
    return call.find("payment_method", intent["payment_method"])


def _pending(call: Call, intent: Body) -> Body:
    if intent["status"] != "processing":
        raise ApiError(f"This PaymentIntent is not processing but {intent['status']}.", param="intent")
    return call.find(charges.CHARGE, intent["latest_charge"])


def _tell_session(call: Call, intent: Body, *, is_paid: bool) -> None:
    if intent["_session"] is None:
        return
    session = call.find("checkout.session", intent["_session"])
    if is_paid:
        session["payment_status"] = "paid"
        call.books.save(session)
    events.record(call, f"checkout.session.async_payment_{'succeeded' if is_paid else 'failed'}", session)

"""Verifying a bank account with micro-deposits, for payment and setup intents, by call or on the hosted page."""

from portico.sandbox.stripe import banks, debits, deposits, setups
from portico.sandbox.stripe.banks import Failure
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body

TAKES = frozenset({"amounts", "descriptor_code"})
PAYMENT = "payment_intent"


def of_payment(call: Call, ident: str) -> Body:
    return _verified(call, call.find(PAYMENT, ident))


def of_setup(call: Call, ident: str) -> Body:
    return _verified(call, call.find(setups.SETUP, ident))


def verify(call: Call, intent: Body, *, code: str | None, amounts: list[int] | None) -> Failure | None:
    """Goes on with the payment or the saving, or says why the account cannot be verified any more."""
    failure = deposits.judged(call, intent, code=code, amounts=amounts)
    if failure is not None:
        _give_up(call, intent, failure)
        return failure
    method = call.find("payment_method", intent["payment_method"])
    method["_is_verified"] = True
    call.books.save(method)
    if intent["object"] == PAYMENT:
        debits.begin(call, intent, method)
    else:
        setups.verified(call, intent, method)
    return None


def fall_due(call: Call, ident: str) -> None:
    """The deposits could not be sent, or nobody told in time what arrived."""
    intent = call.books.find(call.account, PAYMENT, ident) or call.find(setups.SETUP, ident)
    if deposits.is_waiting(intent):
        method = call.find("payment_method", intent["payment_method"])
        takes = banks.account_of(method).takes_deposits
        _give_up(call, intent, deposits.TOO_LATE if takes else banks.NO_DEPOSITS)


def _verified(call: Call, intent: Body) -> Body:
    if not deposits.is_waiting(intent):
        text = f"You cannot verify microdeposits of this intent because it has a status of {intent['status']}."
        raise _refusal(call, intent, text, f"{intent['object']}_unexpected_state")
    failure = verify(call, intent, code=call.params.get("descriptor_code"), amounts=call.params.get("amounts"))
    if failure is not None:
        raise _refusal(call, intent, failure.message, failure.code)
    return call.show(intent)


def _refusal(call: Call, intent: Body, text: str, code: str) -> ApiError:
    """What was done before it stays done; the intent comes along."""
    more: Body = {intent["object"]: call.show(intent)}
    return ApiError(text, code=code, keeps_work=True, **more)


def _give_up(call: Call, intent: Body, failure: Failure) -> None:
    if intent["object"] == PAYMENT:
        debits.fail_unverified(call, intent, failure)
    else:
        setups.failed(call, intent, call.find("payment_method", intent["payment_method"]), failure.decline)

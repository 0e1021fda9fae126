"""/_emu/…: what banks, cardholders and the dashboard do, on order."""

from collections.abc import Callable
from typing import Any

from portico.sandbox.stripe import banks, charges, debits, deposits, disputes, methods, refunds, setups
from portico.sandbox.stripe.banks import FAILURES, Failure
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body

Wanted = dict[str, Any]
BLOCKS = {failure.blocked: failure for failure in FAILURES.values() if failure.blocked}


def settle(call: Call, wanted: Wanted) -> Body:
    intent = _intent(call, wanted)
    debits.settle(call, intent)
    return intent


def fail(call: Call, wanted: Wanted) -> Body:
    intent = _intent(call, wanted)
    debits.fail(call, intent, _failure(wanted.get("code", "insufficient_funds")))
    return intent


def come_back(call: Call, wanted: Wanted) -> Body:
    """A settled debit is taken back by the bank."""
    charge = charges.paid_of_intent(call, _named(wanted, "intent"))
    if charge["payment_method_details"]["type"] != "us_bank_account":
        raise ApiError("Only a bank debit comes back; open a dispute for a card.", param="intent")
    call.books.unplan(debits.RETURN, charge["id"])
    return disputes.begin(call, charge, reason=wanted.get("reason", "insufficient_funds"))


def open_dispute(call: Call, wanted: Wanted) -> Body:
    charge = _charge(call, wanted)
    call.books.unplan(disputes.OPENS, charge["id"])
    is_card = charge["payment_method_details"]["type"] == "card"
    reason = wanted.get("reason", "fraudulent" if is_card else "debit_not_authorized")
    return disputes.begin(call, charge, reason=reason, amount=wanted.get("amount"))


def review_dispute(call: Call, wanted: Wanted) -> Body:
    return _decided(call, wanted, disputes.review)


def win_dispute(call: Call, wanted: Wanted) -> Body:
    return _decided(call, wanted, disputes.win)


def lose_dispute(call: Call, wanted: Wanted) -> Body:
    return _decided(call, wanted, disputes.lose)


def refund(call: Call, wanted: Wanted) -> Body:
    """As somebody does it in the dashboard: without anything of ours on it."""
    return refunds.make(call, _charge(call, wanted), {"amount": wanted.get("amount"), "reason": wanted.get("reason")})


def settle_refund(call: Call, wanted: Wanted) -> Body:
    found = call.find(refunds.REFUND, _named(wanted, "refund"))
    refunds.settle(call, found)
    return found


def fail_refund(call: Call, wanted: Wanted) -> Body:
    found = call.find(refunds.REFUND, _named(wanted, "refund"))
    refunds.fail(call, found, wanted.get("reason", "expired_or_canceled_card"))
    return found


def renew_method(call: Call, wanted: Wanted) -> Body:
    method = call.find(methods.METHOD, _named(wanted, "method"))
    methods.renew_card(call, method, wanted)
    return method


def disable_method(call: Call, wanted: Wanted) -> Body:
    method = call.find(methods.METHOD, _named(wanted, "method"))
    if method["type"] != "us_bank_account":
        raise ApiError("Only a bank account is disabled; give a card an earlier expiry.", param="method")
    reason = wanted.get("reason", "bank_account_closed")
    if reason not in BLOCKS:
        raise ApiError(f"reason: one of {', '.join(sorted(BLOCKS))}", param="reason")
    methods.block(call, method, BLOCKS[reason])
    return method


def switch_deposits(call: Call, wanted: Wanted) -> Body:
    ident = _named(wanted, "intent")
    intent = call.books.find(call.account, "payment_intent", ident) or call.find(setups.SETUP, ident)
    if not deposits.is_waiting(intent):
        raise ApiError(f"This intent waits for no micro-deposits; it is {intent['status']}.", param="intent")
    deposits.switch(call, intent, wanted.get("type", "descriptor_code"))
    return intent


def stats(call: Call, _: Wanted) -> Body:
    """What the account's money amounts to: the figure that the ledger must agree with."""
    every = call.books.all(call.account, charges.CHARGE)
    paid = [one for one in every if one["status"] == "succeeded"]
    given_back = [
        one for one in call.books.all(call.account, refunds.REFUND) if one["status"] in {"pending", "succeeded"}
    ]
    disputed = call.books.all(call.account, disputes.DISPUTE)
    cash: dict[str, int] = {}
    for sign, moved in ((1, paid), (-1, given_back), (-1, [one for one in disputed if one["status"] != "won"])):
        for one in moved:
            cash[one["currency"]] = cash.get(one["currency"], 0) + sign * one["amount"]
    intents = call.books.all(call.account, "payment_intent")
    return {
        "cash": cash,
        "charges_failed": sum(one["status"] == "failed" for one in every),
        "charges_pending": sum(one["status"] == "pending" for one in every),
        "charges_succeeded": len(paid),
        "disputes": len(disputed),
        "intents": len(intents),
        "intents_by_attempt": _counted(intents, "attempt"),
        "paid_by_attempt": _counted(paid, "attempt"),
        "refunds": len(given_back),
        "refunds_by_refund": _counted(given_back, "refund"),
        "undelivered": _undelivered(call),
    }


def _counted(objects: list[Body], name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in objects:
        word = one["metadata"].get(name)
        if word is not None:
            found[word] = found.get(word, 0) + 1
    return found


def _undelivered(call: Call) -> int:
    row = call.books.sql.execute(
        "SELECT count(*) AS n FROM deliveries WHERE account = ? AND state IN ('due', 'held')", (call.account,)
    ).fetchone()
    return int(row["n"])


def _named(wanted: Wanted, name: str) -> str:
    if not wanted.get(name):
        raise ApiError(f"Name the {name}.", param=name)
    return str(wanted[name])


def _intent(call: Call, wanted: Wanted) -> Body:
    return call.find("payment_intent", _named(wanted, "intent"))


def _charge(call: Call, wanted: Wanted) -> Body:
    if wanted.get("charge"):
        return call.find(charges.CHARGE, str(wanted["charge"]))
    return charges.paid_of_intent(call, _named(wanted, "intent"))


def _failure(code: str) -> Failure:
    if code not in FAILURES:
        raise ApiError(f"code: one of {', '.join(sorted(FAILURES))}", param="code")
    return banks.FAILURES[code]


def _decided(call: Call, wanted: Wanted, act: Callable[[Call, Body], None]) -> Body:
    if wanted.get("dispute"):
        dispute = call.find(disputes.DISPUTE, str(wanted["dispute"]))
    else:
        found = call.books.of_intent(call.account, disputes.DISPUTE, _named(wanted, "intent"))
        if not found:
            raise ApiError("This payment is not disputed.", param="intent")
        dispute = found[-1]
    act(call, dispute)
    return dispute


MONEY: dict[str, Callable[[Call, Wanted], Body]] = {
    "/_emu/settle": settle,
    "/_emu/fail": fail,
    "/_emu/return": come_back,
    "/_emu/disputes/open": open_dispute,
    "/_emu/disputes/under_review": review_dispute,
    "/_emu/disputes/win": win_dispute,
    "/_emu/disputes/lose": lose_dispute,
    "/_emu/refunds/create": refund,
    "/_emu/refunds/settle": settle_refund,
    "/_emu/refunds/fail": fail_refund,
    "/_emu/methods/update": renew_method,
    "/_emu/methods/disable": disable_method,
    "/_emu/microdeposits": switch_deposits,
    "/_emu/stats": stats,
}

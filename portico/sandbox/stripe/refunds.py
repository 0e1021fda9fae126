"""/v1/refunds: money given back; to a card at once, to a bank account after days."""

from portico.sandbox.stripe import banks, cards, charges, customers, disputes, events, lists, transactions
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError, invalid, required
from portico.sandbox.stripe.store import Body, new_id

REFUND = "refund"
DUE = "refund"
CREATES = frozenset({"amount", "charge", "metadata", "payment_intent", "reason"})
WRITES = frozenset({"metadata"})
BUSINESS_DAYS = 3
DAYS_FOR_BANKS = 180
REASONS = {
    "charge_for_pending_refund_disputed",
    "declined",
    "expired_or_canceled_card",
    "insufficient_funds",
    "lost_or_stolen_card",
    "merchant_request",
    "unknown",
}


def create(call: Call) -> Body:
    return call.show(make(call, _charge(call), call.params))


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find(REFUND, ident))


def update(call: Call, ident: str) -> Body:
    refund = call.find(REFUND, ident)
    customers.merge_metadata(refund, call.params.get("metadata"))
    call.books.save(refund)
    events.record(call, "refund.updated", refund)
    return call.show(refund)


def page(call: Call) -> Body:
    where = {
        "intent = ?": call.params.get("payment_intent"),
        "json_extract(body, '$.charge') = ?": call.params.get("charge"),
    }
    return lists.page(call, REFUND, "/v1/refunds", where=where)


def make(call: Call, charge: Body, wanted: Body) -> Body:
    """Gives back an amount of a paid charge, or all that is left of it."""
    amount = _amount(call, charge, wanted.get("amount"))
    refund = _refund(call, charge, amount, wanted)
    is_card = transactions.kind_of(charge) == "card"
    refund["balance_transaction"] = transactions.add(
        call,
        charge,
        amount=-amount,
        kind="refund" if is_card else "payment_refund",
        category="refund",
        source=refund["id"],
    )["id"]
    call.books.add(call.account, refund, customer=charge["customer"], intent=charge["payment_intent"])
    _count(call, charge, amount)
    if refund["status"] == "pending" or _card(charge) is cards.REFUND_FAILS:
        call.books.plan(call.account, DUE, refund["id"], banks.business_days_after(call.now, BUSINESS_DAYS))
    events.record(call, "refund.created", refund)
    events.record(call, "charge.refunded", charge)
    return refund


def fall_due(call: Call, ident: str) -> None:
    refund = call.find(REFUND, ident)
    charge = call.find(charges.CHARGE, refund["charge"])
    if _card(charge) is cards.REFUND_FAILS and refund["status"] == "succeeded":
        fail(call, refund, "expired_or_canceled_card")
    elif refund["status"] == "pending" and disputes.blocks_refunds(call, charge):
        fail(call, refund, "charge_for_pending_refund_disputed")
    elif refund["status"] == "pending":
        settle(call, refund)


def settle(call: Call, refund: Body) -> None:
    if refund["status"] != "pending":
        raise ApiError(f"This refund is {refund['status']}.", param="refund")
    refund |= {"status": "succeeded", "pending_reason": None}
    call.books.save(refund)
    events.record(call, "refund.updated", refund)


def fail(call: Call, refund: Body, reason: str) -> None:
    """The money could not be delivered: it is back on the account."""
    if refund["status"] not in {"pending", "succeeded"}:
        raise ApiError(f"This refund is {refund['status']}.", param="refund")
    if reason not in REASONS:
        raise ApiError(f"reason: one of {', '.join(sorted(REASONS))}", param="reason")
    charge = call.find(charges.CHARGE, refund["charge"])
    back = transactions.add(
        call, charge, amount=refund["amount"], kind="refund_failure", category="refund_failure", source=refund["id"]
    )
    refund |= {"status": "failed", "failure_reason": reason, "pending_reason": None}
    refund["failure_balance_transaction"] = back["id"]
    call.books.save(refund)
    _count(call, charge, -refund["amount"])
    events.record(call, "refund.failed", refund)
    events.record(call, "refund.updated", refund)


def _charge(call: Call) -> Body:
    given = call.params
    if given.get("charge"):
        charge = call.find(charges.CHARGE, given["charge"], param="charge")
        if given.get("payment_intent") not in (None, charge["payment_intent"]):
            raise invalid("The charge does not belong to this PaymentIntent.", param="payment_intent")
        return charge
    if not given.get("payment_intent"):
        raise required("payment_intent")
    return charges.paid_of_intent(call, given["payment_intent"])


def _amount(call: Call, charge: Body, asked: int | None) -> int:
    """How much may be given back, or the refusal."""
    if charge["status"] != "succeeded":
        raise ApiError(
            f"Charge {charge['id']} is {charge['status']} and cannot be refunded.", code="charge_not_refundable"
        )
    if disputes.blocks_refunds(call, charge):
        raise ApiError(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    left = charge["amount"] - charge["amount_refunded"]
    if left <= 0:
        raise ApiError(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    is_bank = transactions.kind_of(charge) == "bank_account"
    if is_bank and call.now > charge["created"] + DAYS_FOR_BANKS * banks.DAY:
        raise ApiError("A bank debit can be refunded within 180 days only.", code="charge_not_refundable")
    if asked is None:
        return int(left)
    if asked < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if asked > left:
        raise invalid(
            f"Refund amount (${asked / 100:.2f}) is greater than unrefunded amount on charge (${left / 100:.2f})",
            param="amount",
        )
    return asked


def _count(call: Call, charge: Body, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.books.save(charge)


def _card(charge: Body) -> cards.TestCard | None:
    details = charge["payment_method_details"].get("card")
    return None if details is None else cards.BY_LAST4[details["last4"]]


def _refund(call: Call, charge: Body, amount: int, wanted: Body) -> Body:
    is_card = transactions.kind_of(charge) == "card"
    pends = not is_card or _card(charge) is cards.REFUND_PENDS
    to_card = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "id": new_id("re_3" if is_card else "pyr_1"),
        "object": REFUND,
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {"card": to_card, "type": "card"}
        if is_card
        else {"type": "us_bank_transfer", "us_bank_transfer": {}},
        "metadata": dict(wanted.get("metadata") or {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if pends else None,
        "reason": wanted.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending" if pends else "succeeded",
        "transfer_reversal": None,
    }

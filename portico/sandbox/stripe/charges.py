"""/v1/charges: money that came in, is on its way, or did not come."""

import time
from typing import Any

from portico.sandbox.stripe import lists, transactions
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body, new_id

CHARGE = "charge"


def make(call: Call, intent: Body, method: Body, *, decline: Decline | None, authenticated: bool) -> Body:
    """The charge of one try of a card, with its balance transaction when the money came."""
    details = {"card": _card(intent, method, authenticated=authenticated), "type": "card"}
    charge = _charge(call, intent, method, decline, details)
    if decline is None:
        charge["balance_transaction"] = _money_in(call, charge)["id"]
    return call.books.add(call.account, charge, customer=intent["customer"], intent=intent["id"])


def begin(call: Call, intent: Body, method: Body, mandate: Body, *, debit_on: int) -> Body:
    """The charge of a bank account: its money is on the way."""
    account = method["us_bank_account"]
    kept = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number")
    details = {name: account[name] for name in kept} | {
        "expected_debit_date": time.strftime("%Y-%m-%d", time.gmtime(debit_on)),
        "mandate": mandate["id"],
        "payment_reference": None,
    }
    charge = _charge(call, intent, method, None, {"type": "us_bank_account", "us_bank_account": details})
    charge |= {"id": new_id("py_3"), "paid": False, "status": "pending"}
    return call.books.add(call.account, charge, customer=intent["customer"], intent=intent["id"])


def settle(call: Call, charge: Body) -> None:
    charge |= {"paid": True, "status": "succeeded"}
    charge["balance_transaction"] = _money_in(call, charge)["id"]
    call.books.save(charge)


def fail(call: Call, charge: Body, decline: Decline) -> None:
    charge |= {
        "amount_captured": 0,
        "captured": False,
        "failure_code": decline.code,
        "failure_message": decline.message,
        "paid": False,
        "status": "failed",
    }
    call.books.save(charge)


def paid_of_intent(call: Call, intent: str) -> Body:
    """The intent's charge that brought money."""
    call.find("payment_intent", intent, param="payment_intent")
    paid = [one for one in call.books.of_intent(call.account, CHARGE, intent) if one["status"] == "succeeded"]
    if not paid:
        raise ApiError(
            f"This PaymentIntent ({intent}) does not have a successful charge to refund.", param="payment_intent"
        )
    return paid[-1]


def _money_in(call: Call, charge: Body) -> Body:
    is_card = transactions.kind_of(charge) == "card"
    return transactions.add(
        call,
        charge,
        amount=charge["amount"],
        kind="charge" if is_card else "payment",
        category="charge",
        source=charge["id"],
        fee=transactions.fee_of(charge),
    )


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("charge", ident))


def page(call: Call) -> Body:
    where = {"customer = ?": call.params.get("customer"), "intent = ?": call.params.get("payment_intent")}
    return lists.page(call, "charge", "/v1/charges", where=where)


def _charge(call: Call, intent: Body, method: Body, decline: Decline | None, details: Body) -> Body:
    paid = decline is None
    return {
        "id": new_id("ch_3"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "SANDBOX",
        "captured": paid,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": None,
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details,
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": None,
        "source": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": None,
    }


def _outcome(decline: Decline | None) -> Body:
    return {
        "advice_code": "try_again_later" if decline else None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": decline.decline_code if decline else None,
        "risk_level": "normal",
        "risk_score": 7,
        "seller_message": "The bank declined the payment." if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def _card(intent: Body, method: Body, *, authenticated: bool) -> Body:
    card = method["card"]
    kept = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4")
    secure: dict[str, Any] = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
    return {name: card[name] for name in kept} | {
        "amount_authorized": intent["amount"],
        "authorization_code": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": secure if authenticated else None,
        "wallet": None,
    }

"""/v1/charges, /v1/balance_transactions, /v1/balance: money that came in, and tries that did not."""

from typing import Any

from portico.sandbox.stripe import lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.cards import Decline
from portico.sandbox.stripe.store import Body, new_id

FIXED_FEE = 30
FEE_PER_10000 = 290
SECONDS_TO_AVAILABLE = 2 * 24 * 3600


def make(call: Call, intent: Body, method: Body, *, decline: Decline | None, authenticated: bool) -> Body:
    """The charge of one try, with its balance transaction when the money came."""
    charge = _charge(call, intent, method, decline, authenticated=authenticated)
    if decline is None:
        charge["balance_transaction"] = _money_in(call, charge)["id"]
    return call.books.add(call.account, charge, customer=intent["customer"], intent=intent["id"])


def retrieve(call: Call, ident: str) -> Body:
    return call.show(call.find("charge", ident))


def page(call: Call) -> Body:
    where = {"customer = ?": call.params.get("customer"), "intent = ?": call.params.get("payment_intent")}
    return lists.page(call, "charge", "/v1/charges", where=where)


def retrieve_transaction(call: Call, ident: str) -> Body:
    return call.show(call.find("balance_transaction", ident))


def page_of_transactions(call: Call) -> Body:
    where = {f"json_extract(body, '$.{name}') = ?": call.params.get(name) for name in ("currency", "source", "type")}
    return lists.page(call, "balance_transaction", "/v1/balance_transactions", where=where)


def balance(call: Call) -> Body:
    totals: dict[str, int] = {}
    for transaction in call.books.all(call.account, "balance_transaction"):
        totals[transaction["currency"]] = totals.get(transaction["currency"], 0) + transaction["net"]
    pending = [_funds(amount, currency) for currency, amount in totals.items()]
    available = [_funds(0, currency) for currency in totals]
    blank = [_funds(0, "usd")]
    return {"object": "balance", "available": available or blank, "livemode": False, "pending": pending or blank}


def _funds(amount: int, currency: str) -> Body:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _money_in(call: Call, charge: Body) -> Body:
    fee = min(charge["amount"], FIXED_FEE + (charge["amount"] * FEE_PER_10000 + 5000) // 10000)
    transaction = {
        "id": new_id("txn_3"),
        "object": "balance_transaction",
        "amount": charge["amount"],
        "available_on": call.now + SECONDS_TO_AVAILABLE,
        "balance_type": "payments",
        "created": call.now,
        "currency": charge["currency"],
        "description": charge["description"],
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [
            {
                "amount": fee,
                "application": None,
                "currency": charge["currency"],
                "description": "Stripe processing fees",
                "type": "stripe_fee",
            }
        ],
        "net": charge["amount"] - fee,
        "reporting_category": "charge",
        "source": charge["id"],
        "status": "pending",
        "type": "charge",
    }
    return call.books.add(call.account, transaction, customer=charge["customer"])


def _charge(call: Call, intent: Body, method: Body, decline: Decline | None, *, authenticated: bool) -> Body:
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
        "payment_method_details": {"card": _card(intent, method, authenticated=authenticated), "type": "card"},
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

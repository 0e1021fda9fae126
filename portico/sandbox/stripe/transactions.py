"""/v1/balance_transactions and /v1/balance: every movement of the account's money."""

from portico.sandbox.stripe import lists
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.store import Body, new_id

SECONDS_TO_AVAILABLE = 2 * 24 * 3600
FIXED_FEE, FEE_PER_10000 = 30, 290
BANK_FEE_PER_10000, LARGEST_BANK_FEE = 80, 500
DISPUTE_FEE = 1500


def retrieve(call: Call, ident: str) -> Body:
    return call.show(_timely(call, call.find("balance_transaction", ident)))


def page(call: Call) -> Body:
    where = {f"json_extract(body, '$.{name}') = ?": call.params.get(name) for name in ("currency", "source", "type")}
    answer = lists.page(call, "balance_transaction", "/v1/balance_transactions", where=where)
    answer["data"] = [_timely(call, row) for row in answer["data"]]
    return answer


def balance(call: Call) -> Body:
    totals: dict[tuple[str, bool], dict[str, int]] = {}
    for transaction in call.books.all(call.account, "balance_transaction"):
        place = totals.setdefault((transaction["currency"], transaction["available_on"] <= call.now), {})
        kind = transaction.get("_kind", "card")
        place[kind] = place.get(kind, 0) + transaction["net"]
    currencies = sorted({currency for currency, _ in totals}) or ["usd"]
    return {
        "object": "balance",
        "available": [_funds(currency, totals.get((currency, True), {})) for currency in currencies],
        "livemode": False,
        "pending": [_funds(currency, totals.get((currency, False), {})) for currency in currencies],
    }


def fee_of(charge: Body) -> int:
    amount = int(charge["amount"])
    if kind_of(charge) == "bank_account":
        return min(LARGEST_BANK_FEE, (amount * BANK_FEE_PER_10000 + 5000) // 10000)
    return min(amount, FIXED_FEE + (amount * FEE_PER_10000 + 5000) // 10000)


def kind_of(charge: Body) -> str:
    return "card" if charge["payment_method_details"]["type"] == "card" else "bank_account"


def add(
    call: Call,
    charge: Body,
    *,
    amount: int,
    kind: str,
    category: str,
    source: str,
    fee: int = 0,
    fee_text: str = "Stripe processing fees",
) -> Body:
    """Money in (positive) or out (negative); the fee goes out on top."""
    details = {
        "amount": fee,
        "application": None,
        "currency": charge["currency"],
        "description": fee_text,
        "type": "stripe_fee",
    }
    transaction = {
        "id": new_id("txn_3"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": call.now + SECONDS_TO_AVAILABLE,
        "balance_type": "payments",
        "created": call.now,
        "currency": charge["currency"],
        "description": charge["description"],
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [details] if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source,
        "status": "pending",
        "type": kind,
        "_kind": kind_of(charge),
    }
    return call.books.add(call.account, transaction, customer=charge["customer"])


def _funds(currency: str, by_kind: dict[str, int]) -> Body:
    return {"amount": sum(by_kind.values()), "currency": currency, "source_types": by_kind or {"card": 0}}


def _timely(call: Call, transaction: Body) -> Body:
    is_available = transaction["available_on"] <= call.now
    return transaction | {"status": "available" if is_available else "pending"}

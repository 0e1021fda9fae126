"""/v1/disputes: payers who ask their bank for the money, and banks that take a debit back."""

from typing import Any

from portico.sandbox.stripe import banks, charges, customers, events, lists, mandates, transactions
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError
from portico.sandbox.stripe.store import Body, new_id

DISPUTE = "dispute"
OPENS, EVIDENCE = "dispute", "evidence"
WRITES = frozenset({"evidence", "metadata", "submit"})
DAYS_TO_ANSWER = 9
OPEN = ("needs_response", "under_review")
CARD_REASONS = {
    "credit_not_processed",
    "duplicate",
    "fraudulent",
    "general",
    "product_not_received",
    "product_unacceptable",
    "subscription_canceled",
    "unrecognized",
}
BANK_REASONS = {
    "bank_cannot_process",
    "customer_initiated",
    "debit_not_authorized",
    "general",
    "incorrect_account_details",
    "insufficient_funds",
}
TEXTS = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)
WINNING, LOSING = "winning_evidence", "losing_evidence"


def retrieve(call: Call, ident: str) -> Body:
    return call.show(_timely(call, call.find(DISPUTE, ident)))


def page(call: Call) -> Body:
    where = {
        "intent = ?": call.params.get("payment_intent"),
        "json_extract(body, '$.charge') = ?": call.params.get("charge"),
    }
    answer = lists.page(call, DISPUTE, "/v1/disputes", where=where)
    answer["data"] = [_timely(call, dispute) for dispute in answer["data"]]
    return answer


def update(call: Call, ident: str) -> Body:
    """Takes evidence; two published words decide a submitted dispute at once."""
    dispute = call.find(DISPUTE, ident)
    customers.merge_metadata(dispute, call.params.get("metadata"))
    evidence = call.params.get("evidence") or {}
    if (evidence or call.params.get("submit")) and dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already {dispute['status']}.")
    for name, value in evidence.items():
        if name not in TEXTS:
            raise ApiError(
                f"The sandbox does not imitate evidence[{name}].", code="sandbox_not_imitated", param="evidence"
            )
        dispute["evidence"][name] = value
    if evidence:
        dispute["evidence_details"]["has_evidence"] = True
    if evidence and call.params.get("submit", True):
        _submit(call, dispute)
    else:
        call.books.save(dispute)
        events.record(call, "charge.dispute.updated", dispute)
    return call.show(dispute)


def close(call: Call, ident: str) -> Body:
    """Accepts the dispute: it is lost."""
    dispute = call.find(DISPUTE, ident)
    lose(call, dispute)
    return call.show(dispute)


def open_by_itself(call: Call, ident: str) -> None:
    """The test card whose payments are disputed."""
    charge = call.find(charges.CHARGE, ident)
    if charge["amount_refunded"] < charge["amount"] and not charge["disputed"]:
        begin(call, charge, reason="fraudulent")


def come_back(call: Call, ident: str) -> None:
    """The test bank account whose debits are taken back."""
    charge = call.find(charges.CHARGE, ident)
    if not charge["disputed"]:
        begin(call, charge, reason="insufficient_funds")


def evidence_due(call: Call, ident: str) -> None:
    """Nobody answered in time."""
    dispute = call.find(DISPUTE, ident)
    if dispute["status"] == "needs_response":
        lose(call, dispute)


def begin(call: Call, charge: Body, *, reason: str, amount: int | None = None) -> Body:
    """Takes the money back; of a bank debit that is final."""
    is_card = transactions.kind_of(charge) == "card"
    _check(charge, reason, CARD_REASONS if is_card else BANK_REASONS)
    left = charge["amount"] - (charge["amount_refunded"] if is_card else 0)
    taken = min(amount or left, charge["amount"])
    dispute = _dispute(call, charge, taken, reason)
    call.books.add(call.account, dispute, customer=charge["customer"], intent=charge["payment_intent"])
    _move(call, charge, dispute, -taken, "dispute", fee=transactions.DISPUTE_FEE)
    charge["disputed"] = True
    call.books.save(charge)
    events.record(call, "charge.dispute.created", dispute)
    events.record(call, "charge.dispute.funds_withdrawn", dispute)
    if is_card:
        call.books.plan(call.account, EVIDENCE, dispute["id"], dispute["evidence_details"]["due_by"])
    else:
        events.record(call, "charge.dispute.closed", dispute)
        mandates.end(call, call.find("payment_method", charge["payment_method"]))
    return dispute


def review(call: Call, dispute: Body) -> None:
    _refuse_decided(dispute)
    call.books.unplan(EVIDENCE, dispute["id"])
    dispute["status"] = "under_review"
    call.books.save(dispute)
    events.record(call, "charge.dispute.updated", dispute)


def win(call: Call, dispute: Body) -> None:
    _refuse_decided(dispute)
    call.books.unplan(EVIDENCE, dispute["id"])
    charge = call.find(charges.CHARGE, dispute["charge"])
    _move(call, charge, dispute, dispute["amount"], "dispute_reversal")
    dispute["status"] = "won"
    call.books.save(dispute)
    events.record(call, "charge.dispute.closed", dispute)
    events.record(call, "charge.dispute.funds_reinstated", dispute)


def lose(call: Call, dispute: Body) -> None:
    _refuse_decided(dispute)
    call.books.unplan(EVIDENCE, dispute["id"])
    dispute["status"] = "lost"
    call.books.save(dispute)
    events.record(call, "charge.dispute.closed", dispute)


def of_charge(call: Call, charge: str) -> list[Body]:
    return call.books.select(
        call.account,
        DISPUTE,
        where=["json_extract(body, '$.charge') = ?"],
        values=[charge],
        newest_first=True,
        limit=10,
    )


def blocks_refunds(call: Call, charge: Body) -> bool:
    return charge["disputed"] and any(one["status"] != "won" for one in of_charge(call, charge["id"]))


def _check(charge: Body, reason: str, reasons: set[str]) -> None:
    if charge["status"] != "succeeded":
        raise ApiError(f"This charge is {charge['status']}: there is nothing to dispute.", param="charge")
    if charge["disputed"]:
        raise ApiError("This charge is disputed already.", param="charge")
    if reason not in reasons:
        raise ApiError(f"reason: one of {', '.join(sorted(reasons))}", param="reason")


def _refuse_decided(dispute: Body) -> None:
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already {dispute['status']}.", param="dispute")


def _submit(call: Call, dispute: Body) -> None:
    details = dispute["evidence_details"]
    details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
    word = dispute["evidence"]["uncategorized_text"]
    review(call, dispute)
    if word == WINNING:
        win(call, dispute)
    elif word == LOSING:
        lose(call, dispute)


def _move(call: Call, charge: Body, dispute: Body, amount: int, category: str, *, fee: int = 0) -> None:
    moved = transactions.add(
        call,
        charge,
        amount=amount,
        kind="adjustment",
        category=category,
        source=dispute["id"],
        fee=fee,
        fee_text="Dispute fee",
    )
    dispute["balance_transactions"].append(call.show(moved))
    call.books.save(dispute)


def _timely(call: Call, dispute: Body) -> Body:
    due = dispute["evidence_details"]["due_by"]
    dispute["evidence_details"]["past_due"] = due is not None and due < call.now
    return dispute


def _dispute(call: Call, charge: Body, amount: int, reason: str) -> Body:
    is_card = transactions.kind_of(charge) == "card"
    evidence: dict[str, Any] = dict.fromkeys(TEXTS) | {"enhanced_evidence": {}}
    dispute: Body = {
        "id": new_id("du_1"),
        "object": DISPUTE,
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": evidence,
        "evidence_details": {
            "due_by": call.now + DAYS_TO_ANSWER * banks.DAY if is_card else None,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response" if is_card else "lost",
    }
    if is_card:
        seen = {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "10.4"}
        dispute["payment_method_details"] = {"card": seen, "type": "card"}
    return dispute

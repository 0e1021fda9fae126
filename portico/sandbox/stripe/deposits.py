"""Micro-deposits: proving with what arrived on the statement that a bank account is one's own."""

from portico.sandbox.stripe import banks
from portico.sandbox.stripe.banks import Failure
from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import ApiError, invalid
from portico.sandbox.stripe.store import Body

DUE = "deposits"
ACTION = "verify_with_microdeposits"
DAYS_TO_VERIFY = 10
TRIES = {"descriptor_code": 10, "amounts": 3}
CODE, AMOUNTS = "SM11AA", [32, 45]
CODE_TOO_OFTEN, AMOUNTS_TOO_OFTEN = "SM33CC", [10, 11]
CODE_TOO_LATE, AMOUNTS_TOO_LATE = "SM44DD", [40, 41]
PREFIX = "payment_method_microdeposit_verification_"
TOO_OFTEN = Failure(PREFIX + "attempts_exceeded", "You have exceeded the number of allowed verification attempts.")
TOO_LATE = Failure(PREFIX + "timeout", "The microdeposits were not verified in time.")


def ask(call: Call, intent: Body, method: Body) -> None:
    """Sends the deposits and lets the intent wait for the payer."""
    arrival = banks.business_days_after(call.now, banks.DEPOSIT_DAYS)
    intent |= {
        "status": "requires_action",
        "next_action": {"type": ACTION, ACTION: {"arrival_date": arrival, "microdeposit_type": "descriptor_code"}},
        "_tries": 0,
    }
    call.books.save(intent)
    takes = banks.account_of(method).takes_deposits
    end = call.now + DAYS_TO_VERIFY * banks.DAY
    call.books.plan(call.account, DUE, intent["id"], end if takes else arrival)


def is_waiting(intent: Body) -> bool:
    action = intent["next_action"]
    return intent["status"] == "requires_action" and action is not None and action["type"] == ACTION


def kind_of(intent: Body) -> str:
    return str(intent["next_action"][ACTION]["microdeposit_type"])


def switch(call: Call, intent: Body, kind: str) -> None:
    """Whether one deposit with a code or two amounts were sent."""
    if kind not in TRIES:
        raise ApiError(f"type: one of {tuple(TRIES)}", param="type")
    intent["next_action"][ACTION]["microdeposit_type"] = kind
    call.books.save(intent)


def judged(call: Call, intent: Body, *, code: str | None, amounts: list[int] | None) -> Failure | None:
    """None when what the payer read is right, the end when it ends the verification; a plain mistake is refused."""
    kind = kind_of(intent)
    given = _given(kind, code, amounts)
    if given in (CODE_TOO_OFTEN, AMOUNTS_TOO_OFTEN):
        return TOO_OFTEN
    if given in (CODE_TOO_LATE, AMOUNTS_TOO_LATE):
        return TOO_LATE
    if given in (CODE, AMOUNTS):
        return None
    intent["_tries"] += 1
    call.books.save(intent)
    if intent["_tries"] >= TRIES[kind]:
        return TOO_OFTEN
    raise _mistake(kind, TRIES[kind] - intent["_tries"])


def _given(kind: str, code: str | None, amounts: list[int] | None) -> str | list[int]:
    if kind == "descriptor_code":
        if not code or amounts:
            raise invalid("Give the descriptor_code of the deposit.", param="descriptor_code", code="parameter_missing")
        return code.strip().upper()
    if code or not amounts or len(amounts) != 2 or min(amounts) < 1:
        raise invalid(
            "Give the two amounts of the deposits, in cents.", param="amounts", code=PREFIX + "amounts_invalid"
        )
    return sorted(amounts)


def _mistake(kind: str, left: int) -> ApiError:
    what, param = ("descriptor code", kind) if kind == "descriptor_code" else ("amounts", kind)
    return ApiError(
        f"The {what} provided does not match the {what} sent to the bank account. You have {left} attempts left.",
        code=f"{PREFIX}{param}_mismatch",
        param=param,
        keeps_work=True,
    )

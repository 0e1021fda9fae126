"""The published test bank accounts, how a debit of each ends, and the payment methods made of them."""

import time
from dataclasses import dataclass

from portico.sandbox.stripe.cards import Decline, blank_method, fingerprint
from portico.sandbox.stripe.store import Body

ROUTING = "110000000"
BANK = "STRIPE TEST BANK"
DAY = 24 * 3600
DEBIT_DAYS, RETURN_DAYS, DEPOSIT_DAYS = 4, 2, 1
SATURDAY = 5


@dataclass(frozen=True)
class Failure:
    """A bank's answer; some of them mean that the account must not be debited again."""

    code: str
    message: str
    blocked: str | None = None
    network_code: str | None = None

    @property
    def decline(self) -> Decline:
        return Decline(self.code, None, self.message, kind="invalid_request_error")


FAILURES = {
    failure.code: failure
    for failure in (
        Failure("insufficient_funds", "The customer's account has insufficient funds to cover this payment."),
        Failure("account_closed", "The customer's bank account has been closed.", "bank_account_closed", "R02"),
        Failure("no_account", "The bank account could not be found.", "bank_account_invalid_details", "R03"),
        Failure(
            "debit_not_authorized",
            "The customer has told their bank that this payment was not authorized.",
            "debit_not_authorized",
            "R29",
        ),
        Failure("bank_account_restricted", "The bank account is restricted.", "bank_account_restricted", "R16"),
        Failure("bank_account_unusable", "The bank account cannot be debited.", "bank_account_unusable", "R20"),
    )
}
BLOCKED = Failure(
    "payment_method_bank_account_blocked",
    "This bank account is blocked and cannot be debited. Use another payment method.",
)
NO_DEPOSITS = Failure(
    "payment_method_microdeposit_failed",
    "Microdeposits could not be sent to this bank account. Check the account and routing numbers.",
)


@dataclass(frozen=True)
class TestAccount:
    number: str
    does: str
    failure: Failure | None = None
    settles: bool = True
    comes_back: bool = False
    takes_deposits: bool = True

    __test__ = False

    @property
    def last4(self) -> str:
        return self.number[-4:]


ACCOUNTS = (
    TestAccount("000123456789", "is debited"),
    TestAccount("000111111113", "fails: the account is closed", FAILURES["account_closed"]),
    TestAccount("000111111116", "fails: there is no such account", FAILURES["no_account"]),
    TestAccount("000222222227", "fails: insufficient funds", FAILURES["insufficient_funds"]),
    TestAccount("000333333335", "fails: debits are not authorized", FAILURES["debit_not_authorized"]),
    TestAccount("000555555559", "is debited, and the bank takes the money back later", comes_back=True),
    TestAccount("000000000009", "stays in processing", settles=False),
    TestAccount("000666666661", "cannot be sent deposits", takes_deposits=False),
)
BY_NUMBER = {account.number: account for account in ACCOUNTS}
BY_LAST4 = {account.last4: account for account in ACCOUNTS}
BY_TEST_METHOD = {
    "pm_usBankAccount_success": BY_LAST4["6789"],
    "pm_usBankAccount_accountClosed": BY_LAST4["1113"],
    "pm_usBankAccount_noAccount": BY_LAST4["1116"],
    "pm_usBankAccount_insufficientFunds": BY_LAST4["2227"],
    "pm_usBankAccount_debitNotAuthorized": BY_LAST4["3335"],
    "pm_usBankAccount_dispute": BY_LAST4["5559"],
    "pm_usBankAccount_processing": BY_LAST4["0009"],
    "pm_usBankAccount_failMicrodeposits": BY_LAST4["6661"],
}


def account_of(method: Body) -> TestAccount:
    return BY_LAST4[method["us_bank_account"]["last4"]]


def is_blocked(method: Body) -> bool:
    details = method["us_bank_account"]["status_details"]
    return bool(details and details["blocked"])


def payment_method(
    account: TestAccount, *, owner: str, now: int, name: str | None = None, is_verified: bool = True
) -> Body:
    """What is kept: the bank and the last four digits; `owner` is the sandbox account that it is made in."""
    return blank_method("us_bank_account", now=now, name=name) | {
        "us_bank_account": {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": BANK,
            "financial_connections_account": None,
            "fingerprint": fingerprint(owner, f"bank {account.last4}"),
            "last4": account.last4,
            "networks": {"preferred": "ach", "supported": ["ach"]},
            "routing_number": ROUTING,
            "status_details": None,
        },
        "_is_verified": is_verified,
    }


def business_days_after(moment: int, days: int) -> int:
    """The same time of day so many weekdays later; bank holidays are no days off here."""
    while days:
        moment += DAY
        if time.gmtime(moment).tm_wday < SATURDAY:
            days -= 1
    return moment

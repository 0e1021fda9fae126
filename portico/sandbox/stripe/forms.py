"""The forms of the hosted pages: what was typed, and what is wrong with it."""

import re
from dataclasses import dataclass, field

from portico.sandbox.stripe import banks
from portico.sandbox.stripe.banks import ACCOUNTS, ROUTING, TestAccount
from portico.sandbox.stripe.cards import BY_NUMBER, CARDS, TestCard

EXPIRY = re.compile(r"\s*(\d{1,2})\s*/?\s*(?:20)?(\d{2})\s*")
INSTANT, MANUAL = "instant", "manual"
WHICH_ACCOUNT = (
    "This sandbox takes test accounts only. Use one of these: " + ", ".join(one.number for one in ACCOUNTS) + "."
)
WHAT_TO_USE = (
    "This sandbox takes test cards only. Use one of these: " + ", ".join(card.unbroken for card in CARDS) + "."
)


@dataclass
class CardForm:
    """Number and security code are looked at and forgotten; only expiry and name are shown again."""

    expiry: str = ""
    name: str = ""
    save: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    card: TestCard | None = None
    exp_month: int = 0
    exp_year: int = 0


@dataclass
class BankForm:
    """The account number is looked at and forgotten."""

    way: str = INSTANT
    name: str = ""
    save: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    account: TestAccount | None = None


@dataclass
class DepositForm:
    errors: dict[str, str] = field(default_factory=dict)
    code: str | None = None
    amounts: list[int] | None = None


def read_card(given: dict[str, str], *, year: int, month: int) -> CardForm:
    form = CardForm(expiry=given.get("expiry", "").strip()[:10], name=_name(given), save="save" in given)
    form.card = BY_NUMBER.get(re.sub(r"[\s-]", "", given.get("number", "")))
    if form.card is None:
        form.errors["number"] = WHAT_TO_USE
    _read_expiry(form, year, month)
    if not re.fullmatch(r"\d{3,4}", given.get("cvc", "").strip()):
        form.errors["cvc"] = "Enter the security code: any three digits."
    if not form.name:
        form.errors["name"] = "Enter the name on the card."
    return form


def read_bank(given: dict[str, str], *, can_wait: bool) -> BankForm:
    """`can_wait`: proving the account with micro-deposits is offered."""
    form = BankForm(name=_name(given), save="save" in given)
    form.way = MANUAL if can_wait and given.get("way") == MANUAL else INSTANT
    if re.sub(r"[\s-]", "", given.get("routing", "")) != ROUTING:
        form.errors["routing"] = f"This sandbox takes the test routing number {ROUTING} only."
    form.account = banks.BY_NUMBER.get(re.sub(r"[\s-]", "", given.get("account", "")))
    if form.account is None:
        form.errors["account"] = WHICH_ACCOUNT
    if not form.name:
        form.errors["name"] = "Enter the name on the account."
    return form


def read_deposits(given: dict[str, str], *, kind: str) -> DepositForm:
    form = DepositForm()
    if kind == "descriptor_code":
        form.code = given.get("code", "").strip().upper()
        if not re.fullmatch(r"SM[A-Z0-9]{4}", form.code):
            form.errors["code"] = "Enter the six characters that begin with SM."
        return form
    for name in ("first", "second"):
        if not re.fullmatch(r"\s*\d{1,2}\s*", given.get(name, "")) or int(given[name]) < 1:
            form.errors[name] = "Enter the amount in cents, between 1 and 99."
    if not form.errors:
        form.amounts = [int(given["first"]), int(given["second"])]
    return form


def _name(given: dict[str, str]) -> str:
    return " ".join(given.get("name", "").split())[:100]


def _read_expiry(form: CardForm, year: int, month: int) -> None:
    match = EXPIRY.fullmatch(form.expiry)
    if match is None or not 1 <= int(match[1]) <= 12:
        form.errors["expiry"] = "Enter the expiry date as MM / YY."
        return
    form.exp_month, form.exp_year = int(match[1]), 2000 + int(match[2])
    if (form.exp_year, form.exp_month) < (year, month):
        form.errors["expiry"] = "This date is in the past. Any later date will do."

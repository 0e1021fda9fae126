"""The card form of the hosted page: what was typed, and what is wrong with it."""

import re
from dataclasses import dataclass, field

from portico.sandbox.stripe.cards import BY_NUMBER, CARDS, TestCard

EXPIRY = re.compile(r"\s*(\d{1,2})\s*/?\s*(?:20)?(\d{2})\s*")
WHAT_TO_USE = (
    "This sandbox takes test cards only. Use one of these: " + ", ".join(card.unbroken for card in CARDS) + "."
)


@dataclass
class CardForm:
    """Number and security code are looked at and forgotten; only expiry and name are shown again."""

    expiry: str = ""
    name: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    card: TestCard | None = None
    exp_month: int = 0
    exp_year: int = 0


def read(given: dict[str, str], *, year: int, month: int) -> CardForm:
    form = CardForm(expiry=given.get("expiry", "").strip()[:10], name=" ".join(given.get("name", "").split())[:100])
    form.card = BY_NUMBER.get(re.sub(r"[\s-]", "", given.get("number", "")))
    if form.card is None:
        form.errors["number"] = WHAT_TO_USE
    _read_expiry(form, year, month)
    if not re.fullmatch(r"\d{3,4}", given.get("cvc", "").strip()):
        form.errors["cvc"] = "Enter the security code: any three digits."
    if not form.name:
        form.errors["name"] = "Enter the name on the card."
    return form


def _read_expiry(form: CardForm, year: int, month: int) -> None:
    match = EXPIRY.fullmatch(form.expiry)
    if match is None or not 1 <= int(match[1]) <= 12:
        form.errors["expiry"] = "Enter the expiry date as MM / YY."
        return
    form.exp_month, form.exp_year = int(match[1]), 2000 + int(match[2])
    if (form.exp_year, form.exp_month) < (year, month):
        form.errors["expiry"] = "This date is in the past. Any later date will do."

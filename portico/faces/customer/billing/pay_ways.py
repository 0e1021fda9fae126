"""The ways to pay that the pay page offers, and what is said about each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.billing.enums import MethodKind
from portico.domain.billing.queries.methods import MethodRow
from portico.domain.billing.queries.payments import Till
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import clock, formats
from portico.kernel.money import Money

NEW_CARD, NEW_BANK = "new_card", "new_bank"
ICON = {MethodKind.CARD: "credit-card", MethodKind.ACH: "landmark"}


@dataclass(frozen=True, slots=True)
class Way:
    """One choice: a saved card or bank account, or a new one. `saved` is the id of a saved one."""

    value: str
    label: str
    note: str
    kind: MethodKind
    saved: UUID | None = None

    @property
    def icon(self) -> str:
        return ICON[self.kind] if self.saved else "plus"

    @property
    def is_bank(self) -> bool:
        return self.kind == MethodKind.ACH

    @property
    def method(self) -> MethodKind | UUID:
        """What the operation wants to know."""
        return self.saved or self.kind


def ways_of(till: Till) -> list[Way]:
    """What is saved and good, the default first, then the new ones that the company takes."""
    ways = [_saved(method) for method in till.methods if method.is_offered]
    if till.takes_cards:
        label = _("A different card") if any(not way.is_bank for way in ways) else _("Card")
        note = _("You can save it for next time") if till.is_held else ""
        ways.append(Way(NEW_CARD, label, note, MethodKind.CARD))
    if till.takes_ach:
        label = _("A different bank account") if any(way.is_bank for way in ways) else _("Bank account")
        ways.append(Way(NEW_BANK, label, _("Takes about 4 business days"), MethodKind.ACH))
    return ways


def left_out(till: Till) -> list[MethodRow]:
    """What is saved and cannot be used now; each says why."""
    return [method for method in till.methods if not method.is_offered]


def button_words(way: Way | None, charge: Money, credit: Money) -> str:
    """The act and the exact sum."""
    amount = formats.money(charge.minor, charge.currency)
    if not charge and credit:
        return _("Use %(amount)s credit") % {"amount": formats.money(credit.minor, credit.currency)}
    if way is not None and way.saved:
        return _("Pay %(amount)s with %(method)s") % {"amount": amount, "method": way.label}
    return _("Continue to pay %(amount)s") % {"amount": amount}


def authorization(way: Way | None, charge: Money, brand: BrandFacts) -> str:
    """What a payer agrees to before a saved bank account is debited; empty for every other way."""
    if way is None or not way.saved or not way.is_bank or not charge:
        return ""
    words = _(
        "With the button below you authorize %(company)s to take %(amount)s once, electronically, from your account "
        "%(account)s, on %(day)s or on a business day soon after, and to correct a wrong debit by a credit or another "
        "debit to the same account. This is for this one payment only. You can take it back by calling %(phone)s, as "
        "long as the payment has not been sent to the bank. If the bank returns it, what it paid is due again."
    )
    return words % {
        "company": brand.display_name,
        "amount": formats.money(charge.minor, charge.currency),
        "account": way.label,
        "day": formats.day(clock.today(brand.time_zone)),
        "phone": formats.phone(brand.phone) if brand.phone else brand.display_name,
    }


def _saved(method: MethodRow) -> Way:
    notes = [_("Expires %(month)s") % {"month": method.expires}] if method.expires else []
    if method.kind == MethodKind.ACH:
        notes.append(_("Takes about 4 business days"))
    if method.is_default:
        notes.append(_("Default"))
    return Way(str(method.id), method.label, " · ".join(notes), method.kind, method.id)

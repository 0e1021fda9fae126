"""Estimates in the words of pages, mails and papers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.line_rules import plain
from portico.domain.estimates.difference_rules import Difference, What
from portico.domain.estimates.enums import DepositKind
from portico.domain.estimates.rules import DepositTerms, Line, UndoBar
from portico.kernel import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# The text that is agreed to where the company has written none of its own; it counts as terms 0.
DEFAULT_TERMS = gettext_lazy(
    "I accept this estimate: the work and the materials that are listed, at the prices that are shown. Work that is "
    "not listed is offered and agreed to separately before it is done."
)
UNDO_BAR_OFFICE: Mapping[UndoBar, str | _StrPromise] = {
    UndoBar.TOO_LATE: gettext_lazy("The time for taking it back is over."),
    UndoBar.WORK_BEGAN: gettext_lazy("It can no longer be taken back: the work has begun."),
    UndoBar.BOOKED: gettext_lazy("It can be taken back once the visit that is booked for it is canceled."),
    UndoBar.INVOICED: gettext_lazy("It can no longer be taken back: the work is billed."),
    UndoBar.DEPOSIT_PAID: gettext_lazy("It can be taken back once its deposit is given back."),
}
UNDO_BAR: Mapping[UndoBar, str | _StrPromise] = {
    UndoBar.TOO_LATE: gettext_lazy("The time for taking this approval back is over. Call us."),
    UndoBar.WORK_BEGAN: gettext_lazy("The work has begun, so this approval can no longer be taken back. Call us."),
    UndoBar.BOOKED: gettext_lazy("The visit for this work is booked. Cancel the visit first, or call us."),
    UndoBar.INVOICED: gettext_lazy("The work is billed, so this approval can no longer be taken back. Call us."),
    UndoBar.DEPOSIT_PAID: gettext_lazy(
        "The deposit is paid or on its way, so this approval can no longer be taken back. Call us."
    ),
}


def difference_words(difference: Difference, currency: str, zone: str = "UTC") -> str:
    """One difference as a sentence: “Thermostat: $180.00 → $210.00”. Days are those of `zone`."""
    return _SAID[difference.what](difference, currency, zone)


def deposit_words(terms: DepositTerms, currency: str) -> str:
    """What is asked for in advance: $500.00, 10% of the total."""
    if terms.kind == DepositKind.FIXED:
        return formats.money(terms.minor, currency)
    if terms.kind == DepositKind.PERCENT:
        return _("%(percent)s%% of the total") % {"percent": plain(terms.percent)}
    return _("none")


def _line(difference: Difference, text: str) -> str:
    return _("%(line)s: %(change)s") % {"line": difference.line, "change": text}


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"


def _amount(minor: int | None, currency: str) -> str:
    return _("none") if minor is None else formats.money(minor, currency)


def _entry(line: Line, currency: str) -> str:
    amount = formats.money(line.total_minor, currency)
    count = "" if line.quantity == 1 else f"{plain(line.quantity)} × "
    words = {"line": f"{count}{line.name}", "amount": amount}
    return _("%(line)s, %(amount)s (optional)") % words if line.is_optional else _("%(line)s, %(amount)s") % words


def _added(difference: Difference, currency: str, zone: str) -> str:
    return _("New: %(line)s") % {"line": _entry(difference.after, currency)}


def _removed(difference: Difference, currency: str, zone: str) -> str:
    return _("No longer offered: %(line)s") % {"line": _entry(difference.before, currency)}


def _renamed(difference: Difference, currency: str, zone: str) -> str:
    return _("%(before)s is now called %(after)s") % {"before": difference.before, "after": difference.after}


def _quantity(difference: Difference, currency: str, zone: str) -> str:
    return _line(difference, _("quantity %(change)s") % {"change": _plain_change(difference)})


def _price(difference: Difference, currency: str, zone: str) -> str:
    return _line(difference, _("price of one %(change)s") % {"change": _money_change(difference, currency)})


def _line_amount(difference: Difference, currency: str, zone: str) -> str:
    return _line(difference, _money_change(difference, currency))


def _regular(difference: Difference, currency: str, zone: str) -> str:
    change = _money_change(difference, currency)
    return _line(difference, _("price without membership %(change)s") % {"change": change})


def _either(when_true: str | _StrPromise, when_false: str | _StrPromise) -> Callable[[Difference, str, str], str]:
    def said(difference: Difference, currency: str, zone: str) -> str:
        return _line(difference, str(when_true if difference.after else when_false))

    return said


def _member(difference: Difference, currency: str, zone: str) -> str:
    if difference.after:
        return _("The prices of your membership now count")
    return _("The prices of your membership no longer count")


def _of_line(text: str | _StrPromise) -> Callable[[Difference, str, str], str]:
    return lambda difference, currency, zone: _line(difference, str(text))


def _always(text: str | _StrPromise) -> Callable[[Difference, str, str], str]:
    return lambda difference, currency, zone: str(text)


def _change(label: str | _StrPromise, written: Callable[[Any, str, str], str]) -> Callable[[Difference, str, str], str]:
    def said(difference: Difference, currency: str, zone: str) -> str:
        before, after = (written(value, currency, zone) for value in (difference.before, difference.after))
        return f"{label}: {_arrow(before, after)}"

    return said


def _plain_change(difference: Difference) -> str:
    return _arrow(plain(difference.before), plain(difference.after))


def _money_change(difference: Difference, currency: str) -> str:
    return _arrow(_amount(difference.before, currency), _amount(difference.after, currency))


def _rate(value: Decimal | None, currency: str, zone: str) -> str:
    return _("none") if value is None else f"{plain(value * 100)}%"


def _day(value: datetime | None, currency: str, zone: str) -> str:
    return _("no end") if value is None else formats.moment(value, zone)


_SAID: Mapping[What, Callable[[Difference, str, str], str]] = {
    What.ADDED: _added,
    What.REMOVED: _removed,
    What.RENAMED: _renamed,
    What.DESCRIPTION: _of_line(gettext_lazy("the description has changed")),
    What.QUANTITY: _quantity,
    What.PRICE: _price,
    What.AMOUNT: _line_amount,
    What.REGULAR: _regular,
    What.OPTIONAL: _either(gettext_lazy("now optional"), gettext_lazy("no longer optional")),
    What.SUGGESTED: _either(gettext_lazy("now chosen to begin with"), gettext_lazy("no longer chosen to begin with")),
    What.TAXABLE: _either(gettext_lazy("now taxed"), gettext_lazy("no longer taxed")),
    What.REWRITTEN: _of_line(gettext_lazy("written anew")),
    What.NAME: _change(gettext_lazy("Name"), lambda value, currency, zone: str(value)),
    What.NUMBER: _change(gettext_lazy("Number"), lambda value, currency, zone: str(value)),
    What.SUMMARY: _always(gettext_lazy("The description of the work has changed")),
    What.CURRENCY: _change(gettext_lazy("Currency"), lambda value, currency, zone: str(value)),
    What.TAX_RATE: _change(gettext_lazy("Tax rate"), _rate),
    What.TAX: _change(gettext_lazy("Tax"), lambda value, currency, zone: formats.money(value, currency)),
    What.TOTAL: _change(gettext_lazy("Total"), lambda value, currency, zone: formats.money(value, currency)),
    What.DEPOSIT: _change(gettext_lazy("Deposit"), lambda value, currency, zone: deposit_words(value, currency)),
    What.EXPIRES: _change(gettext_lazy("Valid until"), _day),
    What.MEMBER: _member,
    What.TERMS: _always(gettext_lazy("The terms have changed")),
}

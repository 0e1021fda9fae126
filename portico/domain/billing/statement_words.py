"""How a statement's lines, ages and faults are called, on pages and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portico.domain.billing.enums import EntryKind
from portico.domain.billing.queries.statements import Activity, Item, Kept, Line, OpenStatement
from portico.domain.billing.statement_rules import Ageing, DayFault, Preset
from portico.kernel import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST_NAMED = 6

AGES: Mapping[str, str | _StrPromise] = {
    "current": _("Not yet due"),
    "to_30": _("1–30 days past due"),
    "to_60": _("31–60 days past due"),
    "to_90": _("61–90 days past due"),
    "older": _("Over 90 days past due"),
}
PRESETS: Mapping[Preset, str | _StrPromise] = {
    Preset.THIS_MONTH: _("This month"),
    Preset.LAST_MONTH: _("Last month"),
    Preset.THIS_YEAR: _("This year"),
    Preset.LAST_12_MONTHS: _("Last 12 months"),
}
FAULTS: Mapping[DayFault, str | _StrPromise] = {
    DayFault.FUTURE: _("This day is still to come. Choose today or an earlier day."),
    DayFault.TOO_EARLY: _("Enter a day after 1989."),
    DayFault.BACKWARDS: _("This day is before the first one."),
    DayFault.TOO_LONG: _("A statement covers at most 24 months. Choose days that are closer together."),
}
TOO_MANY = _("More happened between these days than one statement holds. Choose days that are closer together.")

# What adds to the account, what takes from it: an entry below zero is the opposite of its kind.
RISING: Mapping[str, str | _StrPromise] = {
    EntryKind.PAYMENT_IN: _("Payment taken back"),
    EntryKind.REFUND_OUT: _("Refund"),
    EntryKind.DISPUTE_OUT: _("Payment returned by the bank"),
    EntryKind.DISPUTE_BACK: _("Payment returned by the bank"),
    EntryKind.CREDIT: _("Credit taken back"),
    EntryKind.WRITEOFF: _("Write-off taken back"),
    EntryKind.FEE: _("Fee"),
}
FALLING: Mapping[str, str | _StrPromise] = {
    EntryKind.PAYMENT_IN: _("Payment"),
    EntryKind.REFUND_OUT: _("Refund that did not go through"),
    EntryKind.DISPUTE_OUT: _("Payment given back by the bank"),
    EntryKind.DISPUTE_BACK: _("Payment given back by the bank"),
    EntryKind.CREDIT: _("Credit"),
    EntryKind.WRITEOFF: _("Written off"),
    EntryKind.FEE: _("Fee taken back"),
}


def item_title(item: Item) -> str:
    """An open invoice by its number; a credit memo says that it is one."""
    return item.number if item.total >= 0 else _said("Credit memo %(number)s") % {"number": item.number}


def item_note(item: Item, currency: str) -> str:
    """The work of an open invoice, and what of it is pending."""
    amount = formats.money(item.pending, currency)
    pending = _said("%(amount)s on its way from a bank") % {"amount": amount} if item.pending else ""
    return " · ".join(part for part in (item.title, pending) if part)


def line_title(line: Line) -> str:
    """What happened."""
    if line.kind == "invoice":
        words = _said("Invoice %(number)s") if line.amount >= 0 else _said("Credit memo %(number)s")
        return words % {"number": line.number}
    if line.is_elsewhere:
        return _said("Put on an invoice of another account")
    if not line.is_own and not line.is_of_customer:
        return _said("Paid from another account") if line.amount < 0 else _said("Taken back by another account")
    if line.kind == EntryKind.PAYMENT_IN and line.given < 0:
        return _said("Money given back") if line.amount > 0 else _said("Correction of money given back")
    named = (RISING if line.amount > 0 else FALLING).get(line.kind)
    return str(named) if named else _said("Payment") if line.amount < 0 else _said("Payment taken back")


def line_note(line: Line) -> str:
    """What belongs to it: the work of an invoice; how it was paid, and for which invoices."""
    if line.kind == "invoice":
        return line.title
    label = line.label if line.is_of_customer else ""
    covers = _for(line) if line.is_own and not line.is_elsewhere else ""
    return " · ".join(part for part in (label, covers) if part)


def _for(line: Line) -> str:
    if line.deposit and line.kind == EntryKind.PAYMENT_IN:
        return _said("deposit for %(title)s") % {"title": line.deposit}
    return _covers(line.covers)


def _covers(numbers: tuple[str, ...]) -> str:
    if not numbers:
        return ""
    named, more = ", ".join(numbers[:MOST_NAMED]), len(numbers) - MOST_NAMED
    if more <= 0:
        return _said("for invoice %(numbers)s") % {"numbers": named}
    said = ngettext("for invoice %(numbers)s and %(n)s more", "for invoice %(numbers)s and %(n)s more", more)
    return said % {"numbers": named, "n": more}


def kept_notes(kept: list[Kept], currency: str) -> list[str]:
    """Of each deposit that is held, that it is paid and waits for its invoice."""
    said = _said("%(amount)s is paid as a deposit for %(title)s. It is kept for that work and not taken off here.")
    return [said % {"amount": formats.money(one.amount, currency), "title": one.title} for one in kept]


def open_sums(statement: OpenStatement) -> list[tuple[str, int]]:
    """What leads from the open invoices to the total due."""
    memos = sum(memo.balance for memo in statement.memos)
    sums = [(_said("Open invoices"), statement.ageing.open)]
    sums += [(_said("Credit memos"), memos)] if memos else []
    sums += [(_said("Credit not yet used"), -statement.unapplied)] if statement.unapplied else []
    return sums + _pending(statement.ageing)


def closing_sums(activity: Activity) -> list[tuple[str, int]]:
    """What leads from the closing balance to the total due; nothing where they are the same."""
    kept = [(_said("Deposit kept for %(title)s") % {"title": one.title}, one.amount) for one in activity.kept]
    rest = kept + _pending(activity.ageing)
    return [(_said("Closing balance"), activity.closing), *rest] if rest else []


def closing_total(activity: Activity) -> tuple[str, int]:
    """What stands under an account's activity."""
    if closing_sums(activity):
        return _said("Total due"), activity.total_due
    return _said("Closing balance"), activity.closing


def _pending(ageing: Ageing) -> list[tuple[str, int]]:
    return [(_said("Bank payments pending"), -ageing.pending)] if ageing.pending else []


def ages(ageing: Ageing) -> list[tuple[str, int]]:
    """The ages with their sums; what is on its way and what is credit where there is any."""
    told = [(str(label), getattr(ageing, name)) for name, label in AGES.items()]
    told += [(_said("Bank payment pending"), ageing.pending)] if ageing.pending else []
    return told + ([(_said("Credit"), -ageing.credit)] if ageing.credit else [])

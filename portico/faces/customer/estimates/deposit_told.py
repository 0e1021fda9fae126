"""How a deposit stands, in words: the head of its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portico.domain.billing.enums import DepositWord
from portico.domain.billing.queries.deposits import DepositRow
from portico.kernel import clock, formats

W = DepositWord
TONE: Mapping[DepositWord, tuple[str, str]] = {
    W.TO_PAY: ("warn", "clock"),
    W.FAILED: ("bad", "triangle-alert"),
    W.TAKEN_BACK: ("bad", "triangle-alert"),
    W.PAYING: ("info", "clock"),
    W.VERIFYING: ("warn", "landmark"),
    W.PENDING: ("info", "clock"),
    W.HELD: ("ok", "check"),
    W.USED: ("ok", "check"),
    W.REFUNDED: ("info", "check"),
    W.INVOICED: ("info", "file-text"),
    W.CANCELED: ("mute", "check"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Tag, sign and sentences."""

    label: str
    tone: str
    icon: str
    sentences: tuple[str, ...]


def told_of(deposit: DepositRow) -> Told:
    """In the reader's words; sentences say the fact first, then what to do."""
    tone, icon = TONE[deposit.word]
    return Told(str(deposit.word.label), tone, icon, SENTENCES[deposit.word](deposit))


def _to_pay(deposit: DepositRow) -> tuple[str, ...]:
    return (_("We keep it for this work and take it off the invoice."),)


def _failed(deposit: DepositRow) -> tuple[str, ...]:
    why = deposit.last.failure if deposit.last else ""
    return (why or _("Nothing was charged."), _("Pay again below, with the same way or another one."))


def _taken_back(deposit: DepositRow) -> tuple[str, ...]:
    return (_("The bank took your payment back, so the deposit is to be paid again. Pay another way, or call us."),)


def _paying(deposit: DepositRow) -> tuple[str, ...]:
    if deposit.last is not None and deposit.last.is_unknown:
        return (
            _("We are asking the payment provider what became of the payment. Wait a minute; do not pay again."),
            _("When we know more, we write to the address that the receipt goes to."),
        )
    if deposit.last is not None and deposit.last.is_own:
        return (_("You have opened the payment page and not finished there. Go on, or start again below."),)
    return (_("Somebody is paying this deposit at this moment. Look again in half an hour."),)


def _verifying(deposit: DepositRow) -> tuple[str, ...]:
    return (_("Your bank account has to be verified first. Enter the small amounts, or pay another way below."),)


def _pending(deposit: DepositRow) -> tuple[str, ...]:
    if deposit.last is None:
        return ()
    words = _("We asked your bank for %(amount)s. It usually arrives by %(day)s. It cannot be paid again meanwhile.")
    day = formats.day(deposit.last.settles_on, today=clock.today(deposit.brand.time_zone))
    return (
        words % {"amount": _amount(deposit), "day": day},
        _("You need not do anything. We write to you when it has arrived, and if the bank does not make it."),
    )


def _held(deposit: DepositRow) -> tuple[str, ...]:
    words = _("We keep %(amount)s for this work. It is taken off the invoice; you need not do anything.")
    return (words % {"amount": formats.money(deposit.held.minor, deposit.held.currency)},)


def _used(deposit: DepositRow) -> tuple[str, ...]:
    if not deposit.invoices:
        return (_("The work is invoiced. The deposit was more than was left to pay; it is your credit."),)
    words = _("%(amount)s was taken off invoice %(number)s.")
    return tuple(
        words % {"amount": formats.money(one.amount.minor, one.amount.currency), "number": one.number}
        for one in deposit.invoices
    )


def _refunded(deposit: DepositRow) -> tuple[str, ...]:
    return (_("The deposit was given back. A bank needs a few days to show it."),)


def _invoiced(deposit: DepositRow) -> tuple[str, ...]:
    return (_("The work is invoiced, so no deposit is needed any more. Pay the invoice instead."),)


def _canceled(deposit: DepositRow) -> tuple[str, ...]:
    return (_("The approval was taken back, so no deposit is asked for. You need not do anything."),)


def _amount(deposit: DepositRow) -> str:
    return formats.money(deposit.amount.minor, deposit.amount.currency)


SENTENCES: Mapping[DepositWord, Callable[[DepositRow], tuple[str, ...]]] = {
    W.TO_PAY: _to_pay,
    W.FAILED: _failed,
    W.TAKEN_BACK: _taken_back,
    W.PAYING: _paying,
    W.VERIFYING: _verifying,
    W.PENDING: _pending,
    W.HELD: _held,
    W.USED: _used,
    W.REFUNDED: _refunded,
    W.INVOICED: _invoiced,
    W.CANCELED: _canceled,
}

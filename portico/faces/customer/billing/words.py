"""The state of an invoice in words, with the tone of its tag."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portico.domain.billing.enums import InvoiceWord
from portico.domain.billing.queries.invoices import InvoiceRow
from portico.domain.billing.words import LABEL, TONE
from portico.kernel import formats


@dataclass(frozen=True, slots=True)
class StandingTag:
    text: str
    tone: str
    icon: str


ICON = {"ok": "check", "info": "clock", "warn": "clock", "bad": "triangle-alert", "mute": ""}


def standing_tag(row: InvoiceRow) -> StandingTag:
    """What to say about an invoice, with the day where one matters."""
    tone = TONE[row.word]
    day = formats.day(row.due_on, today=row.today)
    if row.is_overdue:
        return StandingTag(_("Overdue since %(day)s") % {"day": day}, tone, ICON[tone])
    if row.word == InvoiceWord.DUE:
        return StandingTag(_("Due %(day)s") % {"day": day}, tone, ICON[tone])
    if row.word == InvoiceWord.PARTLY_PAID:
        return StandingTag(_("Partly paid, rest due %(day)s") % {"day": day}, tone, ICON[tone])
    return StandingTag(str(LABEL[row.word]), tone, ICON[tone])

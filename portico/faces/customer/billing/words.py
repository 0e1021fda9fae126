"""The state of an invoice in words, with the tone of its tag."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portico.domain.billing.enums import InvoiceWord
from portico.domain.billing.queries.invoices import InvoiceRow
from portico.domain.billing.words import LABEL, TONE
from portico.kernel import formats


@dataclass(frozen=True, slots=True)
class StandingTag:
    text: str
    tone: str
    icon: str


DATED = {
    InvoiceWord.OVERDUE: _("Overdue since %(day)s"),
    InvoiceWord.PARTLY_PAID_OVERDUE: _("Overdue since %(day)s"),
    InvoiceWord.DUE: _("Due %(day)s"),
    InvoiceWord.PARTLY_PAID: _("Partly paid, rest due %(day)s"),
}
ICON = {"ok": "check", "info": "clock", "warn": "clock", "bad": "triangle-alert", "mute": ""}


def standing_tag(row: InvoiceRow) -> StandingTag:
    """What to say about an invoice, with the day where one matters."""
    return standing_tags([row])[0]


def standing_tags(rows: Iterable[InvoiceRow]) -> list[StandingTag]:
    """The same about each of a list; the language is asked once, for Django's answer is dear."""
    language = get_language()
    return [
        _tag(row.word, row.due_on, row.today, language) if row.word in DATED else _tag(row.word, None, None, language)
        for row in rows
    ]


@lru_cache(4096)
def _tag(word: InvoiceWord, due_on: date | None, today: date | None, language: str | None) -> StandingTag:
    """Kept, because a list says the same few things of the same few days at every look."""
    text = str(LABEL[word])
    if due_on is not None:
        text = DATED[word] % {"day": formats.day(due_on, today=today)}
    return StandingTag(text, TONE[word], ICON[TONE[word]])

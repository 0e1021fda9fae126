"""Asking for a statement and showing it, alike on both sides of the counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from portico.domain.billing import statement_papers, statement_rules
from portico.domain.billing.queries import statements
from portico.domain.billing.queries.statements import Activity, Item, Line, OpenStatement, TooManyLines
from portico.domain.billing.statement_rules import Ageing, DayFault, Preset, Span
from portico.domain.billing.statement_words import (
    FAULTS,
    PRESETS,
    TOO_MANY,
    ages,
    closing_sums,
    closing_total,
    item_note,
    item_title,
    kept_notes,
    line_note,
    line_title,
    open_sums,
)
from portico.foundation.messaging.ports import Attachment

Statement = OpenStatement | Activity
HrefOf = Callable[[str, UUID], str]


def _day(label: Any, missing: Any = None) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "required": missing or _("Enter a day."),
            "invalid": _("Enter a day such as 2026-03-31."),
        },
    )


class _DaysForm(forms.Form):
    """Days that are neither to come nor too long ago."""

    def __init__(self, typed: Mapping[str, str], *, today: date) -> None:
        super().__init__(typed)
        self.today = today

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for name, day in list(found.items()):
            self.refuse(name, statement_rules.fault_of_day(day, today=self.today))
        return found

    def refuse(self, name: str, fault: DayFault | None) -> None:
        if fault is not None:
            self.add_error(name, str(FAULTS[fault]))


class OnForm(_DaysForm):
    """As of which day."""

    on = _day(_("As of"))


class SpanForm(_DaysForm):
    """From which day to which."""

    since = _day(_("From"), _("Enter the first day."))
    until = _day(_("To"), _("Enter the last day."))

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        if not self.errors:
            self.refuse("until", statement_rules.fault_of_span(Span(found["since"], found["until"])))
        return found


@dataclass(slots=True)
class Asked:
    """What somebody wants to see. `preset` is the named one of the periods, if it is one."""

    form: OnForm | SpanForm
    kept: Mapping[str, str]
    preset: Preset | None = None

    @property
    def is_activity(self) -> bool:
        return isinstance(self.form, SpanForm)

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid()

    @property
    def query(self) -> dict[str, str]:
        """What leads to the same statement again, whichever day it is then."""
        days = {name: f"{day}" for name, day in self.form.cleaned_data.items()}
        return {**self.kept, **({"show": "activity"} if self.is_activity else {}), **days}

    def find(self, customer: int) -> Statement | None:
        """The statement; None where something is wrong with what was asked, and the form says what."""
        if not self.is_valid:
            return None
        days = self.form.cleaned_data
        if not self.is_activity:
            return statements.open_statement(customer=customer, on=days["on"])
        try:
            return statements.activity(customer=customer, span=Span(days["since"], days["until"]))
        except TooManyLines:
            self.form.add_error("until", str(TOO_MANY))
            return None


def asked_for(query: Mapping[str, str], *, today: date, kept: Mapping[str, str]) -> Asked:
    """Read a query: `on`; or `show=activity` with a named period, or with days of one's own."""
    if query.get("show") != "activity":
        return Asked(OnForm({"on": query.get("on") or str(today)}, today=today), kept)
    if "since" in query or "until" in query:
        typed = {"since": query.get("since", ""), "until": query.get("until", "")}
        return Asked(SpanForm(typed, today=today), kept)
    preset = {one.value: one for one in Preset}.get(query.get("period", ""), Preset.THIS_MONTH)
    span = statement_rules.span_of(preset, today)
    return Asked(SpanForm({"since": str(span.since), "until": str(span.until)}, today=today), kept, preset)


def printed(statement: Statement) -> Attachment:
    """The same on paper."""
    if isinstance(statement, OpenStatement):
        return statement_papers.print_open(statement)
    return statement_papers.print_activity(statement)


def context_of(
    asked: Asked, statement: Statement | None, *, page: str, pdf: str, href_of: HrefOf, today: date
) -> dict[str, Any]:
    """What ui/statement.html shows; `page` and `pdf` are the addresses without a query."""
    return {
        "asked": asked,
        "action": page,
        "kept": [*asked.kept.items(), *([("show", "activity")] if asked.is_activity else [])],
        "tabs": _tabs(asked, page),
        "periods": _periods(asked, page),
        "today": today,
        "pdf": f"{pdf}?{urlencode(asked.query)}" if statement and not _is_empty(statement) else "",
        "statement": _shown(statement, href_of) if statement else None,
    }


def _tabs(asked: Asked, page: str) -> list[dict[str, Any]]:
    return [
        {"label": _said("What is open"), "href": _address(page, asked.kept), "is_current": not asked.is_activity},
        {
            "label": _said("What happened"),
            "href": _address(page, {**asked.kept, "show": "activity"}),
            "is_current": asked.is_activity,
        },
    ]


def _periods(asked: Asked, page: str) -> list[dict[str, Any]]:
    if not asked.is_activity:
        return []
    return [
        {
            "label": str(label),
            "href": _address(page, {**asked.kept, "show": "activity", "period": preset}),
            "is_current": preset == asked.preset,
        }
        for preset, label in PRESETS.items()
    ]


def _address(page: str, query: Mapping[str, str]) -> str:
    return f"{page}?{urlencode(query)}" if query else page


def _shown(statement: Statement, href_of: HrefOf) -> dict[str, Any]:
    return _open(statement, href_of) if isinstance(statement, OpenStatement) else _activity(statement, href_of)


def _is_empty(statement: Statement) -> bool:
    """Nothing is there to add up: said in words, without a page of zeros."""
    if isinstance(statement, OpenStatement):
        return not (statement.items or statement.memos or statement.ageing.credit or statement.kept)
    return not (statement.lines or statement.opening or statement.ageing.open)


def _open(statement: OpenStatement, href_of: HrefOf) -> dict[str, Any]:
    shown = [*statement.items, *statement.memos][: statements.MOST_LINES]
    currency = statement.account.currency
    return {
        "is_empty": _is_empty(statement),
        "account": statement.account,
        "on": statement.on,
        "rows": [
            {
                "item": item,
                "title": item_title(item),
                "note": item_note(item, currency),
                "href": _page_of(item, href_of),
            }
            for item in shown
        ],
        "left_out": statement_papers.left_out(statement),
        "sums": open_sums(statement),
        "total": statement.total_due,
        "notes": kept_notes(statement.kept, currency),
        "ages": _ages(statement.ageing),
    }


def _activity(activity: Activity, href_of: HrefOf) -> dict[str, Any]:
    label, total = closing_total(activity)
    return {
        "is_empty": _is_empty(activity),
        "account": activity.account,
        "span": activity.span,
        "opening": activity.opening,
        "rows": [
            {"line": line, "title": line_title(line), "note": line_note(line), "href": _page_of(line, href_of)}
            for line in activity.lines
        ],
        "sums": closing_sums(activity),
        "total_label": label,
        "total": total,
        "ages": _ages(activity.ageing),
    }


def _ages(ageing: Ageing) -> list[tuple[str, int]]:
    return [*ages(ageing), (_said("Balance"), ageing.balance)]


def _page_of(told: Item | Line, href_of: HrefOf) -> str:
    """Where more is told of an invoice or a payment; empty where there is no page for it."""
    if isinstance(told, Item):
        return href_of("invoice", told.id) if told.has_page else ""
    if told.invoice is not None:
        return href_of("invoice", told.invoice) if told.has_page else ""
    return href_of("payment", told.payment) if told.payment and told.is_of_customer else ""

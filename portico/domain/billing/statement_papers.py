"""Statements on paper: what papers/statement.typ is given."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portico.domain.billing.queries import statements
from portico.domain.billing.queries.statements import Account, Activity, Item, OpenStatement
from portico.domain.billing.statement_rules import Ageing, Span
from portico.domain.billing.statement_words import (
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
from portico.foundation.messaging import links, paper
from portico.foundation.messaging.ports import Attachment
from portico.foundation.messaging.sheets import sheet_brand, sheet_brand_of
from portico.kernel import formats

LETTERHEAD = ("phone", "color", "address", "support_email", "logo_digest")


def statement_pdf(customer: UUID, options: dict[str, Any]) -> Attachment:
    """The enclosure `statement_pdf`: options `until`, and `since` for a balance carried forward."""
    key = statements.customer_key(customer)
    if key is None:
        raise LookupError("no such customer")
    until = date.fromisoformat(options["until"])
    if "since" in options:
        span = Span(date.fromisoformat(options["since"]), until)
        return print_activity(statements.activity(customer=key, span=span))
    return print_open(statements.open_statement(customer=key, on=until))


def print_open(statement: OpenStatement) -> Attachment:
    """What is open on a day, as PDF."""
    return Attachment(_open_name(statement), paper.render("statement", open_sheet(statement)))


def print_activity(activity: Activity) -> Attachment:
    """A balance carried forward, as PDF."""
    name = f"statement-{_plain(activity.account.number)}-{activity.span.since}-{activity.span.until}.pdf"
    return Attachment(name, paper.render("statement", activity_sheet(activity)))


def kept_open(statement: OpenStatement) -> dict[str, Any]:
    """What is open on a day, to be written down: the letterhead as texts, the logo by its digest."""
    brand = asdict(statement.account.brand)
    letterhead = {name: brand[name] for name in LETTERHEAD} | {"name": brand["display_name"]}
    return {"file_name": _open_name(statement), "sheet": _open_sheet(statement, letterhead)}


def print_kept(kept: dict[str, Any]) -> Attachment:
    """The PDF of what kept_open() wrote down, however long ago."""
    sheet = kept["sheet"]
    brand = sheet_brand_of(sheet["brand"])
    return Attachment(kept["file_name"], paper.render("statement", sheet | {"brand": brand}))


def open_sheet(statement: OpenStatement) -> dict[str, Any]:
    """What papers/statement.typ shows of what is open on a day."""
    return _open_sheet(statement, sheet_brand(statement.account.brand))


def _open_sheet(statement: OpenStatement, brand: dict[str, Any]) -> dict[str, Any]:
    account, day = statement.account, formats.day(statement.on)
    shown = [*statement.items, *statement.memos][: statements.MOST_LINES]
    return {
        **_head(account, brand),
        "facts": [[_("As of"), day], [_("Total due"), _money(account, statement.total_due)]],
        "table_name": _("Open invoices"),
        "columns": [
            {"label": _("Invoice"), "is_amount": False},
            {"label": _("Date"), "is_amount": False},
            {"label": _("Due"), "is_amount": False},
            {"label": _("Amount"), "is_amount": True},
            {"label": _("Paid"), "is_amount": True},
            {"label": _("Balance"), "is_amount": True},
        ],
        "rows": [_item(account, item) for item in shown],
        "empty": _("Nothing was open on %(day)s.") % {"day": day},
        "left_out": left_out(statement),
        "totals": [[label, _money(account, amount)] for label, amount in open_sums(statement)],
        "total": [_("Total due"), _money(account, statement.total_due)],
        "notes": kept_notes(statement.kept, account.currency),
        "ageing": _ageing(account, statement.ageing),
        "pay_url": links.portal_url("/invoices/") if statement.total_due > 0 else None,
    }


def activity_sheet(activity: Activity) -> dict[str, Any]:
    """What papers/statement.typ shows of a balance carried forward."""
    account, span = activity.account, activity.span
    opening = {
        "cells": [formats.day(span.since), _("Opening balance"), "", _money(account, activity.opening)],
        "note": "",
    }
    rows = [
        {
            "cells": [
                formats.day(line.on),
                line_title(line),
                _money(account, line.amount),
                _money(account, line.balance),
            ],
            "note": line_note(line),
        }
        for line in activity.lines
    ]
    label, total = closing_total(activity)
    return {
        **_head(account, sheet_brand(account.brand)),
        "facts": [
            [_("From"), formats.day(span.since)],
            [_("To"), formats.day(span.until)],
            [label, _money(account, total)],
        ],
        "table_name": _("Account activity"),
        "columns": [
            {"label": _("Date"), "is_amount": False},
            {"label": _("What happened"), "is_amount": False},
            {"label": _("Amount"), "is_amount": True},
            {"label": _("Balance"), "is_amount": True},
        ],
        "rows": [opening, *rows],
        "empty": "",
        "left_out": "",
        "totals": [[said, _money(account, amount)] for said, amount in closing_sums(activity)],
        "total": [label, _money(account, total)],
        "notes": [],
        "ageing": _ageing(account, activity.ageing),
        "pay_url": None,
    }


def left_out(statement: OpenStatement) -> str:
    """That not all of very many open invoices are listed; empty when all are."""
    more = len(statement.items) + len(statement.memos) - statements.MOST_LINES
    if more <= 0:
        return ""
    said = ngettext("%(n)s more is in the sums below.", "%(n)s more are in the sums below.", more)
    return said % {"n": more}


def _open_name(statement: OpenStatement) -> str:
    return f"statement-{_plain(statement.account.number)}-{statement.on}.pdf"


def _head(account: Account, brand: dict[str, Any]) -> dict[str, Any]:
    return {
        "lang": get_language() or "en",
        "brand": brand,
        "number": account.number,
        "bill_to": {"name": account.name, "lines": [account.address]},
    }


def _item(account: Account, item: Item) -> dict[str, Any]:
    amounts = [_money(account, amount) for amount in (item.total, item.paid, item.balance)]
    return {
        "cells": [item_title(item), formats.day(item.issued_on), formats.day(item.due_on), *amounts],
        "note": item_note(item, account.currency),
    }


def _ageing(account: Account, ageing: Ageing) -> dict[str, Any]:
    return {
        "title": _("How long past due"),
        "cells": [[label, _money(account, amount)] for label, amount in ages(ageing)],
        "total": [_("Balance"), _money(account, ageing.balance)],
    }


def _money(account: Account, minor: int) -> str:
    return formats.money(minor, account.currency)


def _plain(number: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in number)[:60]

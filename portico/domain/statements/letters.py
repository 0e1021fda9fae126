"""The mail with a statement."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.billing.queries.statements import OpenStatement
from portico.domain.billing.statement_words import item_title
from portico.foundation.messaging.letter import Letter, Link
from portico.kernel import formats

MOST_LISTED = 10


def statement(found: OpenStatement, *, due_today: int, link: Link | None) -> Letter:
    """`due_today` is what is still to pay where something came since the day of the statement."""
    account = found.account
    due = formats.money(found.total_due, account.currency)
    named = {"brand": account.brand.display_name, "amount": due}
    return Letter(
        subject=_("Statement from %(brand)s: %(amount)s to pay") % named,
        heading=_("Your statement: %(amount)s to pay") % named,
        preheader=_("As of %(day)s") % {"day": formats.day(found.on)},
        facts=_facts(found, due_today),
        lines=_lines(found),
        action=link,
        closing=(
            *_left_out(found),
            _("The statement is attached as a PDF."),
            _("If you have just paid, thank you: there is nothing to do."),
        ),
    )


def _facts(found: OpenStatement, due_today: int) -> tuple[tuple[str, str], ...]:
    account, ageing = found.account, found.ageing
    credit = ageing.open - ageing.pending - found.total_due
    facts = [
        (_("Account"), f"{account.name} ({account.number})"),
        (_("As of"), formats.day(found.on)),
        (_("Open invoices"), formats.money(ageing.open, account.currency)),
        (_("Bank payments pending"), formats.money(-ageing.pending, account.currency) if ageing.pending else ""),
        (_("Credit"), formats.money(-credit, account.currency) if credit else ""),
        (_("Total due"), formats.money(found.total_due, account.currency)),
        (_("Still to pay today"), _other(found, due_today)),
    ]
    return tuple(fact for fact in facts if fact[1])


def _other(found: OpenStatement, due_today: int) -> str:
    return formats.money(due_today, found.account.currency) if due_today != found.total_due else ""


def _lines(found: OpenStatement) -> tuple[tuple[str, str], ...]:
    due = _("%(number)s, due %(day)s")
    return tuple(
        (
            due % {"number": item_title(item), "day": formats.day(item.due_on)},
            formats.money(item.balance, found.account.currency),
        )
        for item in found.items[:MOST_LISTED]
    )


def _left_out(found: OpenStatement) -> tuple[str, ...]:
    more = len(found.items) - MOST_LISTED
    if more <= 0:
        return ()
    return (ngettext("%(n)s more invoice is in the PDF.", "%(n)s more invoices are in the PDF.", more) % {"n": more},)

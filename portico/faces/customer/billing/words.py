"""The state of an invoice in words, with the tone of its tag."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portico.domain.billing.queries.invoices import InvoiceRow
from portico.kernel import formats


@dataclass(frozen=True, slots=True)
class StandingTag:
    text: str
    tone: str
    icon: str


def standing_tag(row: InvoiceRow) -> StandingTag:
    """What to say about an invoice: paid, bank payment pending, overdue, partly paid or due."""
    day = formats.day(row.due_on, today=row.today)
    if row.is_settled:
        return StandingTag(_("Paid"), "ok", "check")
    if not row.due:
        return StandingTag(_("Payment pending"), "info", "clock")
    if row.is_overdue:
        return StandingTag(_("Overdue since %(day)s") % {"day": day}, "bad", "triangle-alert")
    if row.paid:
        return StandingTag(_("Partly paid, rest due %(day)s") % {"day": day}, "warn", "clock")
    return StandingTag(_("Due %(day)s") % {"day": day}, "warn", "clock")

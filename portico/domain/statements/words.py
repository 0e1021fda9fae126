"""Why a statement is not mailed, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _said
from django.utils.translation import gettext_lazy as _

from portico.domain.statements import rules
from portico.domain.statements.enums import Outcome
from portico.kernel import formats

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WHY: Mapping[Outcome, str | _StrPromise] = {
    Outcome.NOTHING_DUE: _("There is nothing to pay on this account, so no statement is mailed."),
    Outcome.BELOW: _("What is to pay is below the smallest balance."),
    Outcome.NOT_OVERDUE: _("No invoice is past due."),
    Outcome.MERGED: _("This customer was merged into another one. Mail that one’s statement."),
    Outcome.INACTIVE: _("This customer is inactive. Make it active again to mail a statement."),
    Outcome.DO_NOT_MAIL: _("This customer is marked “Do not mail”."),
    Outcome.NO_ADDRESS: _("No address on this record may see all of its bills. Add one, or change its billing access."),
    Outcome.BOUNCED: _("Mail to every address of this customer came back. Correct the address on the record."),
}


def too_soon(mailed_on: date, *, every_days: int, has_this_one: bool) -> str:
    """That one went lately, and when the next one may go."""
    free = rules.free_from(mailed_on, every_days=every_days)
    named = {"day": formats.day(mailed_on), "free": formats.day(free)}
    if has_this_one:
        return _said("The statement of this day was mailed already, last on %(day)s. Say why it goes again.") % named
    words = _said("A statement was mailed on %(day)s. The next one may go on %(free)s, unless you say why it goes now.")
    return words % named

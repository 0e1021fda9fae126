"""Why a statement is not mailed, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portico.domain.statements.enums import Outcome

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

"""Estimates in the customer's words: how they stand, until when they hold, what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portico.domain.estimates.queries.portal import ProposalRow, Stage
from portico.domain.estimates.queries.portal_page import ProposalPage, Standing
from portico.kernel import formats

if TYPE_CHECKING:
    from portico.faces.customer.visitor import Visitor

LABEL = {
    Standing.WAITING: gettext_lazy("Waiting for your answer"),
    Standing.EXPIRED: gettext_lazy("Expired"),
    Standing.ACCEPTED: gettext_lazy("Accepted"),
    Standing.DECLINED: gettext_lazy("Declined"),
    Standing.NOT_CHOSEN: gettext_lazy("Not chosen"),
    Standing.WITHDRAWN: gettext_lazy("No longer offered"),
}
TONE = {
    Standing.WAITING: "info",
    Standing.EXPIRED: "mute",
    Standing.ACCEPTED: "ok",
    Standing.DECLINED: "mute",
    Standing.NOT_CHOSEN: "mute",
    Standing.WITHDRAWN: "mute",
}
GROUP = {
    Stage.WAITING: gettext_lazy("Waiting for your answer"),
    Stage.WAITING_WITHOUT_END: gettext_lazy("Waiting for your answer"),
    Stage.ACCEPTED: gettext_lazy("Accepted"),
    Stage.DECLINED: gettext_lazy("Declined"),
    Stage.EXPIRED: gettext_lazy("Expired"),
}
FEW_DAYS = 3


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: str
    icon: str = ""


def row_tag(row: ProposalRow, now: datetime) -> Tag:
    """How a proposal of a list stands."""
    if row.is_waiting:
        return expiry_tag(row.open_until, now=now, zone=row.chosen.time_zone)
    if row.stage == Stage.ACCEPTED:
        return Tag(_("Accepted"), "ok", "check")
    return Tag(_("Declined") if row.stage == Stage.DECLINED else _("Expired"), "mute")


def expiry_tag(expires_at: datetime | None, *, now: datetime, zone: str) -> Tag:
    """Until when something that waits holds; what has no end just waits."""
    if expires_at is None:
        return Tag(str(LABEL[Standing.WAITING]), "info")
    tone = "warn" if _days_left(expires_at, now, zone) <= FEW_DAYS else "info"
    return Tag(expiry_words(expires_at, now=now, zone=zone), tone, "clock")


def expiry_words(expires_at: datetime, *, now: datetime, zone: str) -> str:
    """Expires in 12 days, tomorrow, today at 5:00 PM; or that it has."""
    local = formats.as_local(expires_at, zone)
    if expires_at <= now:
        return _("Expired %(day)s") % {"day": formats.day(local.date())}
    left = _days_left(expires_at, now, zone)
    if left == 0:
        return _("Expires today at %(time)s") % {"time": formats.clock_time(local)}
    if left == 1:
        return _("Expires tomorrow")
    return ngettext("Expires in %(n)s day", "Expires in %(n)s days", left) % {"n": left}


def row_words(row: ProposalRow) -> str:
    """3 options, $4,210 to $9,860; without prices only how many."""
    count = len(row.offered)
    options = ngettext("%(n)s option", "%(n)s options", count) % {"n": count}
    amounts = amount_words(row)
    if count == 1:
        return amounts
    return f"{options}, {amounts}" if amounts else options


def amount_words(row: ProposalRow) -> str:
    """From the least to the most; empty for readers without prices."""
    totals = [option.total for option in row.offered if option.total is not None]
    if not totals:
        return ""
    least, most = min(totals), max(totals)
    low = formats.money(least.minor, least.currency)
    if least == most:
        return low
    return _("%(least)s to %(most)s") % {"least": low, "most": formats.money(most.minor, most.currency)}


def row_title(row: ProposalRow) -> str:
    """One estimate is called by its name, several by what the job is about."""
    return row.chosen.name if len(row.options) == 1 or row.stage == Stage.ACCEPTED else row.title


def limit_of(visitor: Visitor, found: ProposalPage) -> int | None:
    """The most that this visitor may approve here: None for no limit, zero for nothing."""
    return visitor.approves_up_to(found.customer, found.location_key) if found.is_priced else 0


def limit_words(found: ProposalPage, limit: int | None) -> str:
    """What a reader hears who may not approve everything; empty for whoever may."""
    offer = next((option.offer for option in found.options if option.offer), None)
    if limit is None:
        return ""
    if offer is None:
        return _("Someone with access to prices can approve this.")
    if not limit:
        return _("You can look at this estimate. The owner of the account can approve it.")
    amount = formats.money(limit, offer.currency)
    return _("You can approve up to %(amount)s. The owner of the account can approve more.") % {"amount": amount}


def _days_left(expires_at: datetime, now: datetime, zone: str) -> int:
    return (formats.as_local(expires_at, zone).date() - formats.as_local(now, zone).date()).days

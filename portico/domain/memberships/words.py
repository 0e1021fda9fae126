"""Memberships and their visits in the words of pages."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portico.domain.memberships.enums import EventStatus, MembershipStatus
from portico.domain.memberships.rules import Period, VisitWord
from portico.kernel import formats

STATUS_LABEL = {
    MembershipStatus.ACTIVE.value: pgettext_lazy("membership", "Active"),
    MembershipStatus.SUSPENDED.value: pgettext_lazy("membership", "Paused"),
    MembershipStatus.EXPIRED.value: pgettext_lazy("membership", "Ended"),
    MembershipStatus.CANCELED.value: pgettext_lazy("membership", "Canceled"),
}
STATUS_TONE = {
    MembershipStatus.ACTIVE.value: "ok",
    MembershipStatus.SUSPENDED.value: "warn",
    MembershipStatus.EXPIRED.value: "mute",
    MembershipStatus.CANCELED.value: "mute",
    MembershipStatus.DELETED.value: "bad",
}
VISIT_LABEL = {
    VisitWord.USED: pgettext_lazy("membership visit", "Used"),
    VisitWord.BOOKED: pgettext_lazy("membership visit", "Booked"),
    VisitWord.DUE: pgettext_lazy("membership visit", "Due now"),
    VisitWord.LATER: pgettext_lazy("membership visit", "Due later"),
    VisitWord.MISSED: pgettext_lazy("membership visit", "Not used"),
}
VISIT_TONE = {
    VisitWord.USED: "ok",
    VisitWord.BOOKED: "info",
    VisitWord.DUE: "warn",
    VisitWord.LATER: "mute",
    VisitWord.MISSED: "mute",
}
EVENT_LABEL = {
    EventStatus.NOT_ATTEMPTED.value: gettext_lazy("Not attempted"),
    EventStatus.UNREACHABLE.value: gettext_lazy("Unreachable"),
    EventStatus.CONTACTED.value: gettext_lazy("Contacted"),
    EventStatus.WON.value: gettext_lazy("Won"),
    EventStatus.DISMISSED.value: gettext_lazy("Dismissed"),
}
FREQUENCY = {
    "Annual": gettext_lazy("every year"),
    "Monthly": gettext_lazy("every month"),
    "Quarterly": gettext_lazy("every three months"),
    "BiAnnual": gettext_lazy("twice a year"),
    "OneTime": gettext_lazy("once"),
}


def span_words(span: Period) -> str:
    """From when to when, as far as that is known."""
    if span.starts_on and span.ends_on:
        return f"{formats.day(span.starts_on)} {formats.DASH} {formats.day(span.ends_on)}"
    if span.starts_on:
        return _("Since %(day)s, no end date") % {"day": formats.day(span.starts_on)}
    if span.ends_on:
        return _("Until %(day)s") % {"day": formats.day(span.ends_on)}
    return _("Unknown")


def percent_words(discount: Decimal | None) -> str:
    """A discount without needless zeros: 10%, 12.5%."""
    return "" if not discount else f"{discount.normalize():f}%"


def count_words(*, used: int, due: int) -> str:
    """How many visits of a period are used up, and how many are still to come."""
    if not used and not due:
        return ""
    left = ngettext("%(n)s visit due", "%(n)s visits due", due) % {"n": due}
    return _("%(used)s used or booked, %(left)s") % {"used": used, "left": left}

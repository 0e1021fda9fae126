"""Why no window can be chosen, in the customer's words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.booking.queries.available import Availability
from portico.domain.capacity.availability_rules import Reason

POLICY = {Reason.LEAD, Reason.PAST, Reason.CUTOFF, Reason.HOURS, Reason.HOLIDAY, Reason.HORIZON}
LONG_NOTICE = 48  # hours; a shorter one never empties a page of days by itself


def why_none(found: Availability) -> str:
    """Why nothing can be chosen, in the customer's words; what only the office may know stays there."""
    match found.wish.reason:
        case Reason.OUT_OF_AREA | Reason.ZONE:
            return _("This address is outside the area that we serve.")
        case Reason.MEMBERS_ONLY:
            return _("This visit is for members.")
        case Reason.NOT_SELF | Reason.NO_DURATION | Reason.NO_UNIT | Reason.NO_WINDOW:
            return _("This visit cannot be booked online.")
    reasons = {one.reason for one in found.windows}
    hours = found.wish.terms.job_type.lead_hours
    if reasons <= POLICY or (Reason.LEAD in reasons and hours >= LONG_NOTICE):
        return notice_words(hours)
    return _("Every time in these days is taken.")


def notice_words(hours: int) -> str:
    """How long before a visit can be booked; that is policy, and no secret."""
    if hours >= LONG_NOTICE:
        return _("This visit has to be booked at least %(days)s days before.") % {"days": hours // 24}
    told = ngettext(
        "This visit has to be booked at least %(hours)s hour before.",
        "This visit has to be booked at least %(hours)s hours before.",
        hours,
    )
    return told % {"hours": hours}

"""Visits that lost their technician: who was told to come cannot, or nobody is free."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portico.domain.booking.queries import unplanned
from portico.domain.booking.queries.unplanned import Cause
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

WHY = {
    Cause.INACTIVE: _("no longer works here"),
    Cause.ELSEWHERE: _("works at another branch"),
    Cause.NO_SHIFT: _("has no shift on this day"),
    Cause.SHORT_SHIFT: _("has a shift, but not at this time or not long enough"),
    Cause.TIME_OFF: _("is off at this time"),
    Cause.EVENT: _("has something else to do at this time"),
    Cause.TAKEN: _("is taken by other visits"),
    Cause.NOBODY_MAY: _("Nobody of the business unit has the skills for it and serves this area."),
    Cause.NOBODY_WORKS: _("Nobody who could do it has a shift at this time that is long enough."),
    Cause.ALL_TAKEN: _("Everybody who could do it is off or taken by other visits."),
}


@staff_only(Action.VIEW_CAPACITY)
@require_safe
def unplanned_visits(request: OfficeRequest) -> HttpResponse:
    """The next visits without a place, and why."""
    found = unplanned.unplanned_visits(after=public_id(request.GET.get("after", "")))
    rows = found[: unplanned.PAGE]
    context: dict[str, Any] = {
        "rows": rows,
        "why": WHY,
        "may_book": request.staff.may(Action.BOOK_VISIT),
        "later": url("office_unplanned", query={"after": rows[-1].id}) if len(found) > len(rows) else "",
    }
    return page(request, "office/capacity/unplanned.html", context)

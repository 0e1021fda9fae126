"""Bookings: what was booked, what was changed, and who waits for a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portico.domain.booking.queries import office
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

BOOKED, CHANGED, WAITING = "booked", "changed", "waiting"
TABS = {
    BOOKED: gettext_lazy("Booked"),
    CHANGED: gettext_lazy("Moved and canceled"),
    WAITING: gettext_lazy("Waiting for a time"),
}
FIND: Mapping[str, Callable[..., list[Any]]] = {
    BOOKED: office.booked,
    CHANGED: office.changed,
    WAITING: office.waiting,
}


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def bookings(request: OfficeRequest) -> HttpResponse:
    """What was booked, newest first, unless something else is asked for."""
    asked = request.GET.get("show", "")
    show = asked if asked in TABS else BOOKED
    found = FIND[show](after=public_id(request.GET.get("after", "")))
    rows = found[: office.PAGE]
    further = url("office_bookings", query={"show": show, "after": rows[-1].id}) if len(found) > len(rows) else ""
    context = {
        "show": show,
        "title": str(TABS[show]),
        "rows": rows,
        "tabs": [
            {"label": str(label), "href": url("office_bookings", query={"show": name}), "is_current": name == show}
            for name, label in TABS.items()
        ],
        "further": further,
        "may_book": request.staff.may(Action.BOOK_VISIT),
        "who": _who,
    }
    return page(request, "office/booking/bookings.html", context)


def _who(row: office.BookingRow) -> str:
    """By whom, and on which side of the counter."""
    name = row.who or (_("the office") if row.is_by_office else _("the customer"))
    return _("%(name)s, in the office") % {"name": name} if row.is_by_office and row.who else name

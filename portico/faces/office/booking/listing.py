"""Bookings: what was booked, what was changed, and who waits for a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portico.domain.booking.queries import office
from portico.domain.booking.queries.office import Sought
from portico.domain.capacity.axis_rules import local_moment
from portico.domain.customers import search
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.office.visits.forms import FIRST, LAST
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import text

BOOKED, CHANGED, WAITING = "booked", "changed", "waiting"
TABS = {
    BOOKED: gettext_lazy("Booked"),
    CHANGED: gettext_lazy("Moved and canceled"),
    WAITING: gettext_lazy("Waiting for a time"),
}
VIA = {
    "estimate": gettext_lazy("for the work of an estimate"),
    "membership": gettext_lazy("a visit of a membership"),
    "waiting": gettext_lazy("from the waiting list"),
}
NARROWED_BY = {BOOKED: ("text", "day", "new"), CHANGED: ("new",), WAITING: ()}


class FindForm(forms.Form):
    """Whose booking or which number, on what day the visit begins, and only what is new."""

    text = forms.CharField(label=gettext_lazy("Customer or number"), required=False, max_length=search.LONGEST)
    day = forms.DateField(
        label=gettext_lazy("Day of the visit"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Enter a day.")},
        validators=(
            MinValueValidator(FIRST, gettext_lazy("Enter a day after 1989.")),
            MaxValueValidator(LAST, gettext_lazy("Enter a day before 2200.")),
        ),
    )
    new = forms.BooleanField(label=gettext_lazy("By customers, in the last 24 hours"), required=False)


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def bookings(request: OfficeRequest) -> HttpResponse:
    """What was booked, newest first, unless something else is asked for."""
    asked = request.GET.get("show", "")
    show = asked if asked in TABS else BOOKED
    form = FindForm(request.GET)
    found = _found(request, form, show)
    rows = found[: office.PAGE]
    kept = {name: request.GET[name] for name in NARROWED_BY[show] if request.GET.get(name)}
    context = {
        "show": show,
        "title": str(TABS[show]),
        "form": form,
        "kept": kept,
        "rows": rows,
        "tabs": [
            {"label": str(label), "href": url("office_bookings", query={"show": name}), "is_current": name == show}
            for name, label in TABS.items()
        ],
        "further": _further(show, kept, rows[-1].id) if len(found) > len(rows) else "",
        "who": _who,
        "via": VIA,
        "may_book": request.staff.may(Action.BOOK_VISIT),
    }
    return page(request, "office/booking/bookings.html", context, 200 if form.is_valid() else 422)


def _found(request: OfficeRequest, form: FindForm, show: str) -> list[Any]:
    """One more than a page holds; where something is typed wrong, nothing is narrowed."""
    after = public_id(request.GET.get("after", ""))
    asked = form.cleaned_data if form.is_valid() else {}
    match show:
        case "waiting":
            return list(office.waiting(after=after))
        case "changed":
            return list(office.changed(after=after, is_new=bool(asked.get("new"))))
        case _:
            return list(office.booked(after=after, sought=_sought(asked, request.brand.time_zone)))


def _sought(asked: dict[str, Any], zone: str) -> Sought:
    day = asked.get("day")
    first, last = (local_moment(day, 0, zone), local_moment(day + timedelta(days=1), 0, zone)) if day else (None, None)
    return Sought(text.squeeze(asked.get("text") or ""), first, last, is_new=bool(asked.get("new")))


def _further(show: str, kept: dict[str, str], after: UUID) -> str:
    return url("office_bookings", query={"show": show, **kept, "after": after})


def _who(row: office.BookingRow) -> str:
    """By whom, and on which side of the counter."""
    name = row.who or (_("the office") if row.is_by_office else _("the customer"))
    return _("%(name)s, in the office") % {"name": name} if row.is_by_office and row.who else name

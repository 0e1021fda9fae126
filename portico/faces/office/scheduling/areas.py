"""Zones, arrival windows and business hours: where and when there can be a visit at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.capacity import working_queries as queries
from portico.domain.capacity.operations import areas as operations
from portico.domain.capacity.setup_rules import wall_clock
from portico.domain.capacity.working_queries import AreaRow
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.scheduling.limit_forms import told_spans
from portico.faces.office.scheduling.saving import is_saved
from portico.faces.office.scheduling.working_forms import HoursForm, WindowForm, ZoneForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

PLACE = "office/scheduling/"
EDITED = require_http_methods(["GET", "HEAD", "POST"])


@staff_only(Action.EDIT_SCHEDULING)
@require_safe
def areas(request: OfficeRequest) -> HttpResponse:
    """All three lists."""
    context = {
        "zones": [(row, _zone_note(row)) for row in queries.zones()],
        "windows": [
            (row, wall_clock(row.columns["start"], row.columns["end"]), _units(row)) for row in queries.windows()
        ],
        "hours": [(row, _hours_title(row), _units(row)) for row in queries.hours()],
    }
    return page(request, f"{PLACE}areas.html", context)


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def zone_add(request: OfficeRequest) -> HttpResponse:
    """A new area."""
    return _zone(request, None, {"is_active": True})


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def zone(request: OfficeRequest, zone: UUID) -> HttpResponse:
    """Change an area."""
    columns = _columns(queries.zones(), zone)
    return _zone(request, zone, columns | {"zips": "\n".join(columns["zips"])})


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def window_add(request: OfficeRequest) -> HttpResponse:
    """A new arrival window."""
    return _window(request, None, {"is_active": True})


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def window(request: OfficeRequest, window: UUID) -> HttpResponse:
    """Change an arrival window."""
    columns = _columns(queries.windows(), window)
    times = {name: f"{columns[name] // 60 % 24:02}:{columns[name] % 60:02}" for name in ("start", "end")}
    return _window(request, window, columns | times)


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def hours_add(request: OfficeRequest) -> HttpResponse:
    """A new set of hours."""
    return _hours(request, None, {})


@staff_only(Action.EDIT_SCHEDULING)
@EDITED
def hours(request: OfficeRequest, hours: UUID) -> HttpResponse:
    """Change a set of hours."""
    columns = _columns(queries.hours(), hours)
    return _hours(request, hours, columns | {name: told_spans(columns[name]) for name in operations.DAYS})


def _zone(request: OfficeRequest, zone: UUID | None, initial: dict[str, Any]) -> HttpResponse:
    form = ZoneForm(_typed(request), initial=initial, units=queries.unit_choices())
    titles = (_("Change a zone") if zone else _("Add a zone"), ("name", "zips", "units", "is_active"))
    by = request.staff.actor
    return _edited(request, form, *titles, lambda: operations.save_zone(zone=zone, wanted=form.wanted(), by=by))


def _window(request: OfficeRequest, window: UUID | None, initial: dict[str, Any]) -> HttpResponse:
    form = WindowForm(_typed(request), initial=initial, units=queries.unit_choices())
    title = _("Change an arrival window") if window else _("Add an arrival window")
    by = request.staff.actor
    return _edited(
        request,
        form,
        title,
        ("start", "end", "units", "is_active"),
        lambda: operations.save_window(window=window, wanted=form.wanted(), by=by),
    )


def _hours(request: OfficeRequest, hours: UUID | None, initial: dict[str, Any]) -> HttpResponse:
    form = HoursForm(_typed(request), initial=initial, units=queries.unit_choices())
    title = _("Change business hours") if hours else _("Add business hours")
    by = request.staff.actor
    return _edited(
        request,
        form,
        title,
        (*operations.DAYS, "units"),
        lambda: operations.save_hours(hours=hours, wanted=form.wanted(), by=by),
    )


def _edited(
    request: OfficeRequest, form: forms.Form, title: str, fields: tuple[str, ...], save: Callable[[], Any]
) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(form, save):
        request.notices.add("success", _("Saved."))
        return HttpResponseRedirect(url("settings_areas"), status=303)
    context = {"form": form, "title": title, "fields": fields}
    return page(request, f"{PLACE}area.html", context, 422 if form.is_bound else 200)


def _typed(request: OfficeRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _columns(rows: list[AreaRow], wanted: UUID) -> dict[str, Any]:
    """The form's values of one of them; 404 for none such."""
    found = next((row for row in rows if row.id == wanted), None)
    if found is None:
        raise Http404("no such row")
    return dict(found.columns) | {"units": [str(key) for key in found.columns["units"]]}


def _zone_note(row: AreaRow) -> str:
    count = len(row.columns["zips"])
    zips = ngettext("%(n)s ZIP code", "%(n)s ZIP codes", count) % {"n": count}
    return f"{zips} · {_units(row)}"


def _units(row: AreaRow) -> str:
    return ", ".join(row.units) or _("No business unit")


def _hours_title(row: AreaRow) -> str:
    days = ((_("Mon–Fri"), "weekdays"), (_("Sat"), "saturday"), (_("Sun"), "sunday"))
    return " · ".join(f"{label} {told_spans(row.columns[name]) or _('closed')}" for label, name in days)

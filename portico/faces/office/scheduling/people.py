"""Technicians: who can be sent, when they work, and what else they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.capacity import working_queries as queries
from portico.domain.capacity.enums import ShiftType
from portico.domain.capacity.errors import MissingSetting
from portico.domain.capacity.operations import people as operations
from portico.domain.capacity.working_queries import TechnicianPage
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.scheduling.saving import is_saved
from portico.faces.office.scheduling.working_forms import EventForm, ShiftsForm, TechnicianForm
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

PLACE = "office/scheduling/"
SHIFT, EVENT = "shift-%s", "event-%s"  # three forms on one page, each with ids of its own


@staff_only(Action.EDIT_SCHEDULING)
@require_safe
def technicians(request: OfficeRequest) -> HttpResponse:
    """Everybody, and how many shifts each has ahead."""
    return page(request, f"{PLACE}technicians.html", {"rows": [(row, _note(row)) for row in queries.technicians()]})


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def technician_add(request: OfficeRequest) -> HttpResponse:
    """Somebody new; their page comes next, where the shifts are entered."""
    form = _form(request.POST if request.method == "POST" else None, {"is_active": True})
    made: list[Any] = []
    if form.is_bound and form.is_valid():

        def save() -> None:
            made.append(operations.save_technician(technician=None, wanted=form.wanted(), by=request.staff.actor))

        if is_saved(form, save):
            request.notices.add("success", _("Saved. Now enter when they work."))
            return HttpResponseRedirect(url("settings_technician", made[0].public_id), status=303)
    return page(request, f"{PLACE}technician_add.html", {"form": form}, 422 if form.is_bound else 200)


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def technician(request: OfficeRequest, technician: UUID) -> HttpResponse:
    """One of them: the record, the shifts to come, and what else takes time."""
    found = _found(technician)
    form = _form(request.POST if request.method == "POST" else None, _initial(found))
    if form.is_bound and form.is_valid():
        wanted = form.wanted()
        if is_saved(
            form,
            lambda: operations.save_technician(technician=technician, wanted=wanted, by=request.staff.actor),
        ):
            return _done(request, technician, _("Saved."))
    return _show(request, found, form=form)


@staff_only(Action.EDIT_SCHEDULING)
@require_POST
def shifts_add(request: OfficeRequest, technician: UUID) -> HttpResponse:
    """The same hours on some weekdays between two days."""
    found, form = _found(technician), ShiftsForm(request.POST, auto_id=SHIFT)
    count: list[int] = []

    def save() -> None:
        count.append(operations.add_shifts(technician=technician, wanted=form.wanted(), by=request.staff.actor))

    if form.is_valid() and is_saved(form, save):
        said = ngettext("%(n)s shift was added.", "%(n)s shifts were added.", count[0]) % {"n": count[0]}
        return _done(request, technician, said if count[0] else _("These shifts stood there already."))
    return _show(request, found, shifts_form=form)


@staff_only(Action.EDIT_SCHEDULING)
@require_POST
def event_add(request: OfficeRequest, technician: UUID) -> HttpResponse:
    """A meeting, a training."""
    found, form = _found(technician), EventForm(request.POST, auto_id=EVENT)
    if form.is_valid() and is_saved(
        form, lambda: operations.add_event(technician=technician, wanted=form.cleaned_data, by=request.staff.actor)
    ):
        return _done(request, technician, _("Saved."))
    return _show(request, found, event_form=form)


@staff_only(Action.EDIT_SCHEDULING)
@require_POST
def shift_remove(request: OfficeRequest, technician: UUID, shift: UUID) -> HttpResponse:
    """They do not work then."""
    by = request.staff.actor
    return _removed(request, technician, lambda: operations.remove_shift(technician=technician, shift=shift, by=by))


@staff_only(Action.EDIT_SCHEDULING)
@require_POST
def event_remove(request: OfficeRequest, technician: UUID, event: UUID) -> HttpResponse:
    """It is not held."""
    by = request.staff.actor
    return _removed(request, technician, lambda: operations.remove_event(technician=technician, event=event, by=by))


def _removed(request: OfficeRequest, technician: UUID, remove: Callable[[], None]) -> HttpResponse:
    try:
        remove()
    except MissingSetting as missing:
        raise Http404(missing.message) from missing
    return _done(request, technician, _("Removed. Visits that stood on it are looked for another place."))


def _done(request: OfficeRequest, technician: UUID, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(url("settings_technician", technician), status=303)


def _show(
    request: OfficeRequest,
    found: TechnicianPage,
    *,
    form: TechnicianForm | None = None,
    shifts_form: ShiftsForm | None = None,
    event_form: EventForm | None = None,
) -> HttpResponse:
    forms_: dict[str, forms.Form] = {
        "form": form or _form(None, _initial(found)),
        "shifts_form": shifts_form or ShiftsForm(auto_id=SHIFT),
        "event_form": event_form or EventForm(auto_id=EVENT),
    }
    is_refused = any(one.errors for one in forms_.values() if one.is_bound)
    labels = {kind.value: str(kind.label) for kind in ShiftType}
    return page(
        request, f"{PLACE}technician.html", {"found": found, "kinds": labels, **forms_}, 422 if is_refused else 200
    )


def _found(technician: UUID) -> TechnicianPage:
    found = queries.technician(technician)
    if found is None:
        raise Http404("no such technician")
    return found


def _initial(found: TechnicianPage) -> dict[str, Any]:
    columns = dict(found.columns)
    return columns | {"skills": "\n".join(columns["skills"]), "zones": [str(key) for key in columns["zones"]]}


def _form(typed: Any, initial: dict[str, Any]) -> TechnicianForm:
    return TechnicianForm(typed, initial=initial, units=queries.unit_choices(), zones=queries.zone_choices())


def _note(row: queries.TechnicianRow) -> str:
    ahead = ngettext("%(n)s shift ahead", "%(n)s shifts ahead", row.shifts) % {"n": row.shifts}
    return " · ".join(part for part in (row.unit or _("No business unit"), ", ".join(row.skills), ahead) if part)

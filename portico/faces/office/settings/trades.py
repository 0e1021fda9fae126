"""Business units and job types, entered by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.capacity.operations import trades as operations
from portico.domain.capacity.working_queries import unit_choices
from portico.domain.catalog import queries
from portico.domain.customers.record_queries import branch_choices
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.scheduling.saving import is_saved
from portico.faces.office.settings.job_types import PreparationForm
from portico.faces.office.settings.trade_forms import NewJobTypeForm, UnitForm, record_form
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

PLACE = "office/settings/"
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])


@staff_only(Action.EDIT_JOB_TYPES)
@require_safe
def units(request: OfficeRequest) -> HttpResponse:
    """All of them, by branch."""
    return page(request, f"{PLACE}units.html", {"units": [(row, _note(row)) for row in queries.units()]})


@staff_only(Action.EDIT_JOB_TYPES)
@asks_or_does
def unit_add(request: OfficeRequest) -> HttpResponse:
    """A new trade in a branch."""
    branches = branch_choices()
    initial = {"key": str(uuid4()), "is_active": True, "branch": str(branches[0][0])}
    form = UnitForm(request.POST if request.method == "POST" else None, initial=initial, branches=branches)
    if form.is_bound and form.is_valid():
        key, by = form.cleaned_data["key"], request.staff.actor
        if is_saved(form, lambda: operations.add_unit(wanted=form.wanted(), key=key, by=by)):
            return _done(request, "settings_units")
    return _unit_page(request, form, _("Add a business unit"))


@staff_only(Action.EDIT_JOB_TYPES)
@asks_or_does
def unit(request: OfficeRequest, business_unit: UUID) -> HttpResponse:
    """One as it stands."""
    found = queries.unit(business_unit)
    if found is None:
        raise Http404("no such business unit")
    columns = {**found.columns, "percent": _percent(found.columns["tax_rate"])}
    form = UnitForm(request.POST if request.method == "POST" else None, initial=columns, branches=branch_choices())
    if form.is_bound and form.is_valid():
        by = request.staff.actor
        if is_saved(form, lambda: operations.change_unit(unit=business_unit, wanted=form.wanted(), by=by)):
            return _done(request, "settings_units")
    return _unit_page(request, form, found.columns["name"])


@staff_only(Action.EDIT_JOB_TYPES)
@asks_or_does
def job_type_add(request: OfficeRequest) -> HttpResponse:
    """A new kind of visit; without a business unit nobody could do it, so that comes first."""
    offered = unit_choices()
    initial = {"key": str(uuid4()), "is_active": True, "units": [str(key) for key, _name in offered[:1]]}
    form = NewJobTypeForm(request.POST if request.method == "POST" else None, initial=initial, units=offered)
    made: list[UUID] = []
    if form.is_bound and form.is_valid():
        key, by = form.cleaned_data["key"], request.staff.actor
        if is_saved(form, lambda: made.append(operations.add_job_type(wanted=form.wanted(), key=key, by=by))):
            return _done(request, "settings_job_type", made[0])
    context = {"form": form, "has_units": bool(offered)}
    return page(request, f"{PLACE}job_type_add.html", context, 422 if form.is_bound else 200)


@staff_only(Action.EDIT_JOB_TYPES)
@require_POST
def job_type_record(request: OfficeRequest, job_type: UUID) -> HttpResponse:
    """Its name, class and units."""
    found = queries.job_type(job_type)
    if found is None:
        raise Http404("no such job type")
    form = record_form(job_type, request.POST)
    if form.is_valid():
        by = request.staff.actor
        if is_saved(form, lambda: operations.change_job_type(job_type=job_type, wanted=form.wanted(), by=by)):
            return _done(request, "settings_job_type", job_type)
    said = PreparationForm(initial={"preparation": found.preparation})
    return page(request, f"{PLACE}job_type.html", {"job_type": found, "form": said, "record_form": form}, 422)


def _unit_page(request: OfficeRequest, form: UnitForm, title: str) -> HttpResponse:
    return page(request, f"{PLACE}unit.html", {"form": form, "title": title}, 422 if form.is_bound else 200)


def _done(request: OfficeRequest, name: str, *which: UUID) -> HttpResponse:
    request.notices.add("success", _("Saved."))
    return HttpResponseRedirect(url(name, *which), status=303)


def _note(row: queries.UnitRow) -> str:
    rate = _percent(row.columns["tax_rate"])
    tax = _("Sales tax %(percent)s %%") % {"percent": rate} if rate is not None else ""
    return " · ".join(part for part in (row.branch_name, row.columns["trade"], tax) if part)


def _percent(rate: Any) -> str | None:
    """A rate as people say it, without noughts at its end."""
    if rate is None:
        return None
    return format((Decimal(rate) * 100).normalize(), "f")

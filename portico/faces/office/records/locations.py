"""Locations of a customer."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.capacity.place_queries import area_of
from portico.domain.customers import record_queries as queries
from portico.domain.customers.operations import places as operations
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.records.place_forms import LocationForm
from portico.faces.office.records.saving import Saved, saved
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

TEMPLATE = "office/records/location.html"
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])


@staff_only(Action.EDIT_CUSTOMER)
@asks_or_does
def add(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """A further home."""
    head = head_or_404(customer)
    context = {"head": head, "title": _("Add a location"), "area": None, **Saved().context()}
    if request.method != "POST":
        form = LocationForm(initial={"key": str(uuid4()), "is_active": True})
        return page(request, TEMPLATE, {**context, "form": form})
    form, outcome = LocationForm(request.POST), Saved(422)
    if form.is_valid():
        key, by = form.cleaned_data["key"], request.staff.actor
        outcome = saved(form, lambda: operations.add_location(customer=customer, wanted=form.wanted(), key=key, by=by))
    if outcome.is_done:
        return _done(request, customer)
    return page(request, TEMPLATE, {**context, "form": form}, outcome.status)


@staff_only(Action.EDIT_CUSTOMER)
@asks_or_does
def edit(request: OfficeRequest, customer: UUID, location: UUID) -> HttpResponse:
    """A home as it stands, with the zones that hold it."""
    head, found = head_or_404(customer), _found(customer, location)
    context = {"head": head, "title": _("Edit the location"), "area": area_of(location)}
    if request.method != "POST":
        form = LocationForm(initial={**found.columns, "edition": found.edition})
        return page(request, TEMPLATE, {**context, "form": form, **Saved().context()})
    form, outcome = LocationForm(request.POST), Saved(422)
    if form.is_valid():
        typed = form.cleaned_data
        outcome = saved(
            form,
            lambda: operations.change_location(
                customer=customer,
                location=location,
                wanted=form.wanted(),
                edition=typed["edition"],
                confirm=typed["confirm"],
                by=request.staff.actor,
            ),
            found=lambda: _found(customer, location),
            typed=form.wanted,
        )
    if outcome.is_done:
        return _done(request, customer)
    return page(request, TEMPLATE, {**context, "form": form, **outcome.context()}, outcome.status)


def _found(customer: UUID, location: UUID) -> queries.Opened:
    found = queries.location_to_edit(customer, location)
    if found is None:
        raise Http404("no such location")
    return found


def _done(request: OfficeRequest, customer: UUID) -> HttpResponse:
    request.notices.add("success", _("Saved."))
    return HttpResponseRedirect(f"{url('customer', customer)}#locations", status=303)

"""Phones of a customer and of its locations."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.customers import record_queries as queries
from portico.domain.customers.enums import ContactType
from portico.domain.customers.errors import Missing
from portico.domain.customers.operations import phones as operations
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.records.place_forms import CorrectContactForm, NewContactForm
from portico.faces.office.records.saving import Saved, saved
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

PLACE = "office/records/"
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])


@staff_only(Action.EDIT_CONTACTS)
@asks_or_does
def add(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """A further phone."""
    head, locations = head_or_404(customer), queries.location_choices(customer)
    if request.method != "POST":
        initial = {"key": str(uuid4()), "type": ContactType.MOBILE_PHONE}
        return page(
            request,
            f"{PLACE}contact_add.html",
            {"head": head, "form": NewContactForm(initial=initial, locations=locations)},
        )
    form, outcome = NewContactForm(request.POST, locations=locations), Saved(422)
    if form.is_valid():
        key, by = form.cleaned_data["key"], request.staff.actor
        wanted, at = form.wanted(), form.place()
        outcome = saved(
            form, lambda: operations.add_contact(customer=customer, wanted=wanted, location=at, key=key, by=by)
        )
    if outcome.is_done:
        return _done(request, customer, _("Saved."))
    return page(request, f"{PLACE}contact_add.html", {"head": head, "form": form}, outcome.status)


@staff_only(Action.EDIT_CONTACTS)
@asks_or_does
def edit(request: OfficeRequest, customer: UUID, contact: UUID) -> HttpResponse:
    """Another number, kind or memo."""
    head, found = head_or_404(customer), _found(customer, contact)
    is_address = found.columns["type"] == ContactType.EMAIL
    if request.method != "POST":
        form = CorrectContactForm(initial={**found.columns, "edition": found.edition}, is_address=is_address)
        context = {"head": head, "form": form, "contact": contact, **Saved().context()}
        return page(request, f"{PLACE}contact_edit.html", context)
    form, outcome = CorrectContactForm(request.POST, is_address=is_address), Saved(422)
    if form.is_valid():
        edition, by = form.cleaned_data["edition"], request.staff.actor
        outcome = saved(
            form,
            lambda: operations.correct_contact(
                customer=customer, contact=contact, wanted=form.wanted(), edition=edition, by=by
            ),
            found=lambda: _found(customer, contact),
            typed=form.wanted,
        )
    if outcome.is_done:
        return _done(request, customer, _("Saved."))
    context = {"head": head, "form": form, "contact": contact, **outcome.context()}
    return page(request, f"{PLACE}contact_edit.html", context, outcome.status)


@staff_only(Action.EDIT_CONTACTS)
@require_POST
def remove(request: OfficeRequest, customer: UUID, contact: UUID) -> HttpResponse:
    """It is no longer theirs."""
    try:
        was = operations.remove_contact(customer=customer, contact=contact, by=request.staff.actor)
    except Missing as missing:
        raise Http404(missing.message) from missing
    return _done(request, customer, _("%(value)s is off the record.") % {"value": was})


def _found(customer: UUID, contact: UUID) -> queries.Opened:
    found = queries.contact_to_edit(customer, contact)
    if found is None:
        raise Http404("no such contact")
    return found


def _done(request: OfficeRequest, customer: UUID, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(f"{url('customer', customer)}#contacts", status=303)

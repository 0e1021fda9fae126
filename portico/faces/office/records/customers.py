"""Customers entered and changed by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.customers import record_queries as queries
from portico.domain.customers.duplicate_rules import Duplicate
from portico.domain.customers.enums import Alike, CustomerType
from portico.domain.customers.errors import LooksAlike
from portico.domain.customers.operations import records as operations
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.records.customer_forms import SAME, CustomerForm, NewCustomerForm
from portico.faces.office.records.saving import Saved, saved
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.audit.operations import Actor
from portico.foundation.people.permissions import Action

PLACE = "office/records/"
asks_or_does = require_http_methods(["GET", "HEAD", "POST"])


@staff_only(Action.EDIT_CUSTOMER)
@asks_or_does
def new(request: OfficeRequest) -> HttpResponse:
    """Somebody new; who may be the same is shown before anything is saved."""
    branches = queries.branch_choices()
    if request.method != "POST":
        initial = {"key": str(uuid4()), "type": CustomerType.RESIDENTIAL, "home": SAME}
        initial |= {name: request.GET.get(name, "")[:300] for name in ("name", "email", "phone")}
        return _new_page(request, NewCustomerForm(initial=initial, branches=branches))
    form = NewCustomerForm(request.POST, branches=branches)
    if not form.is_valid():
        return _new_page(request, form, status=422)
    made: list[UUID] = []
    try:
        outcome = saved(form, lambda: made.append(_create(form, request.staff.actor)))
    except LooksAlike as alike:
        return _new_page(request, form, alike, status=422)
    if not outcome.is_done:
        return _new_page(request, form, status=outcome.status)
    request.notices.add("success", _("%(name)s is on the books.") % {"name": form.cleaned_data["name"]})
    return HttpResponseRedirect(url("customer", made[0]), status=303)


def _create(form: NewCustomerForm, by: Actor) -> UUID:
    return operations.create_customer(wanted=form.wanted(), key=form.cleaned_data["key"], seen=form.seen_ids(), by=by)


def _new_page(
    request: OfficeRequest, form: NewCustomerForm, alike: LooksAlike | None = None, status: int = 200
) -> HttpResponse:
    found = alike.found if alike else ()
    if alike is not None:
        form.add_error(None, alike.message)
    context = {"form": form, "duplicates": [_line(one) for one in found]}
    return page(
        request, f"{PLACE}customer_new.html", context | {"seen": " ".join(str(one.id) for one in found)}, status
    )


def _line(one: Duplicate) -> dict[str, Any]:
    """A likely duplicate, in the words of the page."""
    why = ", ".join(str(kind.label) for kind in Alike if kind in one.alike)
    return {"id": one.id, "name": one.name, "number": one.number, "note": one.address, "why": why, "row": one}


@staff_only(Action.EDIT_CUSTOMER)
@asks_or_does
def edit(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """A customer as they stand; what somebody else changed meanwhile is shown before it is written over."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(url("customer_edit", head.merged_into))
    found, branches = _found(customer), queries.branch_choices()
    if request.method != "POST":
        form = CustomerForm(initial={**found.columns, "edition": found.edition}, branches=branches)
        return page(request, f"{PLACE}customer_edit.html", {"head": head, "form": form, **Saved().context()})
    form = CustomerForm(request.POST, branches=branches)
    outcome = Saved(422)
    if form.is_valid():
        outcome = saved(
            form,
            lambda: _change(customer, form, request.staff.actor),
            found=lambda: _found(customer),
            typed=lambda: form.wanted() | {"branch": form.cleaned_data["branch"]},
        )
    if outcome.is_done:
        request.notices.add("success", _("Saved."))
        return HttpResponseRedirect(url("customer", customer), status=303)
    context = {"head": head, "form": form, **outcome.context()}
    return page(request, f"{PLACE}customer_edit.html", context, outcome.status)


def _change(customer: UUID, form: CustomerForm, by: Actor) -> None:
    operations.change_customer(
        customer=customer,
        wanted=form.wanted(),
        branch=form.fixed_branch(),
        edition=form.cleaned_data["edition"],
        confirm=form.cleaned_data["confirm"],
        by=by,
    )


def _found(customer: UUID) -> queries.Opened:
    found = queries.customer_to_edit(customer)
    if found is None:
        raise Http404("no such customer")
    return found

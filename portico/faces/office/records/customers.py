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
from portico.domain.customers.errors import AsksFirst, Changed, LooksAlike, Missing, RecordRefused
from portico.domain.customers.operations import records as operations
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.records.customer_forms import SAME, CustomerForm, NewCustomerForm
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors

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
    try:
        made = operations.create_customer(
            wanted=form.wanted(), key=form.cleaned_data["key"], seen=form.seen_ids(), by=request.staff.actor
        )
    except LooksAlike as alike:
        return _new_page(request, form, alike, status=422)
    except errors.PorticoError as refused:
        _refuse(form, refused)
        return _new_page(request, form, status=422)
    request.notices.add("success", _("%(name)s is on the books.") % {"name": form.cleaned_data["name"]})
    return HttpResponseRedirect(url("customer", made), status=303)


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
    found = _found(customer)
    branches = queries.branch_choices()
    if request.method != "POST":
        initial = {**found.columns, "edition": found.edition}
        return _edit_page(request, head, CustomerForm(initial=initial, branches=branches))
    form = CustomerForm(request.POST, branches=branches)
    if not form.is_valid():
        return _edit_page(request, head, form, status=422)
    try:
        is_new = operations.change_customer(
            customer=customer,
            wanted=form.wanted(),
            branch=form.fixed_branch(),
            edition=form.cleaned_data["edition"],
            confirm=form.cleaned_data["confirm"],
            by=request.staff.actor,
        )
    except AsksFirst as asked:
        return _edit_page(request, head, form, question=asked.message, status=422)
    except Changed as changed:
        form.add_error(None, changed.message)
        return _edit_page(request, head, form, now=_found(customer), status=409)
    except Missing as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        _refuse(form, refused)
        return _edit_page(request, head, form, status=422)
    request.notices.add("success", _("Saved.") if is_new else _("It stood so already."))
    return HttpResponseRedirect(url("customer", customer), status=303)


def _edit_page(
    request: OfficeRequest,
    head: Any,
    form: CustomerForm,
    *,
    question: str = "",
    now: queries.Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form; with `now`, what stands in the meantime beside what was typed, and the edition of that."""
    context: dict[str, Any] = {"head": head, "form": form, "question": question, "now": [], "edition": ""}
    if now is not None:
        context |= {"now": _differing(form, now), "edition": now.edition}
    return page(request, f"{PLACE}customer_edit.html", context, status)


def _differing(form: CustomerForm, now: queries.Opened) -> list[list[str]]:
    """What stands now and is not what was typed, under the names of the fields."""
    typed = form.wanted() | {"branch": form.cleaned_data["branch"]}
    names = [name for name in typed if typed[name] != now.columns[name]]
    return [[str(form.fields[name].label), _said(form, name, now.columns[name])] for name in names]


def _said(form: CustomerForm, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value)) or "–"


def _found(customer: UUID) -> queries.Opened:
    found = queries.customer_to_edit(customer)
    if found is None:
        raise Http404("no such customer")
    return found


def _refuse(form: Any, refused: errors.PorticoError) -> None:
    """What the operation refuses stands at its field."""
    field = refused.field if isinstance(refused, RecordRefused) else None
    form.add_error(field if field in form.fields else None, refused.message)

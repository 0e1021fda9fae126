"""Whom the owners of an account have let in: the section of the record, and what the office does about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.customers import household as households
from portico.domain.customers import operations
from portico.domain.customers.errors import Missing
from portico.domain.customers.household import Member
from portico.domain.customers.household_rules import EVERYTHING
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.household_forms import OfficeRightsForm, initial_of, line_of
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors

MANAGE = Action.MANAGE_HOUSEHOLD


@staff_only(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: OfficeRequest, customer: UUID, member: UUID) -> HttpResponse:
    """Overrule what somebody may do, until when, and note why."""
    found = _living_or_404(customer, member)
    posted = request.POST if request.method == "POST" else None
    form = OfficeRightsForm(posted, own=EVERYTHING, initial=initial_of(found))
    if form.is_valid() and _changed(request, member, form):
        request.notices.add("success", _("What %(email)s may do was saved.") % {"email": found.email})
        return _to_section(customer)
    context: dict[str, Any] = {"head": head_or_404(customer), "line": line_of(found), "form": form}
    return page(request, "office/customers/household_member.html", context, 422 if form.is_bound else 200)


@staff_only(MANAGE)
@require_POST
def revoke(request: OfficeRequest, customer: UUID, member: UUID) -> HttpResponse:
    """End somebody's access; they are told."""
    found = _living_or_404(customer, member)
    try:
        operations.revoke_member(member=member, owner=None, by=request.staff.actor)
    except Missing as missing:
        raise Http404("no such member") from missing
    request.notices.add("success", _("%(email)s no longer reaches this customer.") % {"email": found.email})
    return _to_section(customer)


def _changed(request: OfficeRequest, member: UUID, form: OfficeRightsForm) -> bool:
    memo, by = form.cleaned_data["memo"], request.staff.actor
    try:
        operations.change_member(member=member, given=form.given, owner=None, memo=memo, by=by)
    except Missing as missing:
        raise Http404("no such member") from missing
    except errors.PorticoError as refused:
        form.add_error(None, refused.message)
        return False
    return True


def _living_or_404(customer: UUID, member: UUID) -> Member:
    listed = households.household_for_office(customer)
    found = next((one for one in listed if one.id == member and one.is_living), None)
    if found is None:
        raise Http404("no such member")
    return found


def _to_section(customer: UUID) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('customer', args=[customer])}#household")

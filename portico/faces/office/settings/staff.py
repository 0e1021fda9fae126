"""Who works in the office, and which role may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people import staff_queries, staffing
from portico.foundation.people.errors import BadMember, NoSuchMember
from portico.foundation.people.permissions import ALLOWED, Action, may
from portico.foundation.people.roles import StaffRole
from portico.foundation.people.staff_queries import MemberRow
from portico.kernel import errors

PLACE = "office/settings/"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
ROLES = [(role.value, role.label) for role in StaffRole]


class InviteForm(forms.Form):
    """Whom to invite as what."""

    email = forms.CharField(
        label=gettext_lazy("Email address"),
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": gettext_lazy("Enter an email address.")},
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, initial=StaffRole.CSR)


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES)


@staff_only(Action.MANAGE_STAFF)
@require_safe
def colleagues(request: OfficeRequest) -> HttpResponse:
    """Everybody of the office."""
    rows = [{"row": row, "role": _role(row), "standing": _standing(row)} for row in staff_queries.members()]
    return page(request, f"{PLACE}staff.html", {"rows": rows, "zone": request.brand.time_zone})


@staff_only(Action.MANAGE_STAFF)
@GET_OR_POST
def colleague_invite(request: OfficeRequest) -> HttpResponse:
    """Ask whom, then mail the link."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return page(request, f"{PLACE}staff_invite.html", {"form": form})
    if not form.is_valid():
        return page(request, f"{PLACE}staff_invite.html", {"form": form}, 422)
    given = form.cleaned_data
    try:
        staffing.invite(email=given["email"], name=given["name"], role=StaffRole(given["role"]), by=request.staff.actor)
    except BadMember as refused:
        form.add_error(refused.field or None, refused.message)
        return page(request, f"{PLACE}staff_invite.html", {"form": form}, 422)
    request.notices.add("success", _("The invitation to %(email)s is on its way.") % {"email": given["email"]})
    return HttpResponseRedirect(url("settings_staff"))


@staff_only(Action.MANAGE_STAFF)
@GET_OR_POST
def colleague(request: OfficeRequest, colleague: UUID) -> HttpResponse:
    """One person, and what an admin may do about them."""
    if request.method != "POST":
        return _page(request, colleague)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        return _page(request, colleague)
    try:
        said = act(request, colleague)
    except NoSuchMember as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        return _page(request, colleague, refused=refused.message)
    request.notices.add("success", said)
    return HttpResponseRedirect(url("settings_colleague", colleague))


def _change_role(request: OfficeRequest, member: UUID) -> str:
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise BadMember(_("Choose a role."))
    staffing.change_role(member=member, role=StaffRole(form.cleaned_data["role"]), by=request.staff.actor)
    return _("The role was changed. It counts from the next click on.")


def _resend(request: OfficeRequest, member: UUID) -> str:
    staffing.resend(member=member, by=request.staff.actor)
    return _("A new invitation is on its way; earlier links no longer work.")


def _deactivate(request: OfficeRequest, member: UUID) -> str:
    staffing.deactivate(member=member, by=request.staff.actor)
    return _("Signed out everywhere; no way in any more.")


def _reactivate(request: OfficeRequest, member: UUID) -> str:
    staffing.reactivate(member=member, by=request.staff.actor)
    return _("Can sign in again.")


def _reset_second(request: OfficeRequest, member: UUID) -> str:
    staffing.reset_second(member=member, by=request.staff.actor)
    return _("The second step was reset. The next sign-in sets it up anew.")


def _sign_out(request: OfficeRequest, member: UUID) -> str:
    staffing.sign_out(member=member, by=request.staff.actor)
    return _("Signed out everywhere.")


ACTS: dict[str, Callable[[Any, UUID], str]] = {
    "role": _change_role,
    "resend": _resend,
    "deactivate": _deactivate,
    "reactivate": _reactivate,
    "reset_second": _reset_second,
    "sign_out": _sign_out,
}


def _page(request: OfficeRequest, member: UUID, *, refused: str = "") -> HttpResponse:
    row = staff_queries.member(member)
    if row is None:
        raise Http404("no such colleague")
    context = {
        "row": row,
        "role": _role(row),
        "standing": _standing(row),
        "form": RoleForm(initial={"role": row.role}),
        "is_self": row.id == request.staff.login.public_id,
        "codes_left": staff_queries.codes_left(member),
        "refused": refused,
        "zone": request.brand.time_zone,
    }
    return page(request, f"{PLACE}colleague.html", context, 409 if refused else 200)


@staff_only(Action.MANAGE_STAFF)
@require_safe
def roles(request: OfficeRequest) -> HttpResponse:
    """The one table of who may do what, as every guard reads it."""
    rows = [{"action": action.value, "may": [may(role, action) for role in StaffRole]} for action in ALLOWED]
    return page(request, f"{PLACE}roles.html", {"rows": rows, "roles": [str(role.label) for role in StaffRole]})


def _role(row: MemberRow) -> str:
    return str(StaffRole(row.role).label)


def _standing(row: MemberRow) -> dict[str, str]:
    """How somebody stands, as a tag."""
    if not row.is_active:
        return {"text": _("Let go"), "tone": "mute"}
    if row.is_invited:
        return {"text": _("Invited"), "tone": "info"}
    if not row.has_second:
        return {"text": _("No second step yet"), "tone": "warn"}
    return {"text": _("Active"), "tone": "ok"}

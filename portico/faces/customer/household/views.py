"""Who else sees the account: the list, inviting, changing, taking back; accepting, and leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.customers import household as households
from portico.domain.customers import household_rules as rules
from portico.domain.customers import operations
from portico.domain.customers.enums import MemberState, Right
from portico.domain.customers.errors import Missing
from portico.domain.customers.household import Member
from portico.domain.customers.queries import Reach
from portico.faces.customer.identity.stepup import ask_to_confirm
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.household_forms import InviteForm, RightsForm, initial_of, line_of
from portico.faces.ui.pages import page
from portico.kernel import errors

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PLACE = "customer/household/"


@visitor_only
@require_safe
def household(request: PortalRequest) -> HttpResponse:
    """Whom one has let in, account by account, and what one was let in to."""
    visitor = request.visitor
    members, own = visitor.household(), visitor.let_in_to()
    context = {
        "accounts": [
            {"reach": reach, "lines": [line_of(one) for one in members if one.customer == reach.customer]}
            for reach in visitor.owned
        ],
        "waiting": [line_of(one) for one in own if one.state == MemberState.INVITED],
        "joined": [line_of(one) for one in own if one.is_accepted],
    }
    return page(request, f"{PLACE}household.html", context)


@visitor_only
@GET_OR_POST
def invite(request: PortalRequest) -> HttpResponse:
    """Let somebody in; asks for the password first, after the form is right."""
    given = request.POST if request.method == "POST" else request.GET
    reach = request.visitor.owned_customer(public_id(given.get("customer", "")))
    request.shell.brand = reach.brand
    places = households.places_of(reach.customer_id)
    initial = {"history": True, "book": True}
    form = InviteForm(_posted(request), own=_own(reach), places=places if len(places) > 1 else [], initial=initial)
    if form.is_valid():
        asked = ask_to_confirm(request)
        if asked is not None:
            return asked
        if _tried(form, lambda: _invite(request, reach, form)):
            return _back(
                request, _("An invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]}
            )
    context = {"form": form, "account": reach, "has_choice": len(places) > 1}
    return page(request, f"{PLACE}invite.html", context, 422 if form.is_bound else 200)


@visitor_only
@GET_OR_POST
def change(request: PortalRequest, member: UUID) -> HttpResponse:
    """What somebody may do and until when; asks for the password before it opens more."""
    found = request.visitor.member(member)
    reach = request.visitor.owned_customer(found.customer)
    request.shell.brand = found.brand
    form = RightsForm(_posted(request), own=_own(reach), initial=initial_of(found))
    form.needs_no_right = bool(found.given.rights - _own(reach))
    if form.is_valid():
        asked = ask_to_confirm(request) if _widens(form, found, reach) else None
        if asked is not None:
            return asked
        by, owner = request.visitor.actor, request.visitor.login.email
        if _tried(form, lambda: operations.change_member(member=member, given=form.given, owner=owner, by=by)):
            return _back(request, _("What %(email)s may do was saved.") % {"email": found.email})
    context = {"form": form, "line": line_of(found), "kept": sorted(found.given.rights - _own(reach))}
    return page(request, f"{PLACE}member.html", context, 422 if form.is_bound else 200)


@visitor_only
@require_POST
def resend(request: PortalRequest, member: UUID) -> HttpResponse:
    """Mail an invitation again."""
    found = request.visitor.member(member)
    owner, by = request.visitor.login.email, request.visitor.actor
    said = _("A new invitation is on its way to %(email)s.") % {"email": found.email}
    return _done(request, lambda: operations.resend_to_member(member=member, owner=owner, by=by), said)


@visitor_only
@GET_OR_POST
def revoke(request: PortalRequest, member: UUID) -> HttpResponse:
    """Take somebody's access back; asks first, on a page of its own."""
    found = request.visitor.member(member)
    if request.method != "POST":
        return page(request, f"{PLACE}revoke.html", {"line": line_of(found), "is_leaving": False})
    owner, by = request.visitor.login.email, request.visitor.actor
    said = _("%(email)s no longer sees the account.") % {"email": found.email}
    return _done(request, lambda: operations.revoke_member(member=member, owner=owner, by=by), said)


@visitor_only
@require_POST
def accept(request: PortalRequest, member: UUID) -> HttpResponse:
    """Take an invitation up that was made to the address one is signed in with."""
    found = request.visitor.own_membership(member)
    login, by = request.visitor.login, request.visitor.actor
    said = _("You can now see %(customer)s.") % {"customer": found.customer_name}
    return _done(
        request,
        lambda: operations.accept_household(member=member, email=login.email, name=login.name, by=by),
        said,
    )


@visitor_only
@GET_OR_POST
def leave(request: PortalRequest, member: UUID) -> HttpResponse:
    """Give access up, after asking; or turn an invitation down."""
    found = request.visitor.own_membership(member)
    if request.method != "POST":
        return page(request, f"{PLACE}revoke.html", {"line": line_of(found), "is_leaving": True})
    email, by = request.visitor.login.email, request.visitor.actor
    said = _("%(customer)s is no longer on your portal.") % {"customer": found.customer_name}
    return _done(request, lambda: operations.leave_household(member=member, email=email, by=by), said)


def _invite(request: PortalRequest, reach: Reach, form: InviteForm) -> None:
    operations.invite_member(
        customer=reach.customer,
        location=public_id(form.cleaned_data["location"]),
        email=form.cleaned_data["email"],
        given=form.given,
        message=form.cleaned_data["message"],
        owner=request.visitor.login.email,
        by=request.visitor.actor,
    )


def _own(reach: Reach) -> frozenset[Right]:
    """What the owner may give: what is theirs by the record, not by somebody's invitation."""
    return frozenset(right for grant in reach.grants if grant.is_whole for right in grant.rights)


def _widens(form: RightsForm, found: Member, reach: Reach) -> bool:
    return rules.widens(rules.within(form.given, own=_own(reach), before=found.given), found.given)


def _posted(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _tried(form: RightsForm, operation: Callable[[], object]) -> bool:
    """Whether it was done; why not is said above the form, which keeps what was typed."""
    try:
        operation()
    except Missing as missing:
        raise Http404 from missing
    except errors.PorticoError as refused:
        form.add_error("email" if "email" in form.fields else None, refused.message)
        return False
    return True


def _done(request: PortalRequest, operation: Callable[[], object], said: str) -> HttpResponse:
    try:
        operation()
    except Missing as missing:
        raise Http404 from missing
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
        return HttpResponseRedirect(reverse("household"))
    return _back(request, said)


def _back(request: PortalRequest, said: str) -> HttpResponse:
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse("household"))

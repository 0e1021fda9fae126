"""The pages that mailed links lead to. Looking changes nothing; whatever they do takes a POST."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portico.domain.customers import operations as customers
from portico.domain.customers import queries
from portico.domain.customers.errors import AlreadyRegistered, CodeNeeded
from portico.faces.customer.closed import closed_page, is_closed_to, while_open
from portico.faces.customer.identity.signing import welcome
from portico.faces.ui.guards import open_to_all
from portico.faces.ui.headers import without_referrer
from portico.faces.ui.pages import page
from portico.faces.ui.people_forms import (
    CodeForm,
    NewPasswordForm,
    ProveForm,
    RegisterForm,
    SureForm,
    bare,
    browser_of,
    refused,
)
from portico.foundation.people import addresses, onetime, operations
from portico.foundation.people.browser import take_cookie
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.middleware import noting
from portico.foundation.people.onetime import FoundLink, LinkSpent, LinkState, WrongCode
from portico.foundation.people.passwords import Unfit
from portico.kernel import errors

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
PLACE = "customer/identity/"
INVITATION, RESET, CHANGE, UNDO = (
    f"{PLACE}{name}.html" for name in ("invitation", "password_reset", "email_change", "email_undo")
)


@open_to_all
@noting
@without_referrer
@while_open
@GET_OR_POST
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = queries.invitation_page(token)
    if found is None:
        bare(request)
        return _spent(request, "invitation")
    if is_closed_to(request, found.link.email):
        return closed_page(request)
    bare(request, found.brand)
    if request.method == "POST" and request.POST.get("act") == "new_link":
        return _mail_new_link(request, token)
    if found.is_enrolled:
        return page(request, f"{PLACE}already.html", {"email": found.link.email, "invited_by": found.invited_by})
    if found.link.state != LinkState.VALID:
        return page(request, f"{PLACE}invitation_spent.html", {"is_sent": False}, status=410)
    if request.method == "POST":
        return _register(request, token, found.link)
    if request.method == "GET":
        onetime.note_opened(link_id=found.link.id)
    return _invitation_page(request, found.link, _form_of(found.link)())


def _register(request: HttpRequest, token: str, link: FoundLink) -> HttpResponse:
    if request.POST.get("act") == "send_code":
        return _mail_code(request, token, link)
    form = _form_of(link)(request.POST)
    if not form.is_valid():
        return _invitation_page(request, link, form, status=422)
    try:
        signed_in = customers.register(token=token, browser=browser_of(request), **form.cleaned_data)
    except AlreadyRegistered:
        return page(request, f"{PLACE}already.html", {"email": link.email, "invited_by": ""})
    except LinkSpent:
        return page(request, f"{PLACE}invitation_spent.html", {"is_sent": False}, status=410)
    except errors.PorticoError as error:
        return refused(request, INVITATION, form, error, field=_field(error), **_about(link, is_code_sent=True))
    return welcome(request, signed_in)


def _mail_code(request: HttpRequest, token: str, link: FoundLink) -> HttpResponse:
    try:
        customers.send_code(token=token, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
    except errors.PorticoError as error:
        form = CodeForm(request.POST)
        return refused(request, INVITATION, form, error, **_about(link, is_code_sent=link.has_code))
    form = CodeForm(initial={"name": request.POST.get("name", "")})
    return page(request, INVITATION, {"form": form, **_about(link, is_code_sent=True)})


def _mail_new_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        customers.ask_for_new_link(token=token, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
    except errors.PorticoError as error:
        return refused(request, f"{PLACE}invitation_spent.html", SureForm({"is_sure": "on"}), error, is_sent=False)
    return page(request, f"{PLACE}invitation_spent.html", {"is_sent": True})


def _invitation_page(request: HttpRequest, link: FoundLink, form: RegisterForm, status: int = 200) -> HttpResponse:
    return page(request, INVITATION, {"form": form, **_about(link, is_code_sent=link.has_code)}, status=status)


def _about(link: FoundLink, *, is_code_sent: bool) -> dict[str, Any]:
    needs_code = link.purpose == LinkPurpose.COPIED_INVITATION
    return {"email": link.email, "needs_code": needs_code, "is_code_sent": needs_code and is_code_sent}


def _form_of(link: FoundLink) -> type[RegisterForm]:
    return CodeForm if link.purpose == LinkPurpose.COPIED_INVITATION else RegisterForm


def _field(error: errors.PorticoError) -> str | None:
    if isinstance(error, WrongCode | CodeNeeded):
        return "code"
    return "password" if isinstance(error, Unfit) else None


@open_to_all
@without_referrer
@while_open
@GET_OR_POST
def password_reset(request: HttpRequest, token: str) -> HttpResponse:
    link = operations.reset_link(side=Side.CUSTOMER, token=token)
    _speak_as_the_mail(request, link)
    if link is None:
        return _spent(request, "reset")
    form = NewPasswordForm(request.POST) if request.method == "POST" else NewPasswordForm()
    if request.method != "POST":
        return page(request, RESET, {"form": form})
    if not form.is_valid():
        return refused(request, RESET, form)
    try:
        operations.reset_password(
            side=Side.CUSTOMER,
            token=token,
            password=form.cleaned_data["password"],
            ip_prefix=request.ip_prefix,  # type: ignore[attr-defined]
        )
    except LinkSpent:
        return _spent(request, "reset")
    except errors.PorticoError as error:
        return refused(request, RESET, form, error, field=_field(error))
    return _signed_out(request, "password")


@open_to_all
@without_referrer
@while_open
@GET_OR_POST
def email_change(request: HttpRequest, token: str) -> HttpResponse:
    link = onetime.find_link(token, LinkPurpose.EMAIL_CHANGE)
    _speak_as_the_mail(request, link)
    if link is None or link.state != LinkState.VALID:
        return _spent(request, None)
    context = {"email": link.email, **_prover(request, link)}
    proof = ProveForm if context["has_password"] else forms.Form
    form = proof(request.POST) if request.method == "POST" else proof()
    if request.method != "POST":
        return page(request, CHANGE, {"form": form, **context})
    if not form.is_valid():
        return refused(request, CHANGE, form, **context)
    try:
        addresses.confirm_change(
            token=token,
            password=form.cleaned_data.get("password", ""),
            signed_in=context["signed_in"],
            browser=browser_of(request),
        )
    except LinkSpent:
        return _spent(request, None)
    except errors.PorticoError as error:
        return refused(request, CHANGE, form, error, **context)
    return _signed_out(request, "email")


def _prover(request: Any, link: FoundLink) -> dict[str, Any]:
    """How the owner of the link can show who they are: the password, or being signed in."""
    session = request.entry.session
    is_owner = session is not None and session.login.id == link.login_id
    return {
        "has_password": addresses.has_password(link),
        "signed_in": session.login.public_id if is_owner else None,
        "here": request.path,
    }


@open_to_all
@without_referrer
@while_open
@GET_OR_POST
def email_undo(request: HttpRequest, token: str) -> HttpResponse:
    link = onetime.find_link(token, LinkPurpose.EMAIL_UNDO)
    _speak_as_the_mail(request, link)
    if link is None or link.state != LinkState.VALID:
        return _spent(request, None)
    form = SureForm(request.POST) if request.method == "POST" else SureForm()
    if request.method != "POST":
        return page(request, UNDO, {"form": form, "email": link.email})
    if not form.is_valid():
        return refused(request, UNDO, form, email=link.email)
    try:
        addresses.undo_change(token=token, ip_prefix=request.ip_prefix)  # type: ignore[attr-defined]
    except LinkSpent:
        return _spent(request, None)
    except errors.PorticoError as error:
        return refused(request, UNDO, form, error, email=link.email)
    return _signed_out(request, "undone")


def _speak_as_the_mail(request: HttpRequest, link: FoundLink | None) -> None:
    """Wear the brand of the person's branch, as the mail did that brought the link; else the company's."""
    bare(request, queries.brand_of_login(link.login_id) if link is not None and link.login_id else None)


def _spent(request: HttpRequest, what: str | None) -> HttpResponse:
    return page(request, f"{PLACE}spent.html", {"what": what or "", "text": onetime.spent().message}, status=410)


def _signed_out(request: HttpRequest, what: str) -> HttpResponse:
    """Done, and every browser is signed out: this one too."""
    response = page(request, f"{PLACE}done.html", {"what": what})
    take_cookie(response, Side.CUSTOMER)
    return response

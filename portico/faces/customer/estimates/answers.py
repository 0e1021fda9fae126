"""Other answers than yes: declining, asking, asking for a new estimate, taking an approval back; and the proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.estimates import words
from portico.domain.estimates.errors import MissingApproval, MissingEstimate, OfferClosed, UndoBarred
from portico.domain.estimates.operations import asking, declining, undoing
from portico.domain.estimates.queries import proofs
from portico.domain.estimates.queries.portal_page import ProposalPage, Standing
from portico.faces.customer.estimates.accepted import undo_bar
from portico.faces.customer.estimates.answer_forms import AskForm, DeclineForm, RenewForm
from portico.faces.customer.estimates.proposal import PLACE, head_of
from portico.faces.customer.estimates.words import limit_of
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import errors

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@visitor_only
@GET_OR_POST
def decline(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """Say no to every option that waits, with a reason or without."""
    found = _found(request, estimate)
    _require_right(request, found)
    if not found.waiting and request.method != "POST":
        return _to_page(estimate)
    form = DeclineForm(_posted(request), reasons=found.reasons)
    context = head_of(found) | {"form": form, "count": len(found.waiting)}
    return _answer(
        request,
        found,
        form,
        context,
        template="decline",
        act=lambda: declining.decline(estimate=found.asked, reason=form.said, by=request.visitor.actor),
        said=_("You declined. The office knows."),
    )


@visitor_only
@GET_OR_POST
def ask(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """Ask about the estimate or a line of it; the answer comes by mail and stays on its page."""
    found = _found(request, estimate)
    form = AskForm(_posted(request), found=found)
    return _answer(
        request,
        found,
        form,
        head_of(found) | {"form": form},
        template="ask",
        act=lambda: asking.ask(
            estimate=form.estimate, item=form.line, text=form.cleaned_data["text"], by=request.visitor.actor
        ),
        said=_("Your question is with the office. The answer comes by mail, and it stays here."),
    )


@visitor_only
@GET_OR_POST
def renew(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """Ask for a new estimate in place of an expired one."""
    found = _found(request, estimate)
    expired = found.first(Standing.EXPIRED)
    if expired is None:
        return _to_page(estimate)
    form = RenewForm(_posted(request))
    return _answer(
        request,
        found,
        form,
        head_of(found) | {"form": form},
        template="renew",
        act=lambda: asking.ask_renewal(estimate=expired.id, text=form.cleaned_data["text"], by=request.visitor.actor),
        said=_("The office knows that you would like a new estimate. You get it by mail."),
    )


@visitor_only
@GET_OR_POST
def undo(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """Take an approval back, after asking; all options wait again."""
    found = _found(request, estimate)
    _require_right(request, found)
    accepted = found.accepted
    if accepted is None or accepted.signed is None:
        return _to_page(estimate)
    signed, bar = accepted.signed, undo_bar(request.visitor, found)
    if bar is not None and request.method != "POST":
        told = {"message": words.UNDO_BAR[bar], "href": url("estimate", estimate)}
        return page(request, f"{PLACE}answered.html", head_of(found) | told, 409)
    form = forms.Form(_posted(request))
    context = head_of(found) | {"form": form, "option": accepted}
    return _answer(
        request,
        found,
        form,
        context,
        template="undo",
        act=lambda: undoing.undo(approval=UUID(signed.id), by=request.visitor.actor),
        said=_("Your approval is taken back. Nothing is ordered, and you can choose again."),
    )


@visitor_only
@require_safe
def proof(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """The signed copy as PDF, for readers with prices."""
    found = request.visitor.priced_estimate(estimate)
    signed = found.accepted.signed if found.accepted else None
    content = proofs.paper_of(approval=UUID(signed.id)) if signed else None
    if content is None or found.accepted is None:
        raise Http404
    name = f"estimate-{found.accepted.number}-approved.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _found(request: PortalRequest, estimate: UUID) -> ProposalPage:
    found = request.visitor.estimate(estimate)
    request.shell.brand = found.brand
    if found.option.standing == Standing.WITHDRAWN:
        raise Http404
    return found


def _require_right(request: PortalRequest, found: ProposalPage) -> None:
    """Who may approve nothing here may not say no either."""
    if limit_of(request.visitor, found) == 0:
        raise Http404


def _answer(
    request: PortalRequest,
    found: ProposalPage,
    form: forms.Form,
    context: dict[str, Any],
    *,
    template: str,
    act: Callable[[], object],
    said: str,
) -> HttpResponse:
    """The form, or back to the estimate when it was done; what is refused keeps what was typed."""
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            act()
        except (MissingEstimate, MissingApproval) as missing:
            raise Http404 from missing
        except (OfferClosed, UndoBarred) as closed:
            href = url("estimate", found.asked)
            return page(request, f"{PLACE}answered.html", context | {"message": closed.message, "href": href}, 409)
        except errors.PorticoError as refused:
            form.add_error(None, refused.message)
            status = 429 if isinstance(refused, TooManyTries) else 422
        else:
            request.notices.add("success", said)
            return _to_page(found.asked)
    return page(request, f"{PLACE}{template}.html", context, status)


def _to_page(estimate: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("estimate", args=[estimate]), status=303)


def _posted(request: PortalRequest) -> Any:
    return request.POST if request.method == "POST" else None

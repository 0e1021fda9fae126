"""Sending, withdrawing, and answering questions."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from portico.domain.estimates.errors import MissingEstimate, MissingMessage
from portico.domain.estimates.operations import asking, sending, withdrawing
from portico.domain.estimates.queries import office
from portico.faces.office.estimates.done import WAYS, back_to, done_or_told
from portico.faces.office.estimates.forms import AnswerForm, SendForm
from portico.faces.office.estimates.page import found_or_404, show
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.foundation.people.permissions import Action
from portico.kernel import errors


@staff_only(Action.EDIT_ESTIMATE)
@WAYS
def send(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Open it for the customer by mail; whoever opens the address goes back to the estimate."""
    row = found_or_404(estimate)
    if request.method != "POST":
        return back_to(estimate)
    emails = office.recipients(customer_key=row["customer_key"], location_key=row["location_key"])
    form = SendForm(request.POST, emails=emails)
    if not form.is_valid():
        return show(request, row, send_form=form, status=422)
    try:
        sending.send(estimate=estimate, **form.cleaned_data, by=request.staff.actor)
    except MissingEstimate as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        form.add_error(None, refused.message)
        return show(request, row, send_form=form, status=409 if isinstance(refused, errors.Conflict) else 422)
    told = _("Estimate %(number)s is on its way to %(emails)s.")
    emails_told = ", ".join(form.cleaned_data["to_emails"])
    request.notices.add("success", told % {"number": row["number"], "emails": emails_told})
    return back_to(estimate)


@staff_only(Action.EDIT_ESTIMATE)
@WAYS
def withdraw(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """No longer offer it."""
    row = found_or_404(estimate)
    told = _("Estimate %(number)s is no longer offered.") % {"number": row["number"]}
    return done_or_told(
        request, estimate, lambda: withdrawing.withdraw(estimate=estimate, by=request.staff.actor), told=told
    )


@staff_only(Action.EDIT_ESTIMATE)
@WAYS
def answer(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Answer a question of this estimate."""
    row = found_or_404(estimate)
    if request.method != "POST":
        return back_to(estimate)
    form = AnswerForm(request.POST)
    if form.data.get("question") not in [message["id"] for message in row["messages"]]:
        raise Http404("no such question")
    if not form.is_valid():
        return show(request, row, answer_form=form, status=422)
    try:
        asking.answer(
            message=UUID(form.cleaned_data["question"]), text=form.cleaned_data["text"], by=request.staff.actor
        )
    except MissingMessage as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        form.add_error("text", refused.message)
        return show(request, row, answer_form=form, status=422)
    request.notices.add("success", _("The answer is on its way."))
    return back_to(estimate)

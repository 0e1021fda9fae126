"""Moving and canceling a visit for its customer: the company's policy is told, and does not bind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portico.domain.booking.errors import Busy, MissingPlace, MissingVisit, NotChangeable, NotOffered, SlotTaken
from portico.domain.booking.operations import changing
from portico.domain.booking.queries.available import Availability, available_for_move
from portico.domain.booking.queries.standing import ChangeTerms, change_terms
from portico.domain.booking.rules import Hindrance
from portico.domain.capacity.enums import Channel
from portico.domain.jobs.queries.office_visits import OfficeVisit, office_visit
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui import slots
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats

PLACE = "office/booking/"
CONFIRM = "confirm"
MOST_LETTERS = 1000
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])
REFUSALS = (NotChangeable, NotOffered, MissingPlace)


class ReasonForm(forms.Form):
    """Why a visit is canceled; the customer's mail says so."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it canceled?"),
        help_text=gettext_lazy("The customer reads this in the mail."),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write a few words, such as “The part has not arrived”.")},
    )


@staff_only(Action.BOOK_VISIT)
@GET_OR_POST
def appointment_move(request: OfficeRequest, appointment: UUID) -> HttpResponse:
    """Every time that can be kept; then what will be written to the customer; then it is moved."""
    visit, terms = _found(appointment)
    if not visit.may_change:
        return _barred(request, visit, status=200 if request.method != "POST" else 409)
    slot = slots.chosen(request.POST) if request.method == "POST" else None
    if slot is None:
        return _choose(request, visit, terms)
    if request.POST.get("step") == CONFIRM:
        return _move(request, visit, terms, slot)
    chosen = next((one for one in _available(request, visit).open if (one.day, one.window_id) == slot), None)
    if chosen is None:
        return _choose(request, visit, terms, refused=SlotTaken.now(), status=409)
    context = _context(visit, terms) | {
        "slot": slots.value_of(chosen),
        "new_day": formats.long_day(chosen.day),
        "new_window": formats.window(chosen.starts_at, chosen.ends_at, visit.time_zone),
    }
    return page(request, f"{PLACE}move_check.html", context)


@staff_only(Action.BOOK_VISIT)
@GET_OR_POST
def appointment_cancel(request: OfficeRequest, appointment: UUID) -> HttpResponse:
    """With a reason; the customer is written to, and the time is free at once."""
    visit, terms = _found(appointment)
    if not visit.may_change:
        return _barred(request, visit, status=200 if request.method != "POST" else 409)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = _context(visit, terms) | {"form": form}
        return page(request, f"{PLACE}cancel.html", context, 422 if form.is_bound else 200)
    reason = form.cleaned_data["reason"].strip()
    try:
        changing.cancel(appointment=appointment, reason=reason, accepts_late_fee=False, by=request.staff.actor)
    except REFUSALS:
        return _barred(request, visit, status=409)
    except MissingVisit as missing:
        raise Http404 from missing
    request.notices.add("success", _("The visit is canceled, and the customer is written to."))
    return HttpResponseRedirect(_job_page(visit), status=303)


def _move(request: OfficeRequest, visit: OfficeVisit, terms: ChangeTerms, slot: tuple[Any, int]) -> HttpResponse:
    try:
        changing.move(appointment=visit.id, day=slot[0], window_id=slot[1], by=request.staff.actor)
    except (SlotTaken, Busy) as refused:
        return _choose(request, visit, terms, refused=refused, status=409)
    except REFUSALS:
        return _barred(request, visit, status=409)
    except MissingVisit as missing:
        raise Http404 from missing
    request.notices.add("success", _("The visit is moved. The customer gets a mail with the new calendar entry."))
    return HttpResponseRedirect(_job_page(visit), status=303)


def _choose(
    request: OfficeRequest,
    visit: OfficeVisit,
    terms: ChangeTerms,
    *,
    refused: errors.PorticoError | None = None,
    status: int = 200,
) -> HttpResponse:
    found = _available(request, visit)
    told = slots.listed(found, url("office_appointment_move", visit.id), refused)
    return page(request, f"{PLACE}move.html", _context(visit, terms) | told | {"refused": refused}, status)


def _available(request: OfficeRequest, visit: OfficeVisit) -> Availability:
    """What can be kept besides its own time."""
    first = slots.first_day(request.GET, visit.time_zone)
    found = available_for_move(appointment=visit.id, first=first, channel=Channel.STAFF)
    if found is None:
        raise Http404
    now = visit.starts_at, visit.ends_at
    return replace(found, windows=tuple(one for one in found.windows if (one.starts_at, one.ends_at) != now))


def _found(appointment: UUID) -> tuple[OfficeVisit, ChangeTerms]:
    visit, terms = office_visit(appointment), change_terms(appointment=appointment)
    if visit is None or terms is None:
        raise Http404
    return visit, terms


def _barred(request: OfficeRequest, visit: OfficeVisit, *, status: int) -> HttpResponse:
    return page(request, f"{PLACE}barred.html", {"visit": visit, "back_href": _job_page(visit)}, status)


def _context(visit: OfficeVisit, terms: ChangeTerms) -> dict[str, Any]:
    local = formats.as_local(visit.starts_at, visit.time_zone)
    return {
        "visit": visit,
        "zone": visit.time_zone,
        "day": formats.long_day(local.date()),
        "back_href": _job_page(visit),
        "move_policy": _policy(terms.move),
        "cancel_policy": _policy(terms.cancel) or _late(terms),
    }


def _job_page(visit: OfficeVisit) -> str:
    return url("office_job", visit.customer, visit.job)


def _policy(hindrance: Hindrance | None) -> str:
    """What the customer would be told who did it in the portal."""
    match hindrance:
        case None:
            return ""
        case Hindrance.LATE:
            return _("The customer could not do this online any more: it is too short before the visit.")
        case Hindrance.OFTEN:
            return _("The customer could not do this online any more: it was moved as often as the policy allows.")
        case Hindrance.SEVERAL:
            return _("The customer could not do this online: the visit is one of several of the job.")
        case _:
            return _("The customer could not do this online: the job type or the visit does not allow it.")


def _late(terms: ChangeTerms) -> str:
    if not terms.is_late or not terms.late_fee_text:
        return ""
    return _("In the portal the customer would agree to this: %(text)s") % {"text": terms.late_fee_text}

"""Moving and canceling a visit under the company's policy; who cannot is told why, with the number to call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.booking.errors import Busy, MissingVisit, NotChangeable, NotOffered, SlotTaken, TooLate
from portico.domain.booking.operations import changing
from portico.domain.booking.queries.available import Availability, available_for_move
from portico.domain.booking.queries.standing import ChangeTerms, change_terms
from portico.domain.booking.rules import Hindrance
from portico.domain.jobs.queries.visits import VisitPage
from portico.faces.customer.booking.forms import CancelForm
from portico.faces.customer.booking.windows import listed
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui import slots
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import errors, formats

PLACE = "customer/booking/"
CONFIRM = "confirm"
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@visitor_only
@GET_OR_POST
def appointment_move(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """Every other time that is open; the old one is kept until the new one is confirmed."""
    visit, terms = _found(request, appointment)
    if terms.move is not None:
        return _barred(
            request, visit, _why(terms.move, terms.move_cutoff), status=200 if request.method != "POST" else 409
        )
    slot = slots.chosen(request.POST) if request.method == "POST" else None
    if slot is None:
        return _choose(request, visit)
    if request.POST.get("step") == CONFIRM:
        return _move(request, visit, slot)
    chosen = next((one for one in _available(request, visit).open if (one.day, one.window_id) == slot), None)
    if chosen is None:
        return _choose(request, visit, refused=SlotTaken.now(), status=409)
    context = _context(visit) | {
        "slot": slots.value_of(chosen),
        "new_day": formats.long_day(chosen.day),
        "new_window": formats.window(chosen.starts_at, chosen.ends_at, visit.brand.time_zone),
    }
    return page(request, f"{PLACE}move_check.html", context)


@visitor_only
@GET_OR_POST
def appointment_cancel(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """Say why, and agree to the late fee where it is late; nobody comes then."""
    visit, terms = _found(request, appointment)
    if terms.cancel is not None:
        return _barred(
            request, visit, _why(terms.cancel, terms.cancel_cutoff), status=200 if request.method != "POST" else 409
        )
    form = CancelForm(request.POST if request.method == "POST" else None, is_late=terms.is_late)
    if not form.is_valid():
        context = _context(visit) | {"form": form, "late_fee_text": terms.late_fee_text if terms.is_late else ""}
        return page(request, f"{PLACE}cancel.html", context, 422 if form.is_bound else 200)
    try:
        changing.cancel(
            appointment=appointment,
            reason=form.cleaned_data["reason"].strip(),
            accepts_late_fee=bool(form.cleaned_data.get("accepts_late_fee")),
            by=request.visitor.actor,
        )
    except (TooLate, NotChangeable) as refused:
        return _barred(request, visit, refused.message, status=409)
    except MissingVisit as missing:
        raise Http404 from missing
    request.notices.add("success", _("Your visit is canceled. A mail confirms it."))
    return HttpResponseRedirect(url("appointments" if request.visitor.may_open("appointments") else "home"), status=303)


def _move(request: PortalRequest, visit: VisitPage, slot: tuple[Any, int]) -> HttpResponse:
    try:
        changing.move(appointment=visit.id, day=slot[0], window_id=slot[1], by=request.visitor.actor)
    except (SlotTaken, Busy) as refused:
        return _choose(request, visit, refused=refused, status=409)
    except (TooLate, NotChangeable, NotOffered) as refused:
        return _barred(request, visit, refused.message, status=409)
    except MissingVisit as missing:
        raise Http404 from missing
    request.notices.add("success", _("Your visit is moved. A mail with the new calendar entry is on its way to you."))
    return HttpResponseRedirect(_after(request, visit), status=303)


def _choose(
    request: PortalRequest, visit: VisitPage, *, refused: errors.PorticoError | None = None, status: int = 200
) -> HttpResponse:
    found = _available(request, visit)
    address = url("appointment_move", visit.id)
    context = _context(visit) | {"refused": refused} | listed(found, address, refused)
    return page(request, f"{PLACE}move.html", context, status)


def _available(request: PortalRequest, visit: VisitPage) -> Availability:
    """What is open besides its own time."""
    found = available_for_move(appointment=visit.id, first=slots.first_day(request.GET, visit.brand.time_zone))
    if found is None:
        raise Http404
    now = visit.starts_at, visit.ends_at
    return replace(found, windows=tuple(one for one in found.windows if (one.starts_at, one.ends_at) != now))


def _found(request: PortalRequest, appointment: UUID) -> tuple[VisitPage, ChangeTerms]:
    visit = request.visitor.changeable_visit(appointment)
    request.shell.brand = visit.brand
    terms = change_terms(appointment=appointment)
    if terms is None:
        raise Http404
    return visit, terms


def _barred(request: PortalRequest, visit: VisitPage, why: str, *, status: int) -> HttpResponse:
    return page(request, f"{PLACE}barred.html", _context(visit) | {"why": why}, status)


def _why(hindrance: Hindrance, cutoff: timedelta) -> str:
    match hindrance:
        case Hindrance.LATE:
            hours = int(cutoff.total_seconds() // 3600)
            return _("Visits can be changed online until %(hours)s hours before. Call us to change this one.") % {
                "hours": hours
            }
        case Hindrance.OFTEN:
            return _("This visit was moved as often as it can be online. Call us to move it again.")
        case Hindrance.SEVERAL:
            return _("This visit belongs to others of the same job. Call us to change it.")
        case _:
            return _("This visit can no longer be changed online. Call us to change it.")


def _context(visit: VisitPage) -> dict[str, Any]:
    zone = visit.brand.time_zone
    local = formats.as_local(visit.starts_at, zone)
    return {"visit": visit, "zone": zone, "zone_name": local.tzname() or "", "day": formats.long_day(local.date())}


def _after(request: PortalRequest, visit: VisitPage) -> str:
    return url("appointment", visit.id) if request.visitor.may_open("appointment") else url("home")

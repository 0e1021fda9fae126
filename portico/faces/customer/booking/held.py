"""The last steps: who is asked for, everything once more, and the booking."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.booking.enums import HoldState
from portico.domain.booking.errors import (
    AlreadyBooked,
    Busy,
    CallToBook,
    HoldOver,
    KeyReused,
    MissingHold,
    MissingPlace,
    NotOffered,
    SlotTaken,
    TooManyBookings,
    TooManyHolds,
)
from portico.domain.booking.operations import booking, holding, photos
from portico.domain.booking.operations.errands import Errand
from portico.domain.booking.queries.portal import HeldWindow
from portico.domain.booking.queries.wishes import wish_of
from portico.domain.capacity import question_rules
from portico.faces.customer import carried
from portico.faces.customer.booking.errand import DUE, ESTIMATE
from portico.faces.customer.booking.forms import CONSENT, DetailsForm
from portico.faces.customer.booking.photos import change_photos
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui import slots
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.faces.ui.questions import PREFIX
from portico.kernel import clock, errors, formats, ids

PLACE = "customer/booking/"
CHECK, CONFIRM = "check", "confirm"
TYPED = "typed"
REFUSALS = (AlreadyBooked, Busy, TooManyBookings, TooManyHolds, NotOffered, CallToBook, KeyReused)


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def booking_held(request: PortalRequest, hold: UUID) -> HttpResponse:
    """Details, the check page, and the confirmation: one address, and what was typed goes along."""
    found = request.visitor.held_window(hold)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if found.state == HoldState.CONSUMED and step != CONFIRM:
        return _to_booked(request, found)
    if request.method != "POST":
        return _look(request, found)
    if step not in {CHECK, CONFIRM}:
        return _form(request, found, DetailsForm(initial=_initial(request) | request.POST.dict()))
    form = DetailsForm(request.POST, request.FILES)
    if step == CHECK:
        found = change_photos(request, found, form)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    return _to_check(request, found, form) if step == CHECK else _confirm(request, found, form)


def _look(request: PortalRequest, found: HeldWindow) -> HttpResponse:
    """The check page, where the address carries what was typed; else the details."""
    typed = carried.opened(request.GET.get(TYPED, ""), bound_to=_bound_to(request, found))
    form = DetailsForm(typed) if typed else DetailsForm(initial=_initial(request))
    if not typed or not form.is_valid():
        return _form(request, found, form)
    return _check(request, found, form)


def _to_check(request: PortalRequest, found: HeldWindow, form: DetailsForm) -> HttpResponse:
    """The check page under an address of its own: Back and reload send no form again. Long notes stay in the form.

    Going there keeps the time a little longer.
    """
    with suppress(HoldOver):  # one that is over is booked all the same where it is still free
        holding.extend(hold=found.id, customer_id=found.customer_key, by=request.visitor.actor)
    typed = {name: request.POST[name] for name in form.fields if name in request.POST}
    part = carried.sealed(typed, bound_to=_bound_to(request, found))
    if not part:
        return _check(request, request.visitor.held_window(found.id), form)
    unit = {"unit": _unit(request)} if _unit(request) else {}
    return HttpResponseRedirect(url("booking_held", found.id, query=unit | {TYPED: part}), status=303)


def _to_booked(request: PortalRequest, found: HeldWindow) -> HttpResponse:
    """Whoever comes back to a form that was sent finds the visit."""
    request.notices.add("info", _("This visit is booked."))
    if found.visit and request.visitor.may_open("appointment"):
        return HttpResponseRedirect(url("appointment", found.visit), status=303)
    return HttpResponseRedirect(url("appointments" if request.visitor.may_open("appointments") else "home"), status=303)


def _bound_to(request: PortalRequest, found: HeldWindow) -> str:
    return f"{request.visitor.login.public_id} {found.id}"


@visitor_only
@require_POST
def booking_another(request: PortalRequest, hold: UUID) -> HttpResponse:
    """Another time instead of the one that was taken: held, and straight back to the check page."""
    found = request.visitor.held_window(hold)
    slot, form = slots.chosen(request.POST), DetailsForm(request.POST)
    if slot is None or not form.is_valid():
        return HttpResponseRedirect(_start_again(request, found), status=303)
    try:
        held = holding.hold(
            customer_id=found.customer_key,
            location_id=found.location_key,
            job_type_id=found.job_type_key,
            answers=found.answers,
            day=slot[0],
            window_id=slot[1],
            by=request.visitor.actor,
            errand=Errand(found.service_event_key, found.estimate_key),
        )
    except (SlotTaken, *REFUSALS) as refused:
        return _taken(request, found, form, refused)
    except MissingPlace as missing:
        raise Http404 from missing
    photos.hand_on(hold=found.id, to=held.id, customer_id=found.customer_key)
    return _to_check(request, request.visitor.held_window(held.id), form)


@visitor_only
@require_POST
def booking_release(request: PortalRequest, hold: UUID) -> HttpResponse:
    """Let the time go and choose again; the answers stay."""
    found = request.visitor.held_window(hold)
    try:
        holding.release(hold=hold, customer_id=found.customer_key, by=request.visitor.actor)
    except MissingHold as missing:
        raise Http404 from missing
    return HttpResponseRedirect(_start_again(request, found), status=303)


def _form(request: PortalRequest, found: HeldWindow, form: DetailsForm, *, status: int = 200) -> HttpResponse:
    return page(request, f"{PLACE}details.html", _context(request, found, form), status)


def _check(request: PortalRequest, found: HeldWindow, form: DetailsForm) -> HttpResponse:
    """Everything once more."""
    context = _context(request, found, form) | _agreed(found)
    return page(request, f"{PLACE}check.html", context)


def _confirm(request: PortalRequest, found: HeldWindow, form: DetailsForm) -> HttpResponse:
    try:
        booked = booking.confirm(
            hold=found.id,
            customer_id=found.customer_key,
            key=form.cleaned_data["key"],
            details=_details(request, form),
            by=request.visitor.actor,
        )
    except HoldOver as over:
        return _taken(request, found, form, over)
    except (SlotTaken, *REFUSALS) as refused:
        return _taken(request, found, form, refused)
    except (MissingHold, MissingPlace) as missing:
        raise Http404 from missing
    request.notices.add("success", _("Your visit is booked. A mail with a calendar entry is on its way to you."))
    if request.visitor.may_open("appointment"):
        return HttpResponseRedirect(url("appointment", booked.appointment), status=303)
    return HttpResponseRedirect(url("home"), status=303)


def _details(request: PortalRequest, form: DetailsForm) -> booking.Details:
    given = form.cleaned_data
    unit = public_id(request.POST.get("unit", ""))
    return booking.Details(
        name=given["name"],
        phone=given["phone"],
        email=request.visitor.login.email,
        notes=given["notes"].strip(),
        consent=str(CONSENT) if given["consent"] else "",
        unit_id=request.visitor.unit(unit).key if unit else None,
    )


def _taken(request: PortalRequest, found: HeldWindow, form: DetailsForm, refused: errors.PorticoError) -> HttpResponse:
    """What was chosen cannot be had: everything typed is kept, and the nearest times stand here."""
    offers = refused.offers if isinstance(refused, SlotTaken) else []
    context = _context(request, found, form) | {
        "message": refused.message,
        "nearest": slots.by_day(offers, found.brand.time_zone),
        "again": _start_again(request, found),
    }
    return page(request, f"{PLACE}taken.html", context, 409)


def _context(request: PortalRequest, found: HeldWindow, form: DetailsForm) -> dict[str, Any]:
    request.shell.brand = found.brand
    zone = found.brand.time_zone
    local, until = formats.as_local(found.starts_at, zone), formats.as_local(found.expires_at, zone)
    is_kept = found.state == HoldState.LIVE and found.expires_at > clock.real_now()
    return {
        "held": found,
        "form": form,
        "unit": _unit(request),
        "zone": zone,
        "zone_name": local.tzname() or "",
        "day": formats.long_day(local.date()),
        "kept_until": formats.clock_time(until) if is_kept else "",
        "back_href": _start_again(request, found),
    }


def _agreed(found: HeldWindow) -> dict[str, Any]:
    """The answers in words, and the company's text about late cancellations."""
    wish = wish_of(
        customer_id=found.customer_key,
        location_id=found.location_key,
        job_type_id=found.job_type_key,
        answers=found.answers,
    )
    terms = wish.terms if wish else None
    return {
        "answers": question_rules.told(terms.job_type, found.answers) if terms else [],
        "late_fee_text": terms.policy.late_fee_text if terms else "",
        "fee_text": terms.job_type.fee_text if terms else "",
    }


def _initial(request: PortalRequest) -> dict[str, Any]:
    return {"name": request.visitor.login.name, "key": ids.new_secret()}


def _start_again(request: PortalRequest, found: HeldWindow) -> str:
    """The windows of the same visit: its answers and its unit stay."""
    kept = {PREFIX + name: value for name, value in found.answers.items()} | {"asked": "1"}
    more = {"unit": _unit(request), DUE: found.service_event, ESTIMATE: found.estimate}
    kept |= {name: value for name, value in more.items() if value}
    return url("booking_windows", found.location, found.job_type, query=kept)


def _unit(request: PortalRequest) -> str:
    """The unit that the visit is about, as the steps hand it on."""
    return request.POST.get("unit", "") or request.GET.get("unit", "")

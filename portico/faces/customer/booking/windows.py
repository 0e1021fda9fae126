"""The second step: the questions of the visit, then a day and a window, which is held at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portico.domain.booking.errors import (
    AlreadyBooked,
    Busy,
    CallToBook,
    MissingPlace,
    NotOffered,
    SlotTaken,
    TooManyBookings,
    TooManyHolds,
)
from portico.domain.booking.operations import holding
from portico.domain.booking.queries.available import Availability, available
from portico.domain.booking.queries.portal import BookingPlace
from portico.domain.capacity.queries import Offered
from portico.faces.customer.booking import errand
from portico.faces.customer.booking.errand import ForWhat
from portico.faces.customer.booking.forms import WaitForm
from portico.faces.customer.booking.why_words import why_none
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui import slots
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.faces.ui.questions import PREFIX, QuestionsForm
from portico.kernel import errors

PLACE = "customer/booking/"
REFUSALS = (AlreadyBooked, Busy, TooManyHolds, TooManyBookings, NotOffered)


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for: a kind of visit at a place, with the answers so far; perhaps about a unit or errand."""

    place: BookingPlace
    kind: Offered
    form: QuestionsForm
    unit: UUID | None
    errand: ForWhat

    @property
    def kept(self) -> dict[str, str]:
        """What travels along in addresses and forms."""
        answers = {PREFIX + name: value for name, value in self.form.answers.items()}
        return answers | {"asked": "1"} | ({"unit": str(self.unit)} if self.unit else {}) | self.errand.kept

    @property
    def address(self) -> str:
        return f"{url('booking_windows', self.place.id, self.kind.public_id)}?{urlencode(self.kept)}"


@visitor_only
@require_safe
def booking_windows(request: PortalRequest, location: UUID, job_type: UUID) -> HttpResponse:
    """The questions until they are answered, then every window that is open."""
    asking = asked_in(request, location, job_type, request.GET)
    if not asking.form.is_valid():
        status = 422 if asking.form.is_bound else 200
        return page(request, f"{PLACE}questions.html", {"asking": asking, "form": asking.form}, status)
    found = available_to(asking, request.GET)
    other = _other_kind(request, asking, found)
    return HttpResponseRedirect(other) if other else show_windows(request, asking, found)


@visitor_only
@require_POST
def booking_hold(request: PortalRequest, location: UUID, job_type: UUID) -> HttpResponse:
    """Keep the window for this visitor, and go on; one that is gone leads to what is left."""
    asking = asked_in(request, location, job_type, request.POST)
    slot = slots.chosen(request.POST)
    if not asking.form.is_valid() or slot is None:
        return HttpResponseRedirect(url("booking_windows", location, job_type), status=303)
    try:
        held = holding.hold(
            customer_id=asking.place.customer_key,
            location_id=asking.place.key,
            job_type_id=asking.kind.terms.id,
            answers=asking.form.answers,
            day=slot[0],
            window_id=slot[1],
            by=request.visitor.actor,
            errand=asking.errand.keys,
        )
    except MissingPlace as missing:
        raise Http404 from missing
    except CallToBook as call:
        return page(request, f"{PLACE}call.html", {"asking": asking, "text": call.message}, 409)
    except SlotTaken as taken:
        return show_windows(request, asking, available_to(asking, request.POST), refused=taken, status=409)
    except REFUSALS as refused:
        return show_windows(request, asking, available_to(asking, request.POST), refused=refused, status=409)
    kept = {"unit": asking.unit} if asking.unit else {}
    return HttpResponseRedirect(url("booking_held", held.id, query=kept), status=303)


def asked_in(request: PortalRequest, location: UUID, job_type: UUID, given: QueryDict) -> Asking:
    place = request.visitor.booking_place(location)
    kind = request.visitor.offered_job_type(job_type)
    request.shell.brand = place.brand
    unit = public_id(given.get("unit", ""))
    if unit is not None and request.visitor.unit(unit).location_key != place.key:
        raise Http404
    is_sent = "asked" in given or not kind.terms.questions
    form = QuestionsForm(given if is_sent else None, job_type=kind.terms)
    return Asking(place, kind, form, unit, errand.asked_for(request.visitor, given, place))


def available_to(asking: Asking, given: QueryDict) -> Availability:
    found = available(
        customer_id=asking.place.customer_key,
        location_id=asking.place.key,
        job_type_id=asking.kind.terms.id,
        answers=asking.form.answers,
        first=slots.first_day(given, asking.place.brand.time_zone),
    )
    if found is None:
        raise Http404
    return found


def _other_kind(request: PortalRequest, asking: Asking, found: Availability) -> str:
    """Where the answers lead to another kind of visit that has questions of its own, those come next."""
    other = found.wish.terms.job_type
    if other.id == asking.kind.terms.id or not other.questions or not other.is_self_schedulable:
        return ""
    kinds = [one for one in request.visitor.offered_job_types() if one.terms.id == other.id]
    kept = ({"unit": asking.unit} if asking.unit else {}) | asking.errand.kept
    return url("booking_windows", asking.place.id, kinds[0].public_id, query=kept) if kinds else ""


def show_windows(
    request: PortalRequest,
    asking: Asking,
    found: Availability,
    *,
    refused: errors.PorticoError | None = None,
    wait: WaitForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """What can be chosen, and waiting for what cannot."""
    if found.wish.call is not None:
        text = found.wish.call or _("This cannot be booked online. Call us to book it.")
        return page(request, f"{PLACE}call.html", {"asking": asking, "text": text}, status)
    context = {"asking": asking, "kept": asking.kept, "refused": refused} | listed(found, asking.address, refused)
    context["waiting"] = (wait or WaitForm()) if found.wish.is_possible else None
    return page(request, f"{PLACE}windows.html", context, status)


def listed(found: Availability, address: str, refused: errors.PorticoError | None) -> dict[str, Any]:
    """The windows day by day, or why there are none."""
    told = slots.listed(found, address, refused)
    return told | {"why_none": "" if told["days"] else why_none(found)}

"""Other times that the office offers for a visit: one is taken with one tap, or the old one is kept."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portico.domain.booking.enums import OfferState
from portico.domain.booking.errors import Busy, MissingOffer, MissingVisit, OfferOver
from portico.domain.booking.operations import offering
from portico.domain.booking.queries.offers import OfferedTime, OfferPage
from portico.domain.jobs.enums import AppointmentStatus
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import clock, errors, formats

TO_COME = (AppointmentStatus.SCHEDULED, AppointmentStatus.HOLD)


@dataclass(frozen=True, slots=True)
class _Time:
    """A time to take: the day in words, the window, and the zone of both."""

    hold: UUID
    day: str
    window: str
    zone_name: str


@visitor_only
@require_safe
def visit_offer(request: PortalRequest, offer: UUID) -> HttpResponse:
    """The times that are offered; of an offer that is over, what became of it and what to do next."""
    return _show(request, request.visitor.visit_offer(offer))


@visitor_only
@require_POST
def visit_offer_accept(request: PortalRequest, offer: UUID) -> HttpResponse:
    """Take one of them: the visit moves there."""
    found = request.visitor.visit_offer(offer)
    hold = public_id(request.POST.get("hold", ""))
    if hold is None:
        return HttpResponseRedirect(url("visit_offer", offer), status=303)
    try:
        offering.accept(offer=found.id, hold=hold, by=request.visitor.actor)
    except (OfferOver, Busy) as refused:
        return _show(request, request.visitor.visit_offer(offer), refused=refused, status=409)
    except (MissingOffer, MissingVisit) as missing:
        raise Http404 from missing
    request.notices.add("success", _("Your visit is moved. A mail with the new calendar entry is on its way to you."))
    return _to_visit(request, found)


@visitor_only
@require_POST
def visit_offer_decline(request: PortalRequest, offer: UUID) -> HttpResponse:
    """Keep the time that the visit has."""
    found = request.visitor.visit_offer(offer)
    try:
        is_answered = offering.decline(offer=found.id, by=request.visitor.actor)
    except Busy as refused:
        return _show(request, found, refused=refused, status=409)
    except (MissingOffer, MissingVisit) as missing:
        raise Http404 from missing
    if not is_answered:
        return HttpResponseRedirect(url("visit_offer", offer), status=303)
    is_on_hold = found.status == AppointmentStatus.HOLD
    told = _("We told the office that none of these times suits you. It will call you.")
    kept = _("Your visit stays as it is. We told the office.")
    request.notices.add("success", told if is_on_hold else kept)
    return _to_visit(request, found)


def _show(
    request: PortalRequest, found: OfferPage, *, refused: errors.PorticoError | None = None, status: int = 200
) -> HttpResponse:
    request.shell.brand = found.brand
    zone = found.brand.time_zone
    local = formats.as_local(found.starts_at, zone)
    is_over = found.expires_at <= clock.real_now() or found.status not in TO_COME
    kept = [] if is_over else found.kept
    is_scheduled = found.status == AppointmentStatus.SCHEDULED and found.starts_at > clock.now()
    context = {
        "offer": found,
        "refused": refused,
        "times": [_time(one, zone) for one in kept],
        "is_short": len(kept) < len(found.times),
        "over": "" if kept else _became(found),
        "zone": zone,
        "zone_name": local.tzname() or "",
        "day": formats.long_day(local.date()),
        "is_on_hold": found.status == AppointmentStatus.HOLD,
        "is_canceled": found.status == AppointmentStatus.CANCELED,
        "may_see": request.visitor.may_open("appointment"),
        "may_move": not kept and is_scheduled,
    }
    return page(request, "customer/booking/offer.html", context, status)


def _time(one: OfferedTime, zone: str) -> _Time:
    local = formats.as_local(one.starts_at, zone)
    day, window = formats.long_day(local.date()), formats.window(one.starts_at, one.ends_at, zone)
    return _Time(one.hold, day, window, local.tzname() or "")


def _became(found: OfferPage) -> str:
    """What became of an offer that nobody can take any more, in the customer's words."""
    match found.state:
        case OfferState.ACCEPTED:
            return _("You took one of the offered times. Your visit is where it says below.")
        case OfferState.DECLINED:
            return _("You kept the time that you have.")
        case OfferState.WITHDRAWN:
            return _("We had to take these times back. Your visit stays as it is.")
        case OfferState.OVERTAKEN:
            return _("Your visit was changed since we offered these times.")
        case OfferState.LOST:
            return _("We are sorry: the times that we offered can no longer be kept. Your visit stays as it is.")
    if found.status not in TO_COME:
        return _("Your visit was changed since we offered these times.")
    if found.expires_at <= clock.real_now():
        return _("These times were kept for you, and are no longer. Your visit stays as it is.")
    return _("We are sorry: the times that we offered can no longer be kept. Your visit stays as it is.")


def _to_visit(request: PortalRequest, found: OfferPage) -> HttpResponse:
    visit = url("appointment", found.visit) if request.visitor.may_open("appointment") else url("home")
    return HttpResponseRedirect(visit, status=303)

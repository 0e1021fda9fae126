"""The first step: what for, and where."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.booking.queries.portal import BookingPlace
from portico.domain.capacity.terms import JobTypeTerms
from portico.faces.customer.booking.errand import DUE
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page


@visitor_only
@require_safe
def booking(request: PortalRequest) -> HttpResponse:
    """One click on a kind of visit goes on. `?place=` chooses among several, `?unit=` and `?due=` say what for."""
    places, unit = _places(request)
    wanted = public_id(request.GET.get("place", ""))
    place = next((one for one in places if wanted in {None, one.id}), None)
    if wanted is not None and place is None:
        raise Http404
    if place is not None:
        request.shell.brand = place.brand
    kept = {DUE: request.GET[DUE]} if public_id(request.GET.get(DUE, "")) else {}
    context = {
        "place": place,
        "places": _choices(places, place, kept) if len(places) > 1 else [],
        "kinds": _kinds(request, place, kept | ({"unit": str(unit)} if unit else {})) if place else [],
        "waits": request.visitor.waits(),
    }
    return page(request, "customer/booking/start.html", context)


def _kinds(request: PortalRequest, place: BookingPlace, kept: dict[str, str]) -> list[tuple[JobTypeTerms, str]]:
    """Every kind of visit with the way on."""
    found = request.visitor.offered_job_types()
    return [(kind.terms, url("booking_windows", place.id, kind.public_id, query=kept)) for kind in found]


def _places(request: PortalRequest) -> tuple[list[BookingPlace], UUID | None]:
    """Where this visitor may book; for a unit only where it stands, for a due visit only where that is."""
    unit, due = public_id(request.GET.get("unit", "")), public_id(request.GET.get(DUE, ""))
    places = request.visitor.booking_places()
    if due is not None:
        visit = request.visitor.due_visit(due)
        places = [place for place in places if visit.is_at(customer_key=place.customer_key, location_key=place.key)]
    if unit is None:
        return places, None
    stands_at = request.visitor.unit(unit).location_key
    here = [place for place in places if place.key == stands_at]
    if not here:
        raise Http404
    return here, unit


def _choices(places: list[BookingPlace], current: BookingPlace | None, kept: dict[str, str]) -> list[dict[str, object]]:
    several = len({place.customer for place in places}) > 1
    return [
        {
            "label": place.address or place.name,
            "note": place.customer_name if several else "",
            "href": url("booking", query={"place": str(place.id)} | kept),
            "is_current": place is current,
        }
        for place in places
    ]

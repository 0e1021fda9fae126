"""What a visit is booked for, from the page that offers it to the windows: one tap where all is known."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_safe

from portico.domain.booking.operations.errands import Errand
from portico.domain.booking.queries.portal import BookingPlace
from portico.faces.customer.requests import PortalRequest, public_id
from portico.faces.customer.visitor import Visitor, visitor_only
from portico.faces.ui.minijinja import url

DUE, ESTIMATE = "due", "estimate"


@dataclass(frozen=True, slots=True)
class ForWhat:
    """The keys for operations, and what travels along in addresses and forms."""

    keys: Errand
    kept: dict[str, str]


def asked_for(visitor: Visitor, given: QueryDict, place: BookingPlace) -> ForWhat:
    """What the address says, as far as this visitor may book it at this place; 404 for anything else."""
    due, estimate = public_id(given.get(DUE, "")), public_id(given.get(ESTIMATE, ""))
    if due is not None:
        event = visitor.due_visit(due)
        if not event.is_at(customer_key=place.customer_key, location_key=place.key):
            raise Http404
        return ForWhat(Errand(service_event_id=event.key), {DUE: str(due)})
    if estimate is not None:
        work = visitor.accepted_work(estimate)
        if work.location_key != place.key:
            raise Http404
        return ForWhat(Errand(estimate_id=work.key), {ESTIMATE: str(estimate)})
    return ForWhat(Errand(), {})


@visitor_only
@require_safe
def booking_due(request: PortalRequest, due: UUID) -> HttpResponse:
    """A visit of a membership: straight to its windows; to the first step where a place or kind is to be chosen."""
    visit = request.visitor.due_visit(due)
    if not visit.is_due:
        return _go(request, "membership", visit.membership)
    everywhere = request.visitor.booking_places()
    places = [one for one in everywhere if visit.is_at(customer_key=one.customer_key, location_key=one.key)]
    kept = {DUE: str(due)}
    place = places[0].id if len(places) == 1 else None
    if place is None or not _is_offered(request.visitor, visit.job_type):
        return HttpResponseRedirect(url("booking", query=kept | ({"place": str(place)} if place else {})))
    return HttpResponseRedirect(url("booking_windows", place, visit.job_type, query=kept))


@visitor_only
@require_safe
def booking_work(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """The work of an accepted estimate: straight to its windows; the estimate says why not."""
    work = request.visitor.accepted_work(estimate)
    if work.bar is not None:
        return _go(request, "estimate", estimate)
    return HttpResponseRedirect(url("booking_windows", work.location, work.job_type, query={ESTIMATE: str(estimate)}))


def _is_offered(visitor: Visitor, job_type: UUID | None) -> bool:
    return job_type is not None and any(one.public_id == job_type for one in visitor.offered_job_types())


def _go(request: PortalRequest, name: str, thing: UUID) -> HttpResponse:
    """The page of the thing where this visitor may open it; else where one books."""
    return HttpResponseRedirect(url(name, thing) if request.visitor.may_open(name) else url("booking"))

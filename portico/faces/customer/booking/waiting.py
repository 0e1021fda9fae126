"""Waiting for a time to open, and leaving the line; what is offered is a window that is held."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portico.domain.booking.errors import Busy, CallToBook, CannotWait, MissingPlace, NotOffered
from portico.domain.booking.operations import waiting
from portico.faces.customer.booking.forms import WaitForm
from portico.faces.customer.booking.windows import asked_in, available_to, show_windows
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.kernel import formats


@visitor_only
@require_POST
def booking_wait(request: PortalRequest, location: UUID, job_type: UUID) -> HttpResponse:
    """Tell this visitor when a time opens."""
    asking, form = asked_in(request, location, job_type, request.POST), WaitForm(request.POST)
    if not asking.form.is_valid():
        return HttpResponseRedirect(url("booking_windows", location, job_type), status=303)
    if not form.is_valid():
        return show_windows(request, asking, available_to(asking, request.POST), wait=form, status=422)
    until, email = form.cleaned_data["until"], request.visitor.login.email
    try:
        waiting.wait(
            customer_id=asking.place.customer_key,
            location_id=asking.place.key,
            job_type_id=asking.kind.terms.id,
            answers=asking.form.answers,
            until_day=until,
            email=email,
            by=request.visitor.actor,
        )
    except MissingPlace as missing:
        raise Http404 from missing
    except (Busy, CallToBook, CannotWait, NotOffered) as refused:
        found = available_to(asking, request.POST)
        return show_windows(request, asking, found, refused=refused, wait=form, status=409)
    told = {"email": email, "day": formats.day(until)}
    request.notices.add("success", _("We write to %(email)s when a time opens up to %(day)s.") % told)
    return HttpResponseRedirect(url("booking", query={"place": asking.place.id}), status=303)


@visitor_only
@require_POST
def booking_leave(request: PortalRequest, entry: UUID) -> HttpResponse:
    """Leave the line; a time that is kept goes to the next."""
    found = request.visitor.wait(entry)
    waiting.stop_waiting(entry=entry, customer_id=found.customer_id, by=request.visitor.actor)
    request.notices.add("success", _("You no longer wait for “%(title)s”.") % {"title": found.title})
    return HttpResponseRedirect(url("booking"), status=303)

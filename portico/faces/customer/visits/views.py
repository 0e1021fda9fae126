"""Visits to come, the page of one on its day, and its calendar file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template import loader
from django.views.decorators.http import require_safe

from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries.visits import PAGE, VisitPage
from portico.domain.jobs.visit_words import visit_label, visit_sentence, visit_tone
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.visitor import visitor_only
from portico.faces.customer.visits.calendar import calendar_file
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import clock, formats

WORDS = {"label": visit_label, "tone": visit_tone, "sentence": visit_sentence}


@visitor_only
@require_safe
def appointments(request: PortalRequest) -> HttpResponse:
    """The next one first; those on hold stand below, since their day is open."""
    narrow = narrowed_to(request)
    found = request.visitor.coming_visits(narrow, after=public_id(request.GET.get("after", "")))
    shown = found[:PAGE]
    kept = {"customer": narrow} if narrow else {}
    context = {
        "visits": [visit for visit in shown if visit.status != AppointmentStatus.HOLD],
        "waiting": [visit for visit in shown if visit.status == AppointmentStatus.HOLD],
        "older": url("appointments", query=kept | {"after": shown[-1].id}) if len(found) > PAGE else "",
        "is_first": "after" not in request.GET,
        **WORDS,
    }
    return page(request, "customer/visits/visits.html", context)


@visitor_only
@require_safe
def appointment(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """Who comes, when, what to prepare, how it stands; the open page keeps itself up to date."""
    visit = request.visitor.visit(appointment)
    request.shell.brand = visit.brand
    return page(request, "customer/visits/visit.html", _context(visit))


@visitor_only
@require_safe
def appointment_live(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """What an open page asks every few seconds: nothing while it shows the newest, else the changed part."""
    request.is_unattended = True
    visit = request.visitor.visit(appointment)
    if not request.htmx:
        return HttpResponseRedirect(url("appointment", visit.id))
    tag = f'"{visit.version}"'
    if request.GET.get("seen") == visit.version:
        return HttpResponse(status=204, headers={"ETag": tag})
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    content = loader.get_template("customer/visits/_live.html").render(_context(visit) | {"is_told": True}, request)
    return HttpResponse(content, headers={"ETag": tag})


@visitor_only
@require_safe
def appointment_calendar(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """The visit for a calendar; never kept by a cache."""
    content = calendar_file(request.visitor.visit(appointment), now=clock.real_now())
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _context(visit: VisitPage) -> dict[str, Any]:
    zone = visit.brand.time_zone
    local = formats.as_local(visit.starts_at, zone)
    return {
        "visit": visit,
        "zone": zone,
        "day": formats.long_day(local.date()),
        "zone_name": local.tzname() or "",
        "is_done": visit.status == AppointmentStatus.DONE,
        "is_canceled": visit.status == AppointmentStatus.CANCELED,
        "is_told": False,
        **WORDS,
    }

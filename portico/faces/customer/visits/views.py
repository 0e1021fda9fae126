"""Visits to come, the page of one on its day, and its calendar file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template import loader
from django.views.decorators.http import require_safe

from portico.domain.jobs.enums import AppointmentStatus
from portico.domain.jobs.queries.visits import PAGE, VisitPage
from portico.domain.jobs.rules import Stage
from portico.domain.jobs.visit_words import visit_label, visit_sentence, visit_tone
from portico.faces.customer.documents.words import gallery
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
        "may_book": request.visitor.may_open("booking"),
        **WORDS,
    }
    return page(request, "customer/visits/visits.html", context)


@visitor_only
@require_safe
def appointment(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """Who comes, when, what to prepare, how it stands; the open page keeps itself up to date."""
    visit = request.visitor.visit(appointment)
    request.shell.brand = visit.brand
    context = _context(request, visit) | {"offer": request.visitor.offer_for(visit)}
    return page(request, "customer/visits/visit.html", context)


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
    context = _context(request, visit) | {"is_told": True}
    content = loader.get_template("customer/visits/_live.html").render(context, request)
    return HttpResponse(content, headers={"ETag": tag})


@visitor_only
@require_safe
def appointment_calendar(request: PortalRequest, appointment: UUID) -> HttpResponse:
    """The visit for a calendar; never kept by a cache."""
    content = calendar_file(request.visitor.visit(appointment), now=clock.real_now())
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"', "Cache-Control": "no-store, private"}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def _context(request: PortalRequest, visit: VisitPage) -> dict[str, Any]:
    zone = visit.brand.time_zone
    local = formats.as_local(visit.starts_at, zone)
    is_done = visit.status == AppointmentStatus.DONE
    found = request.visitor.documents_of_job(visit.job) if is_done else None
    return {
        "visit": visit,
        "zone": zone,
        "day": formats.long_day(local.date()),
        "zone_name": local.tzname() or "",
        "stages": [(stage, _since(stage, local)) for stage in visit.stages],
        "is_done": is_done,
        "is_canceled": visit.status == AppointmentStatus.CANCELED,
        "is_told": False,
        "may_change": request.visitor.may_change(visit),
        "documents": gallery(found.rows if found else ()),
        "has_more_documents": bool(found and found.next),
        **WORDS,
    }


def _since(stage: Stage, visit: datetime) -> str:
    """The time of day, with the day where it is not that of the visit; when it was planned is of no interest."""
    if stage.at is None or stage.status == AppointmentStatus.SCHEDULED:
        return ""
    local = formats.as_local(stage.at, visit.tzinfo or UTC)
    clock_time = formats.clock_time(local)
    return clock_time if local.date() == visit.date() else f"{formats.short_day(local.date())}, {clock_time}"

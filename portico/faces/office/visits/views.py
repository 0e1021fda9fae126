"""Visits by day; one click says how one stands, and the customer's open page shows it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portico.domain.jobs import operations
from portico.domain.jobs.errors import MissingVisit, NotByHand, VisitOver
from portico.domain.jobs.queries import office_visits as queries
from portico.domain.jobs.queries.office_visits import BranchRow
from portico.domain.jobs.visit_words import visit_label
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.office.visits.forms import DayForm
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock, formats


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def appointments(request: OfficeRequest) -> HttpResponse:
    """The visits of a day, today unless said otherwise, in the order of their start."""
    branches = queries.branches()
    form = DayForm({"day": clock.today(request.brand.time_zone).isoformat()} | request.GET.dict(), branches=branches)
    asked = form.cleaned_data if form.is_valid() else {}
    branch = form.chosen_branch() if form.is_valid() else None
    zone = _zone(branches, branch, request.brand.time_zone)
    day = asked.get("day") or clock.today(zone)
    since, until = _bounds(day, zone)
    status, after = asked.get("status") or "", public_id(request.GET.get("after", ""))
    found = queries.visits_of_day(since=since, until=until, branch=branch, status=status, after=after)
    shown = found[: queries.PAGE]
    kept = {"branch": branch, "status": status}
    context = {
        "form": form,
        "visits": shown,
        "day": formats.long_day(day),
        "is_narrowed": bool(branch or status),
        "days": [
            (_("Day before"), _asked(kept, day - timedelta(days=1))),
            (_("Today"), _asked(kept, None)),
            (_("Day after"), _asked(kept, day + timedelta(days=1))),
        ],
        "later": _later(kept | {"after": shown[-1].id}, day) if len(found) > len(shown) else "",
        "has_branches": len(branches) > 1,
        "may_set": request.staff.may(Action.SET_VISIT_STATUS),
        "may_book": request.staff.may(Action.BOOK_VISIT),
        "back": request.get_full_path(),
    }
    return page(request, "office/visits/appointments.html", context, 200 if form.is_valid() else 422)


@staff_only(Action.SET_VISIT_STATUS)
@require_POST
def set_status(request: OfficeRequest, appointment: UUID) -> HttpResponse:
    """One click: on the way, working, done or hold; htmx gets the visit alone, others go back where they were."""
    status, problem = request.POST.get("status", ""), ""
    try:
        operations.set_appointment_status(appointment=appointment, status=status, by=request.staff.actor)
    except MissingVisit as missing:
        raise Http404(missing.message) from missing
    except (VisitOver, NotByHand) as refused:
        problem = refused.message
    if request.htmx:
        return _row(request, appointment, problem)
    said = problem or _("The visit is now: %(status)s.") % {"status": visit_label(status)}
    request.notices.add("error" if problem else "success", said)
    return HttpResponseRedirect(_back(request))


def _row(request: OfficeRequest, appointment: UUID, problem: str) -> HttpResponse:
    visit = queries.office_visit(appointment)
    if visit is None:
        raise Http404("no such visit")
    context = {
        "visit": visit,
        "may_set": True,
        "may_book": request.staff.may(Action.BOOK_VISIT),
        "back": _back(request),
        "problem": problem,
    }
    return HttpResponse(loader.get_template("office/visits/_told.html").render(context, request))


def _back(request: OfficeRequest) -> str:
    """The page of ours that the button stood on."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("office_appointments")


def _zone(branches: list[BranchRow], branch: UUID | None, otherwise: str) -> str:
    return next((row.time_zone for row in branches if row.id == branch), otherwise)


def _bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Midnight to midnight by the branch's clock."""
    here = ZoneInfo(zone)
    return datetime.combine(day, time.min, here), datetime.combine(day + timedelta(days=1), time.min, here)


def _asked(kept: dict[str, Any], day: date | None) -> dict[str, str]:
    asked = {name: str(value) for name, value in kept.items() if value}
    return asked | ({"day": day.isoformat()} if day else {})


def _later(kept: dict[str, Any], day: date) -> str:
    return f"{reverse('office_appointments')}?{urlencode(_asked(kept, day))}"

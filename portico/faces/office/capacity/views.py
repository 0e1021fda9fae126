"""The board: what a branch's days have, what is taken, what is open, and who works."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.booking.queries.board import board
from portico.domain.jobs.queries import office_visits
from portico.domain.jobs.queries.office_visits import BranchRow
from portico.faces.office.capacity.forms import DAY, WEEK, BoardForm
from portico.faces.office.capacity.words import day_lines
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock, formats

DAYS_OF = {DAY: 1, WEEK: 7}


@staff_only(Action.VIEW_CAPACITY)
@require_safe
def capacity(request: OfficeRequest) -> HttpResponse:
    """One day, today unless said otherwise, or the seven from it on; of the main branch unless said otherwise."""
    branches = office_visits.branches()
    main = branches[0]
    assumed = {"day": clock.today(main.time_zone).isoformat(), "show": DAY, "branch": str(main.id)}
    form = BoardForm(assumed | request.GET.dict(), branches=branches)
    asked = form.cleaned_data if form.is_valid() else {}
    branch = next((row for row in branches if str(row.id) == asked.get("branch")), main)
    show, first = asked.get("show") or DAY, asked.get("day") or clock.today(branch.time_zone)
    found = board(branch=branch.id, first=first, days=DAYS_OF[show])
    context = {
        "form": form,
        "days": day_lines(found) if found else [],
        "span": _span(first, DAYS_OF[show]),
        "steps": _steps(branch, show, first),
        "has_branches": len(branches) > 1,
    }
    return page(request, "office/capacity/capacity.html", context, 200 if form.is_valid() else 422)


def _span(first: date, days: int) -> str:
    if days == 1:
        return formats.long_day(first)
    last = first + timedelta(days=days - 1)
    return _("%(first)s to %(last)s") % {"first": formats.long_day(first), "last": formats.long_day(last)}


def _steps(branch: BranchRow, show: str, first: date) -> list[tuple[str, dict[str, str]]]:
    kept = {"branch": str(branch.id), "show": show}
    step = timedelta(days=DAYS_OF[show])
    return [
        (_("Earlier"), kept | {"day": (first - step).isoformat()}),
        (_("Today"), kept),
        (_("Later"), kept | {"day": (first + step).isoformat()}),
    ]

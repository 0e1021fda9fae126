"""The figures of the adoption page as a file for spreadsheets."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.adoption import queries
from portico.domain.adoption.enums import SHARED, Kind, Reason, Via
from portico.domain.adoption.queries import Dashboard
from portico.faces.office.adoption import words
from portico.faces.office.adoption.asked import Asked
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.foundation.people.permissions import Action
from portico.kernel import clock

Row = tuple[str, str, str, str]


@staff_only(Action.VIEW_ADOPTION)
@require_safe
def adoption_csv(request: OfficeRequest) -> HttpResponse:
    """One line for each figure: what is counted, when, where, how many."""
    found = queries.dashboard(Asked.of(request).span)
    rows = [(_("What"), _("Month"), _("Where"), _("Count")), *_standing(found), *_monthly(found), *_saved(found)]
    name = f"adoption-{clock.today(request.brand.time_zone).isoformat()}.csv"
    return HttpResponse(
        BOM + "".join(line(safe(cell) for cell in row) for row in rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _standing(found: Dashboard) -> list[Row]:
    today = _("today")
    rows = [(str(words.STEPS[step]), today, "", str(many)) for step, many in found.steps.items()]
    rows += [(str(words.KINDS[Kind.BOUNCED]), today, "", str(found.bounced))]
    next_ = _("Whom to invite next")
    return rows + [(next_, today, str(words.REASONS[reason]), str(found.waiting[reason])) for reason in Reason]


def _monthly(found: Dashboard) -> list[Row]:
    shared = [
        (str(words.KINDS[kind]), f"{month.first:%Y-%m}", str(words.VIAS[via]), str(month.by.get(via, 0)))
        for kind in SHARED
        for month in found.months[kind]
        for via in Via
    ]
    alone = [
        (str(words.KINDS[kind]), f"{month.first:%Y-%m}", str(words.VIAS[Via.PORTAL]), str(month.portal))
        for kind in (Kind.CHANGES, Kind.USERS)
        for month in found.months[kind]
    ]
    return shared + alone


def _saved(found: Dashboard) -> list[Row]:
    whole = _("whole period")
    return [
        (_("Calls saved"), whole, "", words.calls(found.saved.tenths)),
        (_("Minutes saved"), whole, "", str(found.saved.minutes)),
    ]

"""The trail as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portico.faces.office.audit.forms import TrailForm
from portico.faces.office.audit.listing import NARROWED_BY, line_of
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.foundation.audit.operations import note_export
from portico.foundation.audit.queries import AT_ONCE, EntryRow, Sought, trail
from portico.foundation.people.permissions import Action
from portico.foundation.people.queries import staff_names
from portico.foundation.tenancy.scope import company_scope
from portico.kernel import clock


@staff_only(Action.VIEW_AUDIT)
@require_POST
def office_trail_export(request: OfficeRequest) -> HttpResponseBase:
    """All that the filters show, on all pages, noted in the trail itself; wrong filters lead to the list."""
    form = TrailForm(request.POST, staff=staff_names())
    kept = {name: request.POST[name] for name in NARROWED_BY if request.POST.get(name)}
    if not form.is_valid():
        return HttpResponseRedirect(url("office_trail", query=kept))
    sought = form.sought(request.brand.time_zone)
    note_export(narrowed=kept, by=request.staff.actor)
    name = f"trail-{clock.today(request.brand.time_zone).isoformat()}.csv"
    return StreamingHttpResponse(
        _lines(request.company.id, request.company.currency, sought, translation.get_language()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(company_id: int, currency: str, sought: Sought, language: str) -> Iterator[str]:
    """Page by page, each in a transaction of its own: a long file holds nothing up."""
    head = (_("Moment (UTC)"), _("What"), _("About"), _("Who"), _("Side"), _("Network"), _("Note"), _("Changes"))
    yield BOM + line([*head, _("Entry")])
    before = None
    while True:
        with company_scope(company_id):
            found = trail(sought=sought, before=before, limit=AT_ONCE)
        with translation.override(language):
            yield "".join(line(_cells(row, currency)) for row in found[:AT_ONCE])
        if len(found) <= AT_ONCE:
            return
        before = found[AT_ONCE - 1].public_id


def _cells(row: EntryRow, currency: str) -> list[str]:
    told = line_of(row, currency)
    said = [told.title, str(told.kind), told.who, str(told.side), told.network, told.note, "; ".join(told.changes)]
    return [told.at.isoformat(), *map(safe, said), str(told.id)]

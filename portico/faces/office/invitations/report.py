"""The report of a list as a file for spreadsheets: one line for each address as it stands in the list."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.invitations import queries
from portico.domain.invitations.enums import Outcome
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.foundation.people.permissions import Action


@staff_only(Action.INVITE_MANY)
@require_safe
def invite_list_report(request: OfficeRequest, invite_list: UUID) -> HttpResponseBase:
    """All rows, whatever the list's state; the words are made now, while the language of the request is known."""
    found = queries.list_of(invite_list)
    if found is None:
        raise Http404("no such list")
    head = [_("Line"), _("As it stands in the list"), _("Email"), _("Found"), _("Result")]
    labels = {outcome: str(outcome.label) for outcome in Outcome}
    name = f"invitations-{found.made_at.date().isoformat()}.csv"
    return StreamingHttpResponse(
        _lines(request.company.id, invite_list, head, labels),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(company_id: int, invite_list: UUID, head: list[str], labels: dict[Outcome, str]) -> Iterator[str]:
    yield BOM + line(head)
    for row in queries.every_row(company_id, invite_list):
        done = labels[row.result] if row.result else ""
        yield line([str(row.line), safe(row.typed), safe(row.email), labels[row.outcome], done])

"""The report of a run as a file for spreadsheets: one line for each customer with something open."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.statements.enums import Outcome
from portico.domain.statements.queries import runs
from portico.domain.statements.queries.runs import RunRow
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.foundation.people.permissions import Action


@staff_only(Action.SEND_STATEMENTS)
@require_safe
def statement_run_report(request: OfficeRequest, run: UUID) -> HttpResponseBase:
    """All rows, whatever the run's state; the words are made now, while the language of the request is known."""
    found = runs.run_of(run)
    if found is None:
        raise Http404("no such run")
    head = [
        *(_("Customer"), _("Number"), _("Addresses"), _("Open invoices"), _("Total due"), _("Currency")),
        *(_("Preview"), _("Result"), _("Statement before"), _("Mails that did not arrive")),
    ]
    labels = {outcome: str(outcome.label) for outcome in Outcome}
    return StreamingHttpResponse(
        _lines(request.company.id, found.key, head, labels, is_started=found.started_at is not None),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="statements-{found.as_of_on.isoformat()}.csv"'},
    )


def _lines(
    company_id: int, run: int, head: list[str], labels: dict[Outcome, str], *, is_started: bool
) -> Iterator[str]:
    yield BOM + line(head)
    for row in runs.every_row(company_id, run):
        yield line(_cells(row, labels, is_started=is_started))


def _cells(row: RunRow, labels: dict[Outcome, str], *, is_started: bool) -> list[str]:
    """Amounts are numbers of ours and stay such; everything that somebody typed is made safe."""
    return [
        *map(safe, (row.name, row.number, ", ".join(row.emails))),
        *(str(row.open.decimal()), str(row.due.decimal()), row.due.currency),
        labels[row.preview],
        labels[row.outcome] if is_started else "",
        row.mailed_on.isoformat() if row.mailed_on else "",
        safe("; ".join(f"{one.email}: {one.said}" for one in row.went_wrong)),
    ]

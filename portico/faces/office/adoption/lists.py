"""The records behind a figure, on a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.adoption import queries
from portico.domain.adoption.enums import Kind, Step, Via
from portico.domain.adoption.queries import Record
from portico.faces.office.adoption import words
from portico.faces.office.adoption.asked import List
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.spreadsheet import BOM, line, safe
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock, formats
from portico.kernel.money import Money

THING_OF = {Kind.PAYMENTS: "office_payment", Kind.APPROVALS: "office_estimate"}


@staff_only(Action.VIEW_ADOPTION)
@require_safe
def records(request: OfficeRequest) -> HttpResponse:
    """Exactly those that were counted, the newest first."""
    asked = List.of(request)
    found = queries.records(asked.kind, asked.span, vias=asked.vias, after=request.GET.get("after", ""))
    shown = found[: queries.PAGE]
    further = {"after": shown[-1].place} if len(found) > len(shown) else None
    context = {
        "title": str(words.KINDS[asked.kind]),
        "note": _note(asked),
        "lines": [_line(request, asked.kind, row) for row in shown],
        "has_amounts": asked.kind in {Kind.PAYMENTS, Kind.APPROVALS},
        "zone": request.brand.time_zone,
        "back": url("office_adoption", query=asked.asked.kept),
        "csv": url("office_adoption_records_csv", query=asked.query),
        "further": url("office_adoption_records", query=asked.query | further) if further else "",
    }
    return page(request, "office/adoption/records.html", context)


@staff_only(Action.VIEW_ADOPTION)
@require_safe
def records_csv(request: OfficeRequest) -> HttpResponseBase:
    """All of them as a file; the words are made now, while the language of the request is known."""
    asked = List.of(request)
    head = [_("Date"), _("Customer"), _("What"), _("Where"), _("Amount"), _("Currency")]
    ways = {one: way_words(asked.kind, one) for one in (*Via, *(str(step.value) for step in Step))}
    name = f"{asked.kind}-{clock.today(request.brand.time_zone).isoformat()}.csv"
    return StreamingHttpResponse(
        _file(request.company.id, asked, head, ways),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def way_words(kind: Kind, via: str) -> str:
    """Through which door it came, or how far a customer is."""
    if kind == Kind.CUSTOMERS:
        return str(words.STEPS[Step(int(via))]) if via.isdigit() else ""
    return str(words.VIAS[Via(via)]) if via in list(Via) else ""


def _file(company_id: int, asked: List, head: list[str], ways: dict[str, str]) -> Iterator[str]:
    yield BOM + line(head)
    for row in queries.every_record(company_id, asked.kind, asked.span, vias=asked.vias):
        on = formats.as_local(row.at, asked.asked.zone).date().isoformat()
        amount = "" if row.amount is None else str(Money(row.amount, row.currency).decimal())
        told = [safe(row.name), safe(row.label), safe(ways.get(row.via, "")), amount, row.currency if amount else ""]
        yield line([on, *told])


def _line(request: OfficeRequest, kind: Kind, row: Record) -> dict[str, Any]:
    customer = url("customer", row.customer) if row.customer else ""
    return {
        "row": row,
        "customer": customer,
        "thing": _thing(request, kind, row),
        "label": row.label or way_words(kind, row.via),
        "way": way_words(kind, row.via) if kind != Kind.USERS else "",
        "amount": None if row.amount is None else Money(row.amount, row.currency),
    }


def _thing(request: OfficeRequest, kind: Kind, row: Record) -> str:
    """Where the record itself is shown, for who may open it."""
    if kind == Kind.PAYMENTS and not request.staff.may(Action.VIEW_PAYMENTS):
        return ""
    if kind in THING_OF:
        return url(THING_OF[kind], row.thing)
    if kind in {Kind.BOOKINGS, Kind.CHANGES} and row.customer:
        return url("office_job", row.customer, row.thing)
    if kind in {Kind.USERS, Kind.BOUNCED}:
        return url("portal_users", query={"text": row.label})
    return url("customer", row.customer) if row.customer else ""


def _note(asked: List) -> str:
    when = words.month_name(asked.month) if asked.month else ""
    via = str(words.VIAS[asked.via]) if asked.via else ""
    step = str(words.STEPS[asked.step]) if asked.step is not None else ""
    if not when and asked.kind not in {Kind.CUSTOMERS, Kind.BOUNCED}:
        months = asked.span.months
        when = f"{words.month_name(months[0])} {formats.DASH} {words.month_name(months[-1])}"
    return " · ".join(part for part in (step, via, when) if part)

"""Jobs: past and open ones, and one of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.jobs.queries.jobs import JobPage, JobRow
from portico.domain.jobs.visit_words import visit_label, visit_tone
from portico.domain.jobs.words import job_label, job_tone
from portico.faces.customer.billing.words import standing_tags
from portico.faces.customer.documents.words import gallery
from portico.faces.customer.estimates.listing import estimate_lines
from portico.faces.customer.history.narrowing import kept, narrow_fields, narrowing_of
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import addresses, url
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.pages import page
from portico.kernel import clock, formats

PAGE_SIZE = 25
NOTE_LENGTH = 140


@visitor_only
@require_safe
def jobs(request: PortalRequest) -> HttpResponse:
    """Two lists, newest first: what was done, and what is open. Narrowed by home, year, trade and words."""
    visitor, narrow = request.visitor, narrowed_to(request)
    shows_open = request.GET.get("show") == "open"
    after = public_id(request.GET.get("after", ""))
    zone = visitor.brand.time_zone
    narrowing = narrowing_of(request.GET, location=public_id(request.GET.get("location", "")), zone=zone)
    found = visitor.jobs(narrow, is_open=shows_open, narrowing=narrowing, after=after, limit=PAGE_SIZE)
    if narrow:
        request.shell.brand = visitor.customer(narrow).brand
    chosen = _chosen(narrow, shows_open=shows_open)
    filters = kept(request.GET)
    context = {
        "lines": _lines(found.rows),
        "fields": narrow_fields(request.GET, found=found, today=clock.today(zone), zone=zone),
        "hidden": chosen,
        "shows_open": shows_open,
        "after": after,
        "is_narrowed": bool(filters),
        "everything": url("jobs", query=chosen),
        "switch": customer_switch(request.visitor.reached, narrow, "jobs", kept={"show": "open" if shows_open else ""}),
        "tabs": _tabs(narrow, filters, shows_open=shows_open),
        "older": url("jobs", query=chosen | filters | {"after": found.next}) if found.next else "",
        "is_cut": found.is_cut,
    }
    return page(request, "customer/history/jobs.html", context)


@visitor_only
@require_safe
def job(request: PortalRequest, job: UUID) -> HttpResponse:
    """One job with its visits, who worked, what was touched, and its bills as far as this reader may see them."""
    visitor = request.visitor
    found = visitor.job(job)
    bills = visitor.invoices_of_job(job)
    payable = visitor.payable_of(bills.rows)
    shared = visitor.documents_of_job(job)
    request.shell.brand = found.brand
    context = {
        "job": found,
        "state": job_label(found.status),
        "tone": job_tone(found.status),
        "visits": [
            {"visit": visit, "state": visit_label(visit.status), "tone": visit_tone(visit.status)}
            for visit in found.visits
        ],
        "zone": found.brand.time_zone,
        "bills": [
            {"invoice": row, "standing": standing, "may_pay": row.id in payable}
            for row, standing in zip(bills.rows, standing_tags(bills.rows), strict=True)
        ],
        "is_billed_elsewhere": bills.is_billed_elsewhere,
        "has_billing": _has_billing(request, found),
        "estimates": estimate_lines(visitor.proposals_of_job(job), names=False, now=clock.now()),
        "documents": gallery(shared.rows),
        "has_documents": bool(shared.rows),
        "has_more_documents": bool(shared.next),
    }
    return page(request, "customer/history/job.html", context)


def _has_billing(request: PortalRequest, found: JobPage) -> bool:
    return any(reach.customer == found.customer for reach in request.visitor.payers)


def _lines(rows: list[JobRow]) -> list[dict[str, Any]]:
    """The rows in words: a template that asked for each word itself would cost as much as all else together."""
    address, numbered = addresses("job"), _("Job %(number)s")
    words = {status: job_label(status) for status in {row.status for row in rows}}
    return [
        {
            "href": address(row.id),
            "number": row.number,
            "title": row.type or numbered % {"number": row.number},
            "note": " · ".join(part for part in (day, numbered % {"number": row.number}, row.address) if part),
            "summary": _short(row.summary),
            "tag": words[row.status],
            "tone": job_tone(row.status),
        }
        for row in rows
        for day in [formats.day(formats.as_local(row.happens_at, row.time_zone).date())]
    ]


def _short(summary: str) -> str:
    words = " ".join(summary.split())
    return words if len(words) <= NOTE_LENGTH else words[: NOTE_LENGTH - 1].rstrip() + "…"


def _chosen(narrow: UUID | None, *, shows_open: bool) -> dict[str, str]:
    show = {"show": "open"} if shows_open else {}
    return show | ({"customer": str(narrow)} if narrow else {})


def _tabs(narrow: UUID | None, filters: dict[str, str], *, shows_open: bool) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "href": url("jobs", query=_chosen(narrow, shows_open=is_open) | filters),
            "is_current": current,
        }
        for label, is_open, current in (
            (_("Past"), False, not shows_open),
            (_("Open and planned"), True, shows_open),
        )
    ]

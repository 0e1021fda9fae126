"""Who did what, when: the company's whole trail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from portico.faces.office.audit.forms import SIDE, TrailForm
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.office.trail_words import KIND, changes_of, kind_of, title_of
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.queries import PAGE, EntryRow, trail
from portico.foundation.people.permissions import Action
from portico.foundation.people.queries import staff_names

NARROWED_BY = ("who", "what", "since", "until", "customer")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page and the file tell it."""

    id: UUID
    at: datetime
    title: str
    kind: str | Promise
    who: str
    side: str | Promise
    network: str
    note: str
    changes: list[str]
    href: str


@staff_only(Action.VIEW_AUDIT)
@require_safe
def office_trail(request: OfficeRequest) -> HttpResponse:
    """Newest first, narrowed by what was asked for."""
    form = trail_form(request)
    found = trail(sought=form.sought(request.brand.time_zone), before=public_id(request.GET.get("before", "")))
    kept = {name: request.GET[name] for name in NARROWED_BY if request.GET.get(name)}
    context = {
        "form": form,
        "rows": [line_of(row, request.company.currency) for row in found[:PAGE]],
        "kept": kept,
        "older": url("office_trail", query={**kept, "before": found[PAGE - 1].public_id}) if len(found) > PAGE else "",
        "zone": request.brand.time_zone,
    }
    return page(request, "office/audit/trail.html", context, 200 if form.is_valid() else 422)


def trail_form(request: OfficeRequest) -> TrailForm:
    """The filters as they stand in the address."""
    return TrailForm(request.GET, staff=staff_names())


def line_of(row: EntryRow, currency: str) -> Line:
    """An entry in words; the record it stands on is one tap away."""
    kind = kind_of(row.verb)
    return Line(
        id=row.public_id,
        at=row.at,
        title=title_of(row.verb),
        kind=KIND.get(kind, kind),
        who=row.actor_name,
        side=SIDE[ActorKind(row.actor_kind)],
        network=row.ip_prefix,
        note=row.note,
        changes=changes_of(row, currency),
        href=url("customer", row.customer_id) if row.customer_id else "",
    )

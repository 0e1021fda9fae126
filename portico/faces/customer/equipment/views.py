"""Equipment by home, one unit, the passport of a home, and the label of a unit."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.equipment import labels
from portico.domain.equipment.queries.units import Unit
from portico.domain.equipment.rules import Warranty
from portico.domain.equipment.words import ICON, TONE, age_words, span_words, warranty_words
from portico.domain.jobs import passport as papers
from portico.domain.jobs.words import job_label, job_tone
from portico.faces.customer.documents.words import gallery
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.messaging.ports import Attachment

PAGE_SIZE = 15
LOOKS = {"furnace": "flame", "water": "droplets", "thermostat": "thermometer", "charger": "zap", "panel": "zap"}


@visitor_only
@require_safe
def equipment(request: PortalRequest) -> HttpResponse:
    """What stands in each home, page by page."""
    narrow = narrowed_to(request)
    after = public_id(request.GET.get("after", ""))
    found = request.visitor.units(narrow, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    if narrow:
        request.shell.brand = request.visitor.customer(narrow).brand
    context = {
        "homes": _homes(shown, names=len(request.visitor.reached) > 1),
        "after": after,
        "switch": customer_switch(request.visitor.reached, narrow, "equipment"),
        "more": _more(narrow, shown) if len(found) > len(shown) else "",
    }
    return page(request, "customer/equipment/equipment.html", context)


@visitor_only
@require_safe
def unit(request: PortalRequest, unit: UUID) -> HttpResponse:
    """One unit: warranties, jobs in which it was worked on, what was shared about it, memberships of its home."""
    found = request.visitor.unit(unit)
    service = request.visitor.service_of_unit(found)
    request.shell.brand = found.brand
    documents = request.visitor.documents_of_unit(found.key)
    context = {
        "unit": found.unit,
        "icon_name": _icon(found.unit),
        "age": age_words(found.unit.age),
        "warranties": _warranties(found.unit),
        "jobs": [{"job": job, "state": job_label(job.status), "tone": job_tone(job.status)} for job in service.jobs],
        "history": url("jobs", query={"location": found.unit.location}) if service.is_cut else "",
        "next_visit": service.next_visit,
        "zone": found.brand.time_zone,
        "may_book": request.visitor.may_book_at(found.location_key),
        "memberships": request.visitor.memberships_at(found.location_key),
        "documents": gallery(documents) if documents else None,
    }
    return page(request, "customer/equipment/unit.html", context)


@visitor_only
@require_safe
def passport(request: PortalRequest, location: UUID) -> HttpResponse:
    """The passport of a home as PDF, as things stand now."""
    return _printed(papers.print_passport(*request.visitor.passport(location)))


@visitor_only
@require_safe
def unit_label(request: PortalRequest, unit: UUID) -> HttpResponse:
    """The label of a unit, to print or to show on the screen."""
    found = request.visitor.unit(unit)
    request.shell.brand = found.brand
    context = {
        "unit": found.unit,
        "code": labels.qr_address(found.unit.id),
        "leads_to": labels.unit_link(found.unit.id),
    }
    return page(request, "customer/equipment/label.html", context)


@visitor_only
@require_safe
def unit_label_pdf(request: PortalRequest, unit: UUID) -> HttpResponse:
    """The same as PDF, in the size of a sticker."""
    return _printed(labels.print_label(request.visitor.unit(unit)))


def _printed(made: Attachment) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{made.file_name}"'}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


def _homes(units: list[Unit], *, names: bool) -> list[dict[str, Any]]:
    """Units under the home where they stand, by name."""
    return [
        {
            "location": location,
            "title": rows[0].address or rows[0].location_name,
            "note": rows[0].customer_name if names else "",
            "units": [_line(row) for row in sorted(rows, key=lambda row: row.name.casefold())],
        }
        for location, found in groupby(units, key=lambda row: row.location)
        for rows in [list(found)]
    ]


def _line(unit: Unit) -> dict[str, Any]:
    said = [" ".join(part for part in (unit.manufacturer, unit.model) if part), _aged(unit)]
    return {
        "id": unit.id,
        "name": unit.name,
        "icon": _icon(unit),
        "note": " · ".join(part for part in said if part),
        "warranties": _warranties(unit),
    }


def _aged(unit: Unit) -> str:
    return _("Age: %(age)s") % {"age": age_words(unit.age)}


def _warranties(unit: Unit) -> list[dict[str, str]]:
    return [
        _warranty(_("Maker’s warranty"), unit.maker_warranty),
        _warranty(_("Our warranty"), unit.our_warranty),
    ]


def _warranty(label: str, warranty: Warranty) -> dict[str, str]:
    return {
        "label": label,
        "text": warranty_words(warranty),
        "span": span_words(warranty),
        "tone": TONE[warranty.word],
        "icon": ICON[warranty.word],
    }


def _icon(unit: Unit) -> str:
    kind = f"{unit.type} {unit.name}".casefold()
    return next((icon for word, icon in LOOKS.items() if word in kind), "air-vent")


def _more(narrow: UUID | None, shown: list[Unit]) -> str:
    query = {"customer": str(narrow)} if narrow else {}
    return url("equipment", query=query | {"after": shown[-1].id})

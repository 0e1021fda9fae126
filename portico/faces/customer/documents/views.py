"""Documents: all of them or those of a job, newest first, and one of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.documents.enums import DocumentKind
from portico.domain.documents.queries.portal import DocumentList, DocumentPage
from portico.faces.customer.documents.narrowing import chosen_kind, narrow_fields
from portico.faces.customer.documents.words import groups, photo_words, size_text
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import say as _
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import formats

PAGE_SIZE = 40
OF_A_JOB = 60


@visitor_only
@require_safe
def documents(request: PortalRequest) -> HttpResponse:
    """Everything shared, job by job on each page; narrowed by customer, home or job, and by kind."""
    visitor, narrow = request.visitor, narrowed_to(request)
    kind, before = chosen_kind(request.GET), public_id(request.GET.get("before", ""))
    location, job = public_id(request.GET.get("location", "")), public_id(request.GET.get("job", ""))
    found = (
        visitor.all_of_job(job, kind=kind, before=before, limit=OF_A_JOB)
        if job
        else visitor.documents(narrow, location=location, kind=kind, before=before, limit=PAGE_SIZE)
    )
    if narrow:
        request.shell.brand = visitor.customer(narrow).brand
    kept = _kept(customer=narrow, job=job, location=location, kind=kind)
    context = {
        "groups": groups(found.rows),
        "fields": narrow_fields(kind=kind, location=location, found=found),
        "hidden": {name: value for name, value in kept.items() if name in ("customer", "job")},
        "is_narrowed": bool(kind or location or job),
        "everything": url("documents", query=_kept(customer=narrow)),
        "before": before,
        "switch": customer_switch(request.visitor.reached, narrow, "documents", kept={"kind": kind}) if not job else [],
        "older": _older(kept, found),
        "is_cut": found.is_cut,
    }
    return page(request, "customer/documents/documents.html", context)


@visitor_only
@require_safe
def document(request: PortalRequest, document: UUID) -> HttpResponse:
    """A photo with its neighbours, a form with its answers, or the facts of a file."""
    found = request.visitor.document(document)
    row = found.row
    request.shell.brand = found.brand
    context = {
        "row": row,
        "title": _title(found),
        "place": row.address or found.place,
        "answers": found.answers,
        "kind": _kind_words(row.kind),
        "size": size_text(row.size),
        **_beside(found),
    }
    return page(request, "customer/documents/document.html", context)


def _title(found: DocumentPage) -> str:
    if found.row.kind != DocumentKind.PHOTO:
        return found.row.name
    at = found.photos.index(found.row.id) + 1 if found.row.id in found.photos else 0
    day = formats.as_local(found.row.created_at, found.row.time_zone).date()
    return photo_words(at, len(found.photos), formats.short_day(day))


def _beside(found: DocumentPage) -> dict[str, str]:
    """Where the arrows lead: the photos of the same job, in the order of the lists."""
    photos, own = found.photos, found.row.id
    at = photos.index(own) if own in photos else -1
    is_first, is_last = at <= 0, at < 0 or at == len(photos) - 1
    return {
        "previous": "" if is_first else url("document", photos[at - 1]),
        "next": "" if is_last else url("document", photos[at + 1]),
    }


def _kind_words(kind: str) -> str:
    return {"photo": _("Photo"), "form": _("Completed form")}.get(kind, _("File"))


def _kept(**chosen: object) -> dict[str, str]:
    return {name: str(value) for name, value in chosen.items() if value}


def _older(kept: dict[str, str], found: DocumentList) -> str:
    return url("documents", query=kept | {"before": found.next}) if found.next else ""

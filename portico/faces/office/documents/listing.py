"""A customer's documents: all of them, one by one, and what the customer may see of them."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portico.domain.documents import operations
from portico.domain.documents.errors import Missing
from portico.domain.documents.queries import office
from portico.domain.documents.queries.office import OneDocument
from portico.faces.office.back import came_from
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.document_words import KIND, size_text, words_for_documents
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.faces.ui.private_files import answer_with_file, answer_with_thumbnail
from portico.foundation.people.permissions import Action


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def documents(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """All documents, newest first."""
    head = head_or_404(customer)
    rows = office.documents_of_customer(customer, before=public_id(request.GET.get("before", "")))
    shown, address = rows[: office.PAGE], reverse("customer_documents", args=[customer])
    older = f"{address}?{urlencode({'before': shown[-1].id})}" if len(rows) > len(shown) else ""
    context = {"head": head, "older": older, **words_for_documents(request, shown, back=request.get_full_path())}
    return page(request, "office/documents/documents.html", context)


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def document(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponse:
    """One document: the picture or the answers, and who shared it when."""
    found = _found_or_404(customer, document)
    context = {
        "head": head_or_404(customer),
        "document": found,
        "row": found.row,
        "kind": KIND[found.row.kind],
        "size": size_text(found.row.size),
        "may_share": request.staff.may(Action.SHARE_DOCUMENT),
        "is_picture": found.row.kind == "photo" and found.row.is_ready,
    }
    return page(request, "office/documents/document.html", context)


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def document_file(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponseBase:
    """The file itself."""
    found = _found_or_404(customer, document)
    if not found.stored_as:
        raise Http404("no file yet")
    row, is_download = found.row, "download" in request.GET
    return answer_with_file(
        stored_as=found.stored_as, content_type=row.content_type, name=row.name, size=row.size, is_download=is_download
    )


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def document_thumbnail(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponseBase:
    """The small picture."""
    found = _found_or_404(customer, document)
    if not found.row.has_thumbnail:
        raise Http404("no thumbnail")
    return answer_with_thumbnail(found.thumbnail_as)


@staff_only(Action.SHARE_DOCUMENT)
@require_POST
def share(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponse:
    """Let the customer see it."""
    try:
        operations.share_document(customer=customer, document=document, by=request.staff.actor)
    except Missing as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("Shared: the customer sees this document now."))
    return _back(request, customer, document)


@staff_only(Action.SHARE_DOCUMENT)
@require_POST
def unshare(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponse:
    """Take it away from the customer's eyes."""
    try:
        operations.unshare_document(customer=customer, document=document, by=request.staff.actor)
    except Missing as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("No longer shared: the customer cannot open this document any more."))
    return _back(request, customer, document)


def _found_or_404(customer: UUID, document: UUID) -> OneDocument:
    found = office.document_of(customer, document)
    if found is None:
        raise Http404("no such document")
    return found


def _back(request: OfficeRequest, customer: UUID, document: UUID) -> HttpResponse:
    """To the page of ours that the button stood on."""
    return came_from(request) or HttpResponseRedirect(reverse("office_document", args=[customer, document]))

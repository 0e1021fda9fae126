"""The bytes of documents: the file, its small picture, a form on paper, and everything of a job in one archive."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from portico.domain.documents import bundles, rules
from portico.domain.documents.enums import DocumentKind
from portico.domain.documents.form_paper import print_form
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.private_files import answer_with_file, answer_with_thumbnail


@visitor_only
@require_safe
def document_file(request: PortalRequest, document: UUID) -> HttpResponseBase:
    """The file itself: pictures are shown, everything else is a download."""
    found = request.visitor.stored_file(document)
    return answer_with_file(
        stored_as=found.stored_as,
        content_type=found.content_type,
        name=found.name,
        size=found.size,
        is_download="download" in request.GET,
    )


@visitor_only
@require_safe
def document_thumbnail(request: PortalRequest, document: UUID) -> HttpResponseBase:
    """The small picture."""
    found = request.visitor.stored_file(document)
    if found.picture_state != "ready":
        raise Http404
    return answer_with_thumbnail(found.thumbnail_as)


@visitor_only
@require_safe
def form_pdf(request: PortalRequest, document: UUID) -> HttpResponse:
    """A completed form as PDF."""
    found = request.visitor.document(document)
    if found.row.kind != DocumentKind.FORM:
        raise Http404
    made = print_form(found)
    name = rules.download_name(made.file_name, made.content_type)
    headers = {"Content-Disposition": str(content_disposition_header(as_attachment=False, filename=name))}
    return HttpResponse(made.content, content_type=made.content_type, headers=headers)


@visitor_only
@require_safe
def job_documents_zip(request: PortalRequest, job: UUID) -> HttpResponseBase:
    """Everything shared of a job, packed while it is sent."""
    bundle = request.visitor.bundle(job)
    name = bundles.archive_name(bundle)
    headers = {"Content-Disposition": str(content_disposition_header(as_attachment=True, filename=name))}
    if request.method == "HEAD":
        return HttpResponse(content_type="application/zip", headers=headers)
    packed = bundles.archive(bundle, lang=get_language() or "en")
    return StreamingHttpResponse(packed, content_type="application/zip", headers=headers)

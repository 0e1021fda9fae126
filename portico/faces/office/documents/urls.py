"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.documents import adding, listing

ALL = "customers/<uuid:customer>/documents"
ONE = f"{ALL}/<uuid:document>"

urlpatterns: list[URLPattern] = [
    path(f"{ALL}/", listing.documents, name="customer_documents"),
    path(f"{ALL}/add/", adding.add, name="document_add"),
    path(f"{ONE}/", listing.document, name="office_document"),
    path(f"{ONE}/file/", listing.document_file, name="office_document_file"),
    path(f"{ONE}/thumbnail/", listing.document_thumbnail, name="office_document_thumbnail"),
    path(f"{ONE}/share/", listing.share, name="office_document_share"),
    path(f"{ONE}/unshare/", listing.unshare, name="office_document_unshare"),
]

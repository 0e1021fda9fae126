"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.invoices import issuing, writing

ONE = "customers/<uuid:customer>/invoices/drafts/<uuid:draft>"

urlpatterns: list[URLPattern] = [
    path("customers/<uuid:customer>/invoices/new/", writing.new, name="office_invoice_new"),
    path(f"{ONE}/", issuing.draft, name="office_invoice_draft"),
    path(f"{ONE}/edit/", writing.edit, name="office_invoice_edit"),
    path(f"{ONE}/remove/", issuing.remove, name="office_invoice_remove"),
]

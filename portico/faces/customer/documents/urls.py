"""Documents."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.documents import files, views

urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/<uuid:document>/", views.document, name="document"),
    path("documents/<uuid:document>/file", files.document_file, name="document_file"),
    path("documents/<uuid:document>/thumbnail", files.document_thumbnail, name="document_thumbnail"),
    path("documents/<uuid:document>/form.pdf", files.form_pdf, name="form_pdf"),
    path("jobs/<uuid:job>/documents.zip", files.job_documents_zip, name="job_documents_zip"),
]

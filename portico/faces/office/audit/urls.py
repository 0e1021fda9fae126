"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.audit import export, listing

urlpatterns: list[URLPattern] = [
    path("audit/", listing.office_trail, name="office_trail"),
    path("audit/export/", export.office_trail_export, name="office_trail_export"),
]

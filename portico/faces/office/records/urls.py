"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.records import customers

urlpatterns: list[URLPattern] = [
    path("customers/new/", customers.new, name="customer_new"),
    path("customers/<uuid:customer>/edit/", customers.edit, name="customer_edit"),
]

"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.merging import customers

urlpatterns: list[URLPattern] = [
    path("customers/<uuid:customer>/merge/", customers.merge, name="customer_merge"),
    path("customers/<uuid:customer>/unmerge/", customers.unmerge, name="customer_unmerge"),
]

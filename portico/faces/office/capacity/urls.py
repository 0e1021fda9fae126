"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.capacity import unplanned, views

urlpatterns: list[URLPattern] = [
    path("capacity/", views.capacity, name="office_capacity"),
    path("capacity/unplanned/", unplanned.unplanned_visits, name="office_unplanned"),
]

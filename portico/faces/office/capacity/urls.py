"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.capacity import views

urlpatterns: list[URLPattern] = [
    path("capacity/", views.capacity, name="office_capacity"),
]

"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.scheduling import explainer, policy

urlpatterns: list[URLPattern] = [
    path("settings/scheduling/", policy.settings_scheduling, name="settings_scheduling"),
    path("capacity/why/", explainer.why_nothing, name="office_why"),
]

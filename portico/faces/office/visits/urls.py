"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.visits import views

urlpatterns: list[URLPattern] = [
    path("appointments/", views.appointments, name="office_appointments"),
    path("appointments/<uuid:appointment>/status/", views.set_status, name="office_appointment_status"),
]

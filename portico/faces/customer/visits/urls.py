"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.customer.visits import feed, views

VISIT = "appointments/<uuid:appointment>"

urlpatterns: list[URLPattern] = [
    path("calendar/<str:token>.ics", feed.calendar_feed, name="calendar_feed"),
    path("appointments/", views.appointments, name="appointments"),
    path(f"{VISIT}/", views.appointment, name="appointment"),
    path(f"{VISIT}/live/", views.appointment_live, name="appointment_live"),
    path(f"{VISIT}/visit.ics", views.appointment_calendar, name="appointment_calendar"),
]

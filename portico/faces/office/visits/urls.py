"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.visits import offers, views

urlpatterns: list[URLPattern] = [
    path("appointments/", views.appointments, name="office_appointments"),
    path("appointments/<uuid:appointment>/status/", views.set_status, name="office_appointment_status"),
    path("appointments/<uuid:appointment>/offer/", offers.office_offer, name="office_offer"),
    path(
        "appointments/<uuid:appointment>/offer/<uuid:offer>/withdraw/",
        offers.office_offer_withdraw,
        name="office_offer_withdraw",
    ),
]

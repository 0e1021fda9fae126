"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.customer.booking import changes, errand, held, offers, start, waiting, windows

KIND = "booking/<uuid:location>/<uuid:job_type>"
HOLD = "booking/held/<uuid:hold>"
OFFER = "offers/<uuid:offer>"
VISIT = "appointments/<uuid:appointment>"

urlpatterns: list[URLPattern] = [
    path("booking/", start.booking, name="booking"),
    path(f"{KIND}/", windows.booking_windows, name="booking_windows"),
    path(f"{KIND}/hold/", windows.booking_hold, name="booking_hold"),
    path(f"{KIND}/wait/", waiting.booking_wait, name="booking_wait"),
    path("booking/due/<uuid:due>/", errand.booking_due, name="booking_due"),
    path("booking/estimate/<uuid:estimate>/", errand.booking_work, name="booking_work"),
    path("booking/waiting/<uuid:entry>/leave/", waiting.booking_leave, name="booking_leave"),
    path(f"{HOLD}/", held.booking_held, name="booking_held"),
    path(f"{HOLD}/another/", held.booking_another, name="booking_another"),
    path(f"{HOLD}/release/", held.booking_release, name="booking_release"),
    path(f"{OFFER}/", offers.visit_offer, name="visit_offer"),
    path(f"{OFFER}/accept/", offers.visit_offer_accept, name="visit_offer_accept"),
    path(f"{OFFER}/decline/", offers.visit_offer_decline, name="visit_offer_decline"),
    path(f"{VISIT}/move/", changes.appointment_move, name="appointment_move"),
    path(f"{VISIT}/cancel/", changes.appointment_cancel, name="appointment_cancel"),
]

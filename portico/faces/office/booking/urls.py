"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.booking import changing, choosing, listing

urlpatterns: list[URLPattern] = [
    path("bookings/", listing.bookings, name="office_bookings"),
    path("customers/<uuid:customer>/book/", choosing.book_start, name="office_book"),
    path(
        "customers/<uuid:customer>/book/<uuid:location>/<uuid:job_type>/",
        choosing.book_windows,
        name="office_book_windows",
    ),
    path("appointments/<uuid:appointment>/move/", changing.appointment_move, name="office_appointment_move"),
    path("appointments/<uuid:appointment>/cancel/", changing.appointment_cancel, name="office_appointment_cancel"),
]

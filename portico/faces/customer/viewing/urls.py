"""Paths of looking as a customer."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.customer.viewing import views

urlpatterns: list[URLPattern] = [
    path("viewing/", views.viewing, name="viewing"),
    path("viewing/end/", views.end, name="viewing_end"),
    path("viewing/start/<str:token>/", views.start, name="viewing_start"),
]

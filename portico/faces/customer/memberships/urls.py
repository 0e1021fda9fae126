"""Memberships."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.memberships import views

urlpatterns = [
    path("memberships/", views.memberships, name="memberships"),
    path("memberships/<uuid:membership>/", views.membership, name="membership"),
]

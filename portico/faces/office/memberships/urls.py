"""Memberships."""

from __future__ import annotations

from django.urls import path

from portico.faces.office.memberships import views

urlpatterns = [
    path("customers/<uuid:customer>/memberships/", views.memberships, name="customer_memberships"),
]

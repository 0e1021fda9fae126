"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.settings import payments

urlpatterns: list[URLPattern] = [
    path("settings/", payments.settings, name="settings"),
    path("settings/payments/", payments.settings_payments, name="settings_payments"),
]

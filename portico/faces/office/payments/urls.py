"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.payments import payments

urlpatterns: list[URLPattern] = [
    path("payments/", payments.office_payments, name="office_payments"),
    path("payments/<uuid:payment>/", payments.office_payment, name="office_payment"),
]

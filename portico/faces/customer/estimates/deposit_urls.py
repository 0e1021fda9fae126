"""Paying the deposit of an approved estimate."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.estimates import deposit

urlpatterns = [
    path("estimates/<uuid:estimate>/deposit/", deposit.estimate_deposit, name="estimate_deposit"),
    path("deposits/<uuid:deposit>/", deposit.deposit, name="deposit"),
]

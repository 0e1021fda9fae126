"""Estimates."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.estimates import listing, proposal

urlpatterns = [
    path("estimates/", listing.estimates, name="estimates"),
    path("estimates/<uuid:estimate>/", proposal.estimate, name="estimate"),
]

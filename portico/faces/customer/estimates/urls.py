"""Estimates."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.estimates import answers, approve, listing, proposal

urlpatterns = [
    path("estimates/", listing.estimates, name="estimates"),
    path("estimates/<uuid:estimate>/", proposal.estimate, name="estimate"),
    path("estimates/<uuid:estimate>/approve/", approve.approve, name="estimate_approve"),
    path("estimates/<uuid:estimate>/decline/", answers.decline, name="estimate_decline"),
    path("estimates/<uuid:estimate>/ask/", answers.ask, name="estimate_ask"),
    path("estimates/<uuid:estimate>/renew/", answers.renew, name="estimate_renew"),
    path("estimates/<uuid:estimate>/undo/", answers.undo, name="estimate_undo"),
    path("estimates/<uuid:estimate>/proof/", answers.proof, name="estimate_proof"),
]

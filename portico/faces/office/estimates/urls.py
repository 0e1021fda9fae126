"""Paths."""

from __future__ import annotations

from django.urls import path

from portico.faces.office.estimates import acts, deciding, listing, page, writing

ESTIMATE = "estimates/<uuid:estimate>"

urlpatterns = [
    path("estimates/", listing.estimates, name="office_estimates"),
    path("jobs/<uuid:job>/estimates/new/", writing.new, name="office_estimate_new"),
    path(f"{ESTIMATE}/", page.estimate, name="office_estimate"),
    path(f"{ESTIMATE}/edit/", writing.edit, name="office_estimate_edit"),
    path(f"{ESTIMATE}/send/", acts.send, name="office_estimate_send"),
    path(f"{ESTIMATE}/withdraw/", acts.withdraw, name="office_estimate_withdraw"),
    path(f"{ESTIMATE}/answer/", acts.answer, name="office_estimate_answer"),
    path(f"{ESTIMATE}/phone-approval/", deciding.phone, name="office_estimate_phone"),
    path(f"{ESTIMATE}/undo/", deciding.undo, name="office_estimate_undo"),
    path(f"{ESTIMATE}/invoice/", deciding.invoice, name="office_estimate_invoice"),
    path(f"{ESTIMATE}/proof/", deciding.proof, name="office_estimate_proof"),
]

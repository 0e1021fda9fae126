"""Equipment."""

from __future__ import annotations

from django.urls import path

from portico.faces.customer.equipment import views

urlpatterns = [
    path("equipment/", views.equipment, name="equipment"),
    path("equipment/passport/<uuid:location>.pdf", views.passport, name="passport"),
    path("equipment/<uuid:unit>/", views.unit, name="unit"),
    path("equipment/<uuid:unit>/label/", views.unit_label, name="unit_label"),
    path("equipment/<uuid:unit>/label.pdf", views.unit_label_pdf, name="unit_label_pdf"),
]

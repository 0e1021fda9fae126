"""Equipment."""

from __future__ import annotations

from django.urls import path

from portico.faces.office.equipment import views

urlpatterns = [
    path("customers/<uuid:customer>/equipment/", views.equipment, name="customer_equipment"),
    path("customers/<uuid:customer>/equipment/<uuid:unit>/label.pdf", views.label, name="office_unit_label"),
]

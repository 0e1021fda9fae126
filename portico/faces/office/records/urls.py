"""Paths."""

from __future__ import annotations

from django.urls import URLPattern, path

from portico.faces.office.records import contacts, customers, locations

CUSTOMER = "customers/<uuid:customer>"
CONTACT = f"{CUSTOMER}/contacts/<uuid:contact>"

urlpatterns: list[URLPattern] = [
    path("customers/new/", customers.new, name="customer_new"),
    path(f"{CUSTOMER}/edit/", customers.edit, name="customer_edit"),
    path(f"{CUSTOMER}/contacts/add/", contacts.add, name="contact_add"),
    path(f"{CONTACT}/", contacts.edit, name="contact_edit"),
    path(f"{CONTACT}/remove/", contacts.remove, name="contact_remove"),
    path(f"{CUSTOMER}/locations/add/", locations.add, name="location_add"),
    path(f"{CUSTOMER}/locations/<uuid:location>/", locations.edit, name="location_edit"),
]

"""Every path of the office."""

from django.urls import path

from portico.faces.office.adoption import urls as adoption
from portico.faces.office.audit import urls as audit
from portico.faces.office.booking import urls as booking
from portico.faces.office.capacity import urls as capacity
from portico.faces.office.customers import urls as customers
from portico.faces.office.documents import urls as documents
from portico.faces.office.equipment import urls as equipment
from portico.faces.office.estimates import urls as estimates
from portico.faces.office.identity import urls as identity
from portico.faces.office.invitations import urls as invitations
from portico.faces.office.invoices import urls as invoices
from portico.faces.office.memberships import urls as memberships
from portico.faces.office.merging import urls as merging
from portico.faces.office.payments import urls as payments
from portico.faces.office.records import urls as records
from portico.faces.office.scheduling import urls as scheduling
from portico.faces.office.settings import urls as settings
from portico.faces.office.statements import urls as statements
from portico.faces.office.visits import urls as visits
from portico.faces.ui import brands

urlpatterns = [
    path("logo/<slug:digest>.png", brands.logo, name="logo"),
    *identity.urlpatterns,
    *memberships.urlpatterns,
    *invoices.urlpatterns,
    *customers.urlpatterns,
    *records.urlpatterns,
    *merging.urlpatterns,
    *documents.urlpatterns,
    *equipment.urlpatterns,
    *estimates.urlpatterns,
    *payments.urlpatterns,
    *statements.urlpatterns,
    *settings.urlpatterns,
    *scheduling.urlpatterns,
    *visits.urlpatterns,
    *capacity.urlpatterns,
    *booking.urlpatterns,
    *invitations.urlpatterns,
    *audit.urlpatterns,
    *adoption.urlpatterns,
]

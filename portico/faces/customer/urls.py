"""Every path of the portal."""

from django.urls import path

from portico.faces.customer import home
from portico.faces.customer.billing import urls as billing
from portico.faces.customer.booking import urls as booking
from portico.faces.customer.documents import urls as documents
from portico.faces.customer.equipment import urls as equipment
from portico.faces.customer.estimates import deposit_urls as deposits
from portico.faces.customer.estimates import urls as estimates
from portico.faces.customer.history import urls as history
from portico.faces.customer.household import urls as household
from portico.faces.customer.identity import urls as identity
from portico.faces.customer.memberships import urls as memberships
from portico.faces.customer.viewing import urls as viewing
from portico.faces.customer.visits import urls as visits
from portico.faces.ui import brands

urlpatterns = [
    path("", home.home, name="home"),
    *billing.urlpatterns,
    *booking.urlpatterns,
    *deposits.urlpatterns,
    *documents.urlpatterns,
    *equipment.urlpatterns,
    *estimates.urlpatterns,
    *history.urlpatterns,
    *household.urlpatterns,
    *identity.urlpatterns,
    *memberships.urlpatterns,
    *viewing.urlpatterns,
    *visits.urlpatterns,
    path("logo/<slug:digest>.png", brands.logo, name="logo"),
]

"""What a company's portal answers, `HOST.BASE`."""

from django.urls import include, path

from portico.faces.ui import brand_css

urlpatterns = [
    path("", include("portico.faces.customer.urls")),  # asked most, and Django tries them in this order
    *brand_css.urlpatterns,
    path("hooks/", include("portico.faces.hooks.urls")),
    path("", include("portico.config.urls")),
]
handler400 = "portico.faces.ui.error_pages.bad_request"
handler403 = "portico.faces.ui.error_pages.not_allowed"
handler404 = "portico.faces.ui.error_pages.not_found"
handler500 = "portico.faces.ui.error_pages.went_wrong"

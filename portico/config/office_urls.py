"""What a company's office answers, `office.HOST.BASE`."""

from django.urls import include, path

from portico.faces.ui import brand_css

urlpatterns = [
    path("", include("portico.config.urls")),
    *brand_css.urlpatterns,
    path("", include("portico.faces.office.urls")),
]
handler400 = "portico.faces.ui.error_pages.bad_request"
handler403 = "portico.faces.ui.error_pages.not_allowed"
handler404 = "portico.faces.ui.error_pages.not_found"
handler500 = "portico.faces.ui.error_pages.went_wrong"

"""What every host answers, known or not: is the process alive, can it serve."""

from django.urls import path

from portico.faces.hooks import csp, health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("csp-reports/", csp.report, name="csp-reports"),
]
handler400 = "portico.faces.ui.error_pages.bad_request"
handler403 = "portico.faces.ui.error_pages.not_allowed"
handler404 = "portico.faces.ui.error_pages.not_found"
handler500 = "portico.faces.ui.error_pages.went_wrong"

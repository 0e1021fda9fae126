"""The portal's addresses and one more, which the product does not have."""

from django.http import HttpResponse
from django.urls import include, path

from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only


@visitor_only
def empty(request: PortalRequest) -> HttpResponse:
    """Company, session, row-level security and what this person may reach; then nothing."""
    return HttpResponse(
        "" if request.visitor.reached else "nothing is reached", status=200 if request.visitor.reached else 500
    )


urlpatterns = [path("bench/empty/", empty, name="bench_empty"), path("", include("portico.config.portal_urls"))]
handler400 = "portico.faces.ui.error_pages.bad_request"
handler403 = "portico.faces.ui.error_pages.not_allowed"
handler404 = "portico.faces.ui.error_pages.not_found"
handler500 = "portico.faces.ui.error_pages.went_wrong"

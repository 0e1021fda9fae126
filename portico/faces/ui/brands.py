"""A branch as the templates want it, and its logo."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from portico.faces.ui.brand_css import brand_css_url
from portico.faces.ui.guards import open_to_all, open_while_viewing
from portico.faces.ui.pages import Brand
from portico.foundation.tenancy import hours
from portico.foundation.tenancy.brands import BrandFacts, logo_png


def shell_brand(facts: BrandFacts) -> Brand:
    """Name, phone, palette and logo of a branch."""
    return Brand(
        name=facts.display_name,
        phone=facts.phone,
        css_url=brand_css_url(facts.color),
        logo_url=f"/logo/{facts.logo_digest}.png" if facts.logo_digest else "",
        address=facts.address,
        hours=hours.said(facts.opening_hours),
    )


@open_while_viewing
@open_to_all
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """A branch's logo; kept for ever, since its digest stands in the address."""
    png = logo_png(digest)
    if png is None:
        raise Http404
    response = HttpResponse(png, content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # mails show it, inside any mail program's pages
    return response

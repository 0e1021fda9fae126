"""The style sheet of a brand: its colour stands in the address, so nothing is asked and it never changes."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from portico.foundation.people.middleware import global_page
from portico.kernel import brand

VERSION = 3  # raise it whenever the palette or the style sheet of a colour changes
MAX_AGE = 365 * 24 * 3600


class ColourConverter(StringConverter):
    """Six hexadecimal digits in small letters."""

    regex = "[0-9a-f]{6}"


register_converter(ColourConverter, "colour")


@global_page
def brand_css(request: HttpRequest, colour: str) -> HttpResponse:
    """Answer with the custom properties of one brand colour; to be kept forever."""
    response = HttpResponse(brand.stylesheet(f"#{colour}"), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={MAX_AGE}, immutable"
    return response


def brand_css_url(colour: str) -> str:
    """The address of a colour's style sheet; for every host the same."""
    return f"/brand/{brand.normalised(colour)[1:]}-{VERSION}.css"


urlpatterns = [path(f"brand/<colour:colour>-{VERSION}.css", brand_css, name="brand-css")]

"""One view that knows who asks and says nothing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import path


@login_required
def empty(request: HttpRequest) -> HttpResponse:
    """The empty authenticated view."""
    return HttpResponse("")


urlpatterns = [path("", empty)]

"""The calendar feed: whoever holds its address reads the visits that its owner may see at this moment."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.booking.queries.feed import feed_of
from portico.domain.customers.enums import Right
from portico.domain.customers.queries import Scope, reach_of
from portico.faces.customer.closed import is_closed_to, while_open
from portico.faces.customer.visits.calendar import calendar_feed_file
from portico.faces.ui.guards import open_to_all
from portico.faces.ui.headers import without_referrer
from portico.foundation.people import feeds
from portico.foundation.people.middleware import noting
from portico.foundation.people.throttling import TooManyTries
from portico.kernel import clock

KEPT = "private, max-age=900"


@open_to_all
@noting
@without_referrer
@while_open
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """404 for an address that was revoked, as for one that never was; kept by the calendar alone."""
    asking: Any = request
    try:
        email = feeds.reader_of(token=token, ip_prefix=asking.ip_prefix)
    except TooManyTries as many:
        return HttpResponse(many.message, status=429, headers={"Retry-After": str(many.retry_after)})
    if email is None or is_closed_to(request, email):
        raise Http404
    visits = feed_of(scope=Scope.of(reach_of(email), Right.HISTORY), now=clock.now())
    name = _("Visits of %(name)s") % {"name": asking.entry.brand.display_name}
    content = calendar_feed_file(visits, name=name, now=clock.real_now())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": KEPT})

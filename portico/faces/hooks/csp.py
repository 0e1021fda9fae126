"""Where browsers report what the content policy stopped."""

import json
import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portico.foundation.people.middleware import global_page

log = logging.getLogger("portico.security")
LONGEST = 10_000


@global_page
@csrf_exempt
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Note which rule was broken; addresses stay out of the log, they may hold secrets."""
    try:
        told = json.loads(request.read(LONGEST))
    except ValueError:
        return HttpResponse(status=400)
    for one in told if isinstance(told, list) else [told]:
        log.warning("csp_report", extra={"directive": _directive(one)})
    return HttpResponse(status=204)


def _directive(one: object) -> str:
    """Both forms in use: `report-uri` sends one dashed dictionary, `report-to` a list of bodies."""
    if not isinstance(one, dict):
        return "unknown"
    body = one.get("csp-report") or one.get("body") or {}
    said = body.get("effective-directive") or body.get("effectiveDirective") if isinstance(body, dict) else ""
    return str(said)[:40] if said else "unknown"

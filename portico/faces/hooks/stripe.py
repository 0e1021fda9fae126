"""Where Stripe tells us that something happened. The signature is the guard; the host says which company."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portico.domain.billing import errors
from portico.domain.billing.operations import webhooks
from portico.faces.ui.guards import mark

log = logging.getLogger("portico.payments")


def _stripe(request: HttpRequest) -> HttpResponse:
    """200 when applied or none of our business, 400 when it is not from our account, 500 to have it sent again."""
    try:
        webhooks.receive(raw=request.body, signature=request.headers.get("Stripe-Signature", ""))
    except (errors.BadSignature, errors.ForeignEvent) as refused:
        return _plain(refused.code, 400)
    except errors.CannotPayOnline as refused:
        return _plain(refused.code, 404)
    except webhooks.TRY_AGAIN as problem:
        log.warning("payments.webhook_postponed", extra={"why": type(problem).__name__})
        return _plain("later", 500)
    return _plain("ok", 200)


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")


stripe = mark(csrf_exempt(require_POST(_stripe)), "hook: signature")

"""What needs somebody of the office, each with what to do about it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.billing.operations import alerts
from portico.domain.billing.queries.office_money import needs_attention
from portico.faces.office.payments.forms import CloseForm
from portico.faces.office.payments.words import ALERT_TONE
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors

HERE = "office_attention"


@staff_only(Action.VIEW_PAYMENTS)
@require_safe
def office_attention(request: OfficeRequest) -> HttpResponse:
    """What has a due date first, then what waits longest."""
    return _page(request)


@staff_only(Action.CLOSE_ALERT)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: OfficeRequest) -> HttpResponse:
    """Somebody looked at one of them and says what came of it; a look at this path leads to the list."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse(HERE))
    form = CloseForm(request.POST, auto_id=_auto_id(request.POST.get("alert", "")))
    if not form.is_valid():
        return _page(request, form)
    try:
        alerts.close_alert(**form.cleaned_data, by=request.staff.actor)
        request.notices.add("success", _("Taken care of."))
    except errors.PorticoError as refused:
        request.notices.add("info", refused.message)
    return HttpResponseRedirect(reverse(HERE))


def _page(request: OfficeRequest, refused: CloseForm | None = None) -> HttpResponse:
    found = needs_attention()
    request.shell.attention = len(found)
    context: dict[str, Any] = {
        "items": [(one, _form(one.alert, refused)) for one in found],
        "may_close": request.staff.may(Action.CLOSE_ALERT),
        "refused": refused,
        "tone": ALERT_TONE,
    }
    return page(request, "office/payments/attention.html", context, 422 if refused else 200)


def _form(alert: UUID | None, refused: CloseForm | None) -> CloseForm | None:
    """The refused form where it belongs, a fresh one elsewhere; none for what goes by itself."""
    if alert is None:
        return None
    if refused is not None and refused.data.get("alert") == str(alert):
        return refused
    return CloseForm(initial={"alert": alert}, auto_id=_auto_id(str(alert)))


def _auto_id(alert: str) -> str:
    return f"id_{alert}_%s"

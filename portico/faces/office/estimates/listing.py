"""Estimates by state."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.estimates.queries import office
from portico.faces.office.estimates.words import states, tag_of
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def estimates(request: OfficeRequest) -> HttpResponse:
    """The proposals of a state, those that wait unless another one is asked for."""
    asked = request.GET.get("state", "")
    state = asked if asked in office.STATES else office.STATES[0]
    after = public_id(request.GET.get("after", ""))
    found = _found(state, after)
    shown = found[: office.PAGE]
    further = ""
    if len(found) > len(shown):
        further = url("office_estimates", query={"state": state, "after": shown[-1]["id"]})
    context = {"state": state, "title": dict(states())[state], "tabs": _tabs(state), "further": further}
    context |= {"questions": shown, "proposals": []} if state == "questions" else {"proposals": with_tags(shown)}
    return page(request, "office/estimates/estimates.html", {"questions": [], **context})


def with_tags(proposals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Their options with what each is called."""
    now = clock.now()
    for proposal in proposals:
        for option in proposal["options"]:
            option["tag"], option["tone"] = tag_of(option, now)
    return proposals


def _found(state: str, after: Any) -> list[dict[str, Any]]:
    if state == "questions":
        return office.questions(after=after)
    return office.proposals(state=state, now=clock.now(), after=after)


def _tabs(state: str) -> list[dict[str, Any]]:
    return [
        {"label": _(label), "href": url("office_estimates", query={"state": name}), "is_current": name == state}
        for name, label in states()
    ]

"""Whom to invite next: ticked here, looked at and confirmed as a list of invitations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.adoption import operations, queries
from portico.domain.adoption.enums import Reason
from portico.domain.adoption.queries import Candidate
from portico.faces.office.adoption import words
from portico.faces.office.adoption.asked import Asked, reason_of
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors
from portico.kernel.money import Money


@staff_only(Action.VIEW_ADOPTION)
@require_http_methods(["GET", "HEAD"])
def invite_next(request: OfficeRequest) -> HttpResponse:
    """Never invited, and a reason to do it now; the best reason first."""
    return _page(request)


@staff_only(Action.INVITE_MANY)
@require_http_methods(["POST"])
def invite_chosen(request: OfficeRequest) -> HttpResponse:
    """Make a list of those who are ticked. Nothing is sent before that list is confirmed."""
    try:
        made = operations.make_list(rows=_ticked(request), by=request.staff.actor)
    except errors.NotPossible as refused:
        request.notices.add("error", refused.message)
        return HttpResponseRedirect(url("office_adoption_invite"))
    return HttpResponseRedirect(url("office_invite_list", made))


def _ticked(request: OfficeRequest) -> list[UUID]:
    found = (public_id(text) for text in request.POST.getlist("row")[: queries.PAGE])
    return [one for one in found if one is not None]


def _page(request: OfficeRequest) -> HttpResponse:
    asked, reason = Asked.of(request), reason_of(request)
    found = queries.invite_next(asked.span, reason=reason, after=request.GET.get("after", ""))
    shown = found[: queries.PAGE]
    kept = {name: value for name, value in asked.kept.items() if name == "branch"}
    here = kept | ({"reason": reason.value} if reason else {})
    further = here | {"after": shown[-1].place} if len(found) > len(shown) else None
    context = {
        "lines": [_line(row) for row in shown],
        "tabs": _tabs(reason, kept),
        "zone": request.brand.time_zone,
        "may_invite": request.staff.may(Action.INVITE_MANY),
        "further": url("office_adoption_invite", query=further) if further else "",
        "back": url("office_adoption", query=asked.kept),
    }
    return page(request, "office/adoption/invite.html", context)


def _tabs(chosen: Reason | None, kept: dict[str, str]) -> list[dict[str, Any]]:
    every = {"label": _("All reasons"), "href": url("office_adoption_invite", query=kept), "is_current": chosen is None}
    return [every] + [
        {
            "label": str(words.REASONS[one]),
            "href": url("office_adoption_invite", query={"reason": one.value, **kept}),
            "is_current": chosen == one,
        }
        for one in Reason
    ]


def _line(row: Candidate) -> dict[str, Any]:
    return {
        "row": row,
        "reason": str(words.REASONS[row.reason]),
        "owed": Money(row.owed, row.currency) if row.owed else None,
        "choose": _("Invite %(name)s, %(email)s") % {"name": row.name, "email": row.email},
    }

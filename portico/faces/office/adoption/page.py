"""The adoption page: every figure is a link to the records that it counts."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.adoption import queries, rules
from portico.domain.adoption.enums import SHARED, Kind, Reason
from portico.domain.adoption.queries import Dashboard
from portico.faces.office.adoption import figures, words
from portico.faces.office.adoption.asked import Asked, List
from portico.faces.office.adoption.figures import Figure
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.narrowing import NarrowField, choice_field
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action


@staff_only(Action.VIEW_ADOPTION)
@require_safe
def adoption(request: OfficeRequest) -> HttpResponse:
    """How far customers are, what they do here, and what that saves."""
    asked = Asked.of(request)
    found = queries.dashboard(asked.span)
    context = {
        "fields": _fields(asked, found),
        "period": _period(asked),
        "head": figures.head(asked, found),
        "funnel": figures.funnel(asked, found),
        "funnel_chart": figures.funnel_chart(found),
        "shares": [figures.share_of(asked, found, kind) for kind in SHARED],
        "users": figures.users_of(asked, found),
        "saved": figures.saved(asked, found),
        "waiting": [{"label": str(words.REASONS[one]), "figure": _waiting(asked, found, one)} for one in Reason],
        "waiting_all": Figure(sum(found.waiting.values()), url("office_adoption_invite", query=_branch(asked))),
        "bounced": Figure.of(found.bounced, List(asked, Kind.BOUNCED)),
        "csv": url("office_adoption_csv", query=asked.kept),
        "may_edit": request.staff.may(Action.EDIT_ADOPTION),
        "may_invite": request.staff.may(Action.INVITE_MANY),
    }
    return page(request, "office/adoption/adoption.html", context)


def _fields(asked: Asked, found: Dashboard) -> list[NarrowField]:
    """What the figures are narrowed by."""
    names = {1: _("This month"), 3: _("Last 3 months"), 6: _("Last 6 months"), 12: _("Last 12 months")}
    periods = [(str(one), names[one]) for one in rules.PERIODS]
    known = [(str(one.id), one.name) for one in found.branches]
    branches = choice_field("branch", _("Branch"), _("All branches"), known, str(asked.branch or ""))
    return [NarrowField("months", _("Months"), str(asked.months), periods), *branches]


def _waiting(asked: Asked, found: Dashboard, reason: Reason) -> Figure:
    many = found.waiting[reason]
    return Figure(many, url("office_adoption_invite", query={"reason": reason.value, **_branch(asked)}) if many else "")


def _branch(asked: Asked) -> dict[str, str]:
    return {"branch": str(asked.branch)} if asked.branch else {}


def _period(asked: Asked) -> str:
    months = asked.span.months
    first, last = words.month_name(months[0]), words.month_name(months[-1])
    return last if first == last else f"{first} – {last}"

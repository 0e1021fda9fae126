"""Inviting many at once: upload a list, see what it would do, send it, watch it go."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.invitations import operations, queries
from portico.domain.invitations.enums import ListState, Outcome
from portico.domain.invitations.errors import Missing
from portico.domain.invitations.queries import ListFacts
from portico.faces.office.invitations import words
from portico.faces.office.invitations.forms import ListForm
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors


@staff_only(Action.INVITE_MANY)
@require_http_methods(["GET", "HEAD", "POST"])
def invite_lists(request: OfficeRequest) -> HttpResponse:
    """Ask for a list, and keep it: nothing is sent before it is confirmed. Below, the lists so far."""
    if request.method != "POST":
        return _lists_page(request, ListForm())
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _lists_page(request, form, 422)
    try:
        made = operations.add_list(name=form.name(), content=form.content(), by=request.staff.actor)
    except errors.NotPossible as refused:
        form.add_error("people" if form.cleaned_data["people"] else "text", refused.message)
        return _lists_page(request, form, 422)
    return HttpResponseRedirect(url("office_invite_list", made))


@staff_only(Action.INVITE_MANY)
@require_safe
def invite_list_page(request: OfficeRequest, invite_list: UUID) -> HttpResponse:
    """What was found in a list, how far it is, and every address in it."""
    after = request.GET.get("after", "")
    first = int(after) if after.isdecimal() and len(after) < 9 else 0
    return _list_page(request, _found_or_404(invite_list), after=first)


@staff_only(Action.INVITE_MANY)
@require_safe
def invite_list_progress(request: OfficeRequest, invite_list: UUID) -> HttpResponse:
    """What an open page asks every two seconds; when the work is over, it shows itself anew."""
    request.is_unattended = True
    found = _found_or_404(invite_list)
    if not request.htmx:
        return HttpResponseRedirect(url("office_invite_list", found.id))
    if not found.is_under_way:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = _status(found)
    return HttpResponse(loader.get_template("office/invitations/_progress.html").render(context, request))


@staff_only(Action.INVITE_MANY)
@require_POST
def invite_list_send(request: OfficeRequest, invite_list: UUID) -> HttpResponse:
    """Let the worker send it."""
    include_invited = request.POST.get("include_invited") == "on"
    try:
        operations.confirm_list(invite_list=invite_list, include_invited=include_invited, by=request.staff.actor)
    except Missing as missing:
        raise Http404(missing.message) from missing
    except errors.NotPossible as refused:
        request.notices.add("error", refused.message)
    return HttpResponseRedirect(url("office_invite_list", invite_list))


def _lists_page(request: OfficeRequest, form: ListForm, status: int = 200) -> HttpResponse:
    lists = [{"facts": one, **_tag(one)} for one in queries.newest_lists()]
    context = {"form": form, "lists": lists, "zone": request.brand.time_zone}
    return page(request, "office/invitations/lists.html", context, status)


def _list_page(request: OfficeRequest, found: ListFacts, *, after: int) -> HttpResponse:
    rows = queries.rows_of(found.id, after=after) if found.state != ListState.READING else []
    shown = rows[: queries.SHOWN]
    further = {"after": shown[-1].position} if len(rows) > len(shown) else None
    context = _status(found) | {
        "zone": request.brand.time_zone,
        "rows": [{"row": row, "label": str(row.final.label), "tone": words.tone(row.final)} for row in shown],
        "further": url("office_invite_list", found.id, query=further) if further else "",
        "is_first": after == 0,
        "may_send": found.state == ListState.READY and (_new(found) or _invited(found)),
        "new": _new(found),
        "invited": _invited(found),
    }
    return page(request, "office/invitations/list.html", context)


def _status(found: ListFacts) -> dict[str, Any]:
    is_sending = found.state == ListState.SENDING
    return {
        "list": found,
        **_tag(found),
        "summary": words.summary(found),
        "counts": words.counts_of(found),
        "value": found.done if is_sending else found.read_share,
        "total": max(found.planned, 1) if is_sending else 100,
        "progress_text": words.progress_text(found),
        "cut": _("Only the first %(n)s addresses were read. Split the list and upload the rest.") % {"n": found.found}
        if found.is_cut
        else "",
    }


def _tag(found: ListFacts) -> dict[str, str]:
    return {"state": str(found.state.label), "state_tone": words.STATE_TONE[found.state]}


def _new(found: ListFacts) -> int:
    return found.counts.get(Outcome.NEW, 0)


def _invited(found: ListFacts) -> int:
    return found.counts.get(Outcome.INVITED, 0)


def _found_or_404(invite_list: UUID) -> ListFacts:
    found = queries.list_of(invite_list)
    if found is None:
        raise Http404("no such list")
    return found

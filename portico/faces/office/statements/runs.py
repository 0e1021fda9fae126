"""Mailing statements to many: choose, see who would get what, send, watch it go, stop."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template import loader
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portico.domain.customers.record_queries import branch_choices
from portico.domain.statements import operations, rules
from portico.domain.statements.enums import Outcome, RunState
from portico.domain.statements.errors import Missing
from portico.domain.statements.queries import judging, runs
from portico.domain.statements.queries.runs import RunFacts
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.office.statements import words
from portico.faces.office.statements.forms import RunForm
from portico.faces.office.words import MAIL_LABEL, MAIL_TONE
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock, errors
from portico.kernel.money import Money

PORTAL_ON = "on"


@staff_only(Action.SEND_STATEMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def statement_runs(request: OfficeRequest) -> HttpResponse:
    """Ask for a run, and have its preview made: nothing is mailed before it is started. Below, the runs so far."""
    form = RunForm(
        request.POST if request.method == "POST" else None,
        today=clock.today(request.brand.time_zone),
        currency=request.company.currency,
        branches=branch_choices(),
    )
    if not form.is_bound:
        return _runs_page(request, form)
    if not form.is_valid():
        return _runs_page(request, form, 422)
    made = operations.begin_run(choice=form.choice(), by=request.staff.actor)
    return HttpResponseRedirect(url("office_statement_run", made))


@staff_only(Action.SEND_STATEMENTS)
@require_safe
def statement_run(request: OfficeRequest, run: UUID) -> HttpResponse:
    """The sums of a run, how far it is, and its customers by what they get."""
    found = _found_or_404(run)
    after = request.GET.get("after", "")
    first = int(after) if after.isdecimal() and len(after) < 9 else 0
    return _run_page(request, found, _shown(request, found), after=first)


@staff_only(Action.SEND_STATEMENTS)
@require_safe
def statement_run_progress(request: OfficeRequest, run: UUID) -> HttpResponse:
    """What an open page asks every two seconds; when the work is over, it shows itself anew."""
    request.is_unattended = True
    found = _found_or_404(run)
    if not request.htmx:
        return HttpResponseRedirect(url("office_statement_run", found.id))
    if not found.is_under_way:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponse(
        loader.get_template("office/statements/_progress.html").render(_status(request, found), request)
    )


@staff_only(Action.SEND_STATEMENTS)
@require_POST
def statement_run_start(request: OfficeRequest, run: UUID) -> HttpResponse:
    """Let the worker mail it."""
    return _act(request, run, operations.start_run)


@staff_only(Action.SEND_STATEMENTS)
@require_POST
def statement_run_stop(request: OfficeRequest, run: UUID) -> HttpResponse:
    """End it where it is."""
    return _act(request, run, operations.stop_run)


def _act(request: OfficeRequest, run: UUID, act: Any) -> HttpResponse:
    try:
        act(run=run, by=request.staff.actor)
    except Missing as missing:
        raise Http404(missing.message) from missing
    except errors.NotPossible as refused:
        request.notices.add("error", refused.message)
    return HttpResponseRedirect(url("office_statement_run", run))


def _runs_page(request: OfficeRequest, form: RunForm, status: int = 200) -> HttpResponse:
    found = [{"facts": one, "choice": words.choice(one), **_sums(one), **_tag(one)} for one in runs.newest_runs()]
    context = {
        "form": form,
        "runs": found,
        "every_days": judging.every_days(),
        "may_change_days": request.staff.may(Action.EDIT_PAYMENT_RULES),
        "zone": request.brand.time_zone,
        "has_branches": len(form.fields["branch"].choices) > 2,  # type: ignore[attr-defined]
    }
    return page(request, "office/statements/runs.html", context, status)


def _run_page(request: OfficeRequest, found: RunFacts, shown: Outcome, *, after: int) -> HttpResponse:
    rows = runs.rows_of(found.key, shown, after=after) if found.state != RunState.PREPARING else []
    listed = rows[: runs.SHOWN]
    query = {"show": shown.value}
    further = query | {"after": str(listed[-1].position)} if len(rows) > len(listed) else None
    context = _status(request, found) | {
        "zone": request.brand.time_zone,
        "rows": listed,
        "mail_label": MAIL_LABEL,
        "mail_tone": MAIL_TONE,
        "shown": {"label": str(shown.label), "note": str(words.MEANS[shown]), "outcome": shown.value},
        "further": url("office_statement_run", found.id, query=further) if further else "",
        "first": url("office_statement_run", found.id, query=query) if after else "",
        "may_start": found.state == RunState.READY and found.planned.customers > 0,
        "may_stop": found.state in {RunState.PREPARING, RunState.READY, RunState.SENDING},
    }
    return page(request, "office/statements/run.html", context)


def _status(request: OfficeRequest, found: RunFacts) -> dict[str, Any]:
    is_sending = found.state == RunState.SENDING
    every = rules.total(found.tallies)
    return {
        "run": found,
        "choice": words.choice(found),
        **_tag(found),
        **_sums(found),
        "summary": words.summary(found),
        "is_held": is_sending and request.company.portal_state != PORTAL_ON,
        "counts": words.counts_of(found),
        "all": {
            "customers": every.customers,
            "open": Money(every.open_minor, found.currency),
            "due": Money(every.due_minor, found.currency),
        },
        "value": found.done if is_sending else min(found.walked, found.to_walk),
        "total": max(found.planned.customers if is_sending else found.to_walk, 1),
        "progress_text": words.progress_text(found),
    }


def _sums(found: RunFacts) -> dict[str, Any]:
    told = found.mailed if found.started_at else found.planned
    return {"told": told, "told_due": Money(told.due_minor, found.currency)}


def _tag(found: RunFacts) -> dict[str, str]:
    return {"state": str(found.state.label), "state_tone": words.STATE_TONE[found.state]}


def _shown(request: OfficeRequest, found: RunFacts) -> Outcome:
    """Which customers are listed: those that were asked for, else the first kind that there is."""
    asked = request.GET.get("show", "")
    if asked in list(Outcome):
        return Outcome(asked)
    there = [outcome for outcome in words.ORDER if rules.tally_of(found.tallies, outcome).customers]
    return there[0] if there else Outcome.MAIL


def _found_or_404(run: UUID) -> RunFacts:
    found = runs.run_of(run)
    if found is None:
        raise Http404("no such run")
    return found

"""Limits on what is offered, and holidays: listed, added, changed, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.capacity import limit_queries as queries
from portico.domain.capacity.enums import Channel, RuleKind
from portico.domain.capacity.errors import MissingSetting
from portico.domain.capacity.limit_queries import LimitRow
from portico.domain.capacity.operations import limits as operations
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.scheduling.limit_forms import WEEKDAYS, HolidayForm, LimitForm, told_spans
from portico.faces.office.scheduling.saving import is_saved
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import formats

HERE = "settings_limits"


@staff_only(Action.EDIT_SCHEDULING)
@require_safe
def limits(request: OfficeRequest) -> HttpResponse:
    """All limits, and all days with other hours."""
    found = [(row, _said(row)) for row in queries.limits()]
    days = [(row, told_spans(row.columns["spans"])) for row in queries.holidays()]
    return page(request, "office/scheduling/limits.html", {"limits": found, "holidays": days})


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def limit_add(request: OfficeRequest) -> HttpResponse:
    """A new limit."""
    return _limit(request, None, {"is_active": True, "channel": Channel.SELF})


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def limit(request: OfficeRequest, limit: UUID) -> HttpResponse:
    """Change a limit, or remove it."""
    found = next((row for row in queries.limits() if row.id == limit), None)
    if found is None:
        raise Http404("no such limit")
    if request.POST.get("act") == "remove":
        return _removed(request, lambda: operations.remove_limit(limit=limit, by=request.staff.actor))
    return _limit(request, limit, dict(found.columns))


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def holiday_add(request: OfficeRequest) -> HttpResponse:
    """A new day with other hours."""
    return _holiday(request, None, {})


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def holiday(request: OfficeRequest, holiday: UUID) -> HttpResponse:
    """Change a day with other hours, or remove it."""
    found = next((row for row in queries.holidays() if row.id == holiday), None)
    if found is None:
        raise Http404("no such holiday")
    if request.POST.get("act") == "remove":
        return _removed(request, lambda: operations.remove_holiday(holiday=holiday, by=request.staff.actor))
    columns = dict(found.columns)
    return _holiday(request, holiday, columns | {"spans": told_spans(columns["spans"])})


def _limit(request: OfficeRequest, limit: UUID | None, initial: dict[str, Any]) -> HttpResponse:
    choices = queries.limit_choices()
    form = LimitForm(request.POST if request.method == "POST" else None, initial=initial, choices=choices)
    action = url("settings_limit", limit) if limit else url("settings_limit_add")
    title = _("Change a limit") if limit else _("Add a limit")
    return _edited(
        request,
        form,
        context={"title": title, "action": action, "is_new": limit is None},
        template="office/scheduling/limit.html",
        save=lambda: operations.save_limit(limit=limit, wanted=form.wanted(queries.NARROWED), by=request.staff.actor),
    )


def _holiday(request: OfficeRequest, holiday: UUID | None, initial: dict[str, Any]) -> HttpResponse:
    branches = queries.branch_choices()
    form = HolidayForm(request.POST if request.method == "POST" else None, initial=initial, branches=branches)
    action = url("settings_holiday", holiday) if holiday else url("settings_holiday_add")
    title = _("Change a holiday") if holiday else _("Add a holiday")
    return _edited(
        request,
        form,
        context={"title": title, "action": action, "is_new": holiday is None},
        template="office/scheduling/holiday.html",
        save=lambda: operations.save_holiday(holiday=holiday, wanted=form.wanted(), by=request.staff.actor),
    )


def _edited(
    request: OfficeRequest, form: forms.Form, *, context: dict[str, Any], template: str, save: Callable[[], Any]
) -> HttpResponse:
    if form.is_bound and form.is_valid() and is_saved(form, save):
        request.notices.add("success", _("Saved."))
        return HttpResponseRedirect(reverse(HERE))
    return page(request, template, context | {"form": form}, 422 if form.is_bound else 200)


def _removed(request: OfficeRequest, remove: Callable[[], None]) -> HttpResponse:
    try:
        remove()
    except MissingSetting as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("Removed."))
    return HttpResponseRedirect(reverse(HERE))


def _said(row: LimitRow) -> str:
    """What a limit does and for what, in one line."""
    columns = row.columns
    parts = [str(RuleKind(columns["kind"]).label)]
    if columns["kind"] != RuleKind.CLOSED:
        parts.append(str(columns["amount"]))
    parts += [str(Channel(columns["channel"]).label), *row.names]
    parts += [str(name) for key, name in WEEKDAYS if key in columns["weekdays"]]
    if columns["from_day"]:
        parts.append(_("from %(day)s") % {"day": formats.day(columns["from_day"])})
    if columns["until_day"]:
        parts.append(_("until %(day)s") % {"day": formats.day(columns["until_day"])})
    if columns["from_days_ahead"] is not None:
        parts.append(_("from %(n)s days ahead") % {"n": columns["from_days_ahead"]})
    if columns["until_days_ahead"] is not None:
        parts.append(_("up to %(n)s days ahead") % {"n": columns["until_days_ahead"]})
    return " · ".join(parts)

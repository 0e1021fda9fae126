"""Which kinds of visits customers may book, and what they are asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portico.domain.capacity import office_queries as queries
from portico.domain.capacity.errors import BadSetting, MissingSetting
from portico.domain.capacity.office_queries import Bookable
from portico.domain.capacity.operations.job_types import save_terms
from portico.domain.capacity.operations.questions import remove_question, save_question
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.scheduling.job_type_forms import SPARE, QuestionForm, TermsForm, shown
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action

LIST, ONE = "settings_bookable_types", "settings_bookable"


@staff_only(Action.EDIT_SCHEDULING)
@require_safe
def bookable_types(request: OfficeRequest) -> HttpResponse:
    """Every kind of visit by name, and whether customers may book it."""
    found = queries.bookable_rows(after=public_id(request.GET.get("after", "")))
    rows = found[: queries.PAGE]
    further = url(LIST, query={"after": rows[-1].id}) if len(found) > len(rows) else ""
    return page(request, "office/scheduling/job_types.html", {"rows": rows, "further": further})


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def bookable_type(request: OfficeRequest, job_type: UUID) -> HttpResponse:
    """One kind of visit: its terms, and its questions."""
    found = _found(job_type)
    if request.method != "POST":
        return _page(request, found, TermsForm.showing(found))
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    try:
        is_new = save_terms(job_type=job_type, wanted=form.cleaned_data, by=request.staff.actor)
    except BadSetting as bad:
        form.add_error(bad.field, bad.message)
        return _page(request, found, form)
    request.notices.add("success", _("The job type was saved.") if is_new else _("Nothing was changed."))
    return HttpResponseRedirect(reverse(ONE, args=[job_type]))


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: OfficeRequest, job_type: UUID) -> HttpResponse:
    """A new question, last in the order unless said otherwise."""
    found = _found(job_type)
    last = max((question.position for question in found.questions), default=0)
    return _question(request, found, None, {"position": last + 1, "is_required": True}, rows=SPARE + 1)


@staff_only(Action.EDIT_SCHEDULING)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: OfficeRequest, job_type: UUID, question: UUID) -> HttpResponse:
    """Change a question with its answers, or remove it."""
    found = _found(job_type)
    one = next((asked for asked in found.questions if asked.public_id == question), None)
    if one is None:
        raise Http404("no such question")
    if request.POST.get("act") == "remove":
        return _removed(request, found, question)
    return _question(request, found, question, shown(one), rows=len(one.options) + SPARE)


def _removed(request: OfficeRequest, found: Bookable, question: UUID) -> HttpResponse:
    try:
        remove_question(job_type=found.id, question=question, by=request.staff.actor)
    except MissingSetting as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("The question was removed."))
    return HttpResponseRedirect(reverse(ONE, args=[found.id]))


def _question(
    request: OfficeRequest, found: Bookable, question: UUID | None, initial: dict[str, Any], *, rows: int
) -> HttpResponse:
    typed = request.POST if request.method == "POST" else None
    form = QuestionForm(typed, initial=initial, rows=rows, job_types=queries.other_job_types(found.id))
    if form.is_bound and form.is_valid() and _is_saved(request, found, question, form):
        request.notices.add("success", _("The question was saved."))
        return HttpResponseRedirect(reverse(ONE, args=[found.id]))
    context = {"form": form, "job_type": found, "question": question}
    return page(request, "office/scheduling/question.html", context, 422 if form.is_bound else 200)


def _is_saved(request: OfficeRequest, found: Bookable, question: UUID | None, form: QuestionForm) -> bool:
    try:
        save_question(job_type=found.id, question=question, wanted=form.wanted(), by=request.staff.actor)
    except BadSetting as bad:
        form.add_error(bad.field, bad.message)
        return False
    except MissingSetting as missing:
        raise Http404(missing.message) from missing
    return True


def _found(job_type: UUID) -> Bookable:
    found = queries.bookable(job_type)
    if found is None:
        raise Http404("no such job type")
    return found


def _page(request: OfficeRequest, found: Bookable, form: TermsForm) -> HttpResponse:
    context = {"form": form, "job_type": found}
    return page(request, "office/scheduling/job_type.html", context, 422 if form.errors else 200)

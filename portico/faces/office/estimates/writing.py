"""Writing an estimate: a new one of a job, or one that waits for an answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.estimates.draft_rules import MOST_LINES
from portico.domain.estimates.errors import BadDraft, MissingEstimate
from portico.domain.estimates.operations import editing
from portico.domain.estimates.queries import office
from portico.faces.office.estimates.forms import EstimateForm, initial_of, new_initial
from portico.faces.office.estimates.page import found_or_404, too_long
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors


@staff_only(Action.EDIT_ESTIMATE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: OfficeRequest, job: UUID) -> HttpResponse:
    """A new draft, as an option of the proposal that is named in the address, or of a new one."""
    proposal = public_id(request.GET.get("proposal", ""))
    found = office.job_to_write_for(job, proposal=proposal)
    if found is None:
        raise Http404("no such job")
    form = EstimateForm(
        _posted(request), currency=found["currency"], zone=found["time_zone"], initial=new_initial(found)
    )
    back = reverse("office_job", args=[found["customer"], job])
    context = {"facts": found, "title": _("New estimate"), "back": back, "row": None, "option_of": found["proposal"]}
    return _write(request, form, context, estimate=None, job=job, proposal=proposal)


@staff_only(Action.EDIT_ESTIMATE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Change one that is not answered yet."""
    row = found_or_404(estimate)
    if len(row["items"]) > MOST_LINES:
        request.notices.add("error", too_long(row))
        return HttpResponseRedirect(reverse("office_estimate", args=[estimate]))
    form = EstimateForm(
        _posted(request),
        currency=row["currency"],
        zone=row["time_zone"],
        initial=initial_of(row),
        until=row["expires_at"],
    )
    title = _("Edit estimate %(number)s") % {"number": row["number"]}
    back = reverse("office_estimate", args=[estimate])
    context = {"facts": row, "title": title, "back": back, "row": row, "option_of": None}
    return _write(request, form, context, estimate=estimate, job=UUID(row["job"]), proposal=None)


def _write(
    request: OfficeRequest,
    form: EstimateForm,
    context: dict[str, Any],
    *,
    estimate: UUID | None,
    job: UUID,
    proposal: UUID | None,
) -> HttpResponse:
    if not form.is_bound:
        return _page(request, form, context)
    if request.POST.get("act") == "more":
        return _page(request, form.more(), context)
    if not form.is_valid():
        return _page(request, form, context, 422)
    try:
        saved = editing.save(estimate=estimate, job=job, draft=form.draft(proposal), by=request.staff.actor)
    except MissingEstimate as missing:
        raise Http404(missing.message) from missing
    except errors.PorticoError as refused:
        form.add_error(_field_of(refused, form), refused.message)
        return _page(request, form, context, 409 if isinstance(refused, errors.Conflict) else 422)
    is_open = context["row"] is not None and context["row"]["status"] == "Open"
    said = _("Saved. The customer sees what has changed before approving.") if is_open else _("The estimate was saved.")
    request.notices.add("success", said)
    return HttpResponseRedirect(reverse("office_estimate", args=[saved]))


def _field_of(refused: errors.PorticoError, form: EstimateForm) -> str | None:
    """The field that a refusal is about, where the page has it."""
    if not isinstance(refused, BadDraft):
        return None
    name = refused.field if refused.line < 0 else f"{refused.field}_{refused.line}"
    return name if name in form.fields else None


def _page(request: OfficeRequest, form: EstimateForm, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return page(request, "office/estimates/write.html", context | {"form": form}, status)


def _posted(request: OfficeRequest) -> Any:
    return request.POST if request.method == "POST" else None

"""One job in the office: everything internal, its visits, and the units it was about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from portico.domain.billing.queries.job_invoices import office_invoices_of_job
from portico.domain.billing.words import LABEL, TONE
from portico.domain.documents.queries import office as documents
from portico.domain.estimates.queries.office import job_with_proposals
from portico.domain.jobs import operations
from portico.domain.jobs.queries.office_jobs import OfficeJob
from portico.domain.jobs.queries.office_visits import office_visits_of_job
from portico.faces.office import words
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.document_words import words_for_documents
from portico.faces.office.estimates.listing import with_tags
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import clock


class UnitsForm(forms.Form):
    """The units of the home, those that were worked on ticked."""

    units = forms.MultipleChoiceField(
        label=gettext_lazy("Units worked on"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *given: Any, job: OfficeJob) -> None:
        super().__init__(*given)
        self.initial = {"units": [str(unit.id) for unit in job.units if unit.is_touched]}
        choices = [(str(unit.id), " · ".join(part for part in (unit.name, unit.model) if part)) for unit in job.units]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def job(request: OfficeRequest, customer: UUID, job: UUID) -> HttpResponse:
    """The job."""
    found, proposals = _job_or_404(customer, job)
    return _job_page(request, customer, found, proposals, UnitsForm(job=found))


@staff_only(Action.EDIT_JOB)
@require_POST
def set_units(request: OfficeRequest, customer: UUID, job: UUID) -> HttpResponse:
    """Keep which units the job was about."""
    found, proposals = _job_or_404(customer, job)
    form = UnitsForm(request.POST, job=found)
    if not form.is_valid():
        return _job_page(request, customer, found, proposals, form, status=422)
    chosen = [UUID(unit) for unit in form.cleaned_data["units"]]
    operations.set_equipment(job=job, units=chosen, by=request.staff.actor)
    request.notices.add("success", _("The units of this job were saved."))
    return HttpResponseRedirect(reverse("office_job", args=[customer, job]))


def _job_page(
    request: OfficeRequest,
    customer: UUID,
    found: OfficeJob,
    proposals: list[dict[str, Any]],
    form: UnitsForm,
    status: int = 200,
) -> HttpResponse:
    address = reverse("office_job", args=[customer, found.id])
    shared = documents.documents_of_job(found.id, limit=documents.FIRST + 1)
    context = {
        "head": head_or_404(customer),
        "job": found,
        "form": form,
        "visits": office_visits_of_job(found.id),
        "invoices": office_invoices_of_job(found.id, now=clock.now()),
        "estimates": with_tags(proposals),
        "may_write": request.staff.may(Action.EDIT_ESTIMATE),
        "may_bill": request.staff.may(Action.EDIT_INVOICE),
        "label": LABEL,
        "tone": TONE,
        "may_set": request.staff.may(Action.SET_VISIT_STATUS),
        "may_book": request.staff.may(Action.BOOK_VISIT),
        "may_edit": request.staff.may(Action.EDIT_JOB),
        "back": address,
        **words.words_for_lists(),
        **words_for_documents(request, shared[: documents.FIRST], back=f"{address}#documents"),
    }
    return page(request, "office/customers/job.html", context, status)


def _job_or_404(customer: UUID, job: UUID) -> tuple[OfficeJob, list[dict[str, Any]]]:
    found = job_with_proposals(customer, job)
    if found is None:
        raise Http404("no such job")
    return found

"""Uploading documents to a job, a home or a unit."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from portico.domain.documents import operations
from portico.domain.documents.errors import Missing
from portico.domain.documents.operations import Outcome, Place
from portico.domain.documents.queries import office
from portico.domain.documents.queries.office import PlaceChoice
from portico.domain.documents.uploads import Sent
from portico.faces.office.customers.record import head_or_404
from portico.faces.office.requests import OfficeRequest, public_id
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.faces.ui.uploads import SeveralFiles, files_of
from portico.foundation.people.permissions import Action
from portico.kernel import formats

ACCEPTED = ".jpg,.jpeg,.png,.webp,.gif,.pdf,image/jpeg,image/png,image/webp,image/gif,application/pdf"


class UploadForm(forms.Form):
    """What the files are about, and whether the customer sees them at once."""

    place = forms.ChoiceField(label=gettext_lazy("What they are about"))
    documents = forms.Field(  # a FileField would refuse all for one empty file
        label=gettext_lazy("Files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ACCEPTED, "multiple": True}),
        help_text=gettext_lazy("Photos (JPEG, PNG, WebP, GIF) and PDF files, up to 20 at once and 12 MB each."),
    )
    is_shared = forms.BooleanField(label=gettext_lazy("Share them with the customer now"), required=False)

    def __init__(self, *args: Any, places: list[PlaceChoice], zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.places = places
        named = {"home": _("Homes"), "job": _("Jobs"), "unit": _("Equipment")}
        groups: dict[str, list[tuple[str, str]]] = {}
        for place in places:
            groups.setdefault(named[place.kind], []).append((place.value, _label(place, zone)))
        field = self.fields["place"]
        field.choices = list(groups.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.sent: list[Any] = files_of(self, "documents")
        if not self.sent:
            self.add_error("documents", _("Choose at least one file."))
        return cleaned

    def chosen_place(self) -> Place:
        """The chosen place."""
        kind, _colon, found = self.cleaned_data["place"].partition(":")
        return Place(kind, UUID(found))


def _label(place: PlaceChoice, zone: str) -> str:
    if place.kind != "job":
        return " · ".join(part for part in (place.name or _("Home"), place.note) if part)
    day = formats.short_day(formats.as_local(place.at, zone).date()) if place.at else ""
    return _("Job %(number)s") % {"number": place.name} + f" · {place.note} · {day}"


@staff_only(Action.UPLOAD_DOCUMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: OfficeRequest, customer: UUID) -> HttpResponse:
    """Ask for files; those that cannot be used are named with the reason, the others are kept."""
    head = head_or_404(customer)
    if head.merged_into:
        return HttpResponseRedirect(reverse("document_add", args=[head.merged_into]))
    job = public_id(request.GET.get("job", ""))
    places = office.places_of(customer, job=job)
    if request.method != "POST":
        form = UploadForm(places=places, zone=head.zone, initial={"place": f"job:{job}" if job else None})
        return _page(request, head, form)
    form = UploadForm(request.POST, request.FILES, places=places, zone=head.zone)
    if not form.is_valid():
        return _page(request, head, form, status=422)
    sent = [Sent(each.name or "", each.file, each.size) for each in form.sent]
    try:
        outcomes = operations.upload_documents(
            customer=customer,
            place=form.chosen_place(),
            sent=sent,
            is_shared=form.cleaned_data["is_shared"],
            by=request.staff.actor,
        )
    except Missing as missing:
        form.add_error("place", missing.message)
        return _page(request, head, form, status=409)
    return _answer(request, head, form, outcomes)


def _answer(request: OfficeRequest, head: Any, form: UploadForm, outcomes: list[Outcome]) -> HttpResponse:
    refused = [outcome for outcome in outcomes if outcome.fault]
    kept = len(outcomes) - len(refused)
    told = ngettext("%(n)s file was added.", "%(n)s files were added.", kept) % {"n": kept} if kept else ""
    if not refused:
        request.notices.add("success", told)
        return HttpResponseRedirect(reverse("customer_documents", args=[head.id]))
    for outcome in refused:
        form.add_error("documents", f"{outcome.name}: {outcome.fault}")
    return _page(request, head, form, told=told, status=422)


def _page(request: OfficeRequest, head: Any, form: UploadForm, *, told: str = "", status: int = 200) -> HttpResponse:
    context = {"head": head, "form": form, "told": told, "action": request.get_full_path()}
    return page(request, "office/documents/add.html", context, status)

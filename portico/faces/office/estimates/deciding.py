"""Approvals by phone, taking approvals back, billing, and the signed copy."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.domain.estimates import difference_rules, rules, words
from portico.domain.estimates.errors import MissingEstimate, OfferChanged
from portico.domain.estimates.operations import by_phone, invoicing, undoing
from portico.domain.estimates.queries import office, proofs
from portico.faces.office.estimates.done import WAYS, back_to, done_or_told
from portico.faces.office.estimates.forms import PhoneForm
from portico.faces.office.estimates.page import found_or_404
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import errors, formats


@staff_only(Action.APPROVE_BY_PHONE)
@WAYS
def phone(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Take down an approval with its name and note. What changed since the page was opened is shown first."""
    row, current = found_or_404(estimate), office.offer_now(estimate)
    if current is None:
        raise Http404("no such estimate")
    start = {"shown": current.shown, "chosen": list(rules.suggested(current.offer))}
    form = PhoneForm(request.POST if request.method == "POST" else None, offer=current.offer, initial=start)
    status, differences = 200, []
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                by_phone.approve_by_phone(estimate=estimate, **form.cleaned_data, by=request.staff.actor)
            except MissingEstimate as missing:
                raise Http404(missing.message) from missing
            except OfferChanged as changed:
                differences = _differences(changed, row["time_zone"])
                typed = {"signer_name": form.cleaned_data["signer_name"], "note": form.cleaned_data["note"]}
                form, status = PhoneForm(offer=current.offer, initial=start | typed), 409
            except errors.PorticoError as refused:
                form.add_error(None, refused.message)
                status = 409 if isinstance(refused, errors.Conflict) else 422
            else:
                request.notices.add("success", _("The approval was taken down. Everybody who sees prices is mailed."))
                return back_to(estimate)
    base = rules.totals(current.offer, rules.suggested(current.offer))
    context = {
        "row": row,
        "form": form,
        "differences": differences,
        "terms": current.terms_text,
        "total": formats.money(base.total_minor, current.offer.currency),
        "lines": [(line.name, formats.money(line.total_minor, current.offer.currency)) for line in current.offer.lines],
    }
    return page(request, "office/estimates/phone.html", context, status)


@staff_only(Action.APPROVE_BY_PHONE)
@WAYS
def undo(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Take the standing approval back."""
    row = found_or_404(estimate)
    if row["approval"] is None:
        return back_to(estimate)
    approval, told = (
        UUID(row["approval"]["id"]),
        _("The approval was taken back. The estimate waits for an answer again."),
    )
    return done_or_told(request, estimate, lambda: undoing.undo(approval=approval, by=request.staff.actor), told=told)


@staff_only(Action.EDIT_ESTIMATE)
@WAYS
def invoice(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """Bill what was accepted, once."""
    row = found_or_404(estimate)
    if request.method != "POST":
        return back_to(estimate)
    try:
        issued = invoicing.make_invoice(estimate=estimate, by=request.staff.actor)
    except errors.PorticoError as refused:
        request.notices.add("error", refused.message)
        return back_to(estimate)
    request.notices.add("success", _("The invoice was written."))
    return HttpResponseRedirect(reverse("office_invoice", args=[row["customer"], issued]))


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def proof(request: OfficeRequest, estimate: UUID) -> HttpResponse:
    """The signed copy of the standing approval."""
    approval = found_or_404(estimate)["approval"]
    content = proofs.paper_of(approval=UUID(approval["id"])) if approval else None
    if content is None:
        raise Http404("no signed copy yet")
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": "inline"})


def _differences(changed: OfferChanged, zone: str) -> list[str]:
    if changed.old is None:
        return [changed.message]
    found = difference_rules.differences(changed.old, changed.new)
    return [words.difference_words(one, changed.new.currency, zone) for one in found]

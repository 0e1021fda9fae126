"""Offering other times for a visit, seeing what became of it, and taking it back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portico.domain.booking.enums import OfferState
from portico.domain.booking.errors import Busy, CannotOffer, MissingOffer, MissingPlace, MissingVisit, NotOffered
from portico.domain.booking.operations import offering
from portico.domain.booking.queries.available import Availability
from portico.domain.booking.queries.offers import available_to_offer, offers_of_visit
from portico.domain.jobs.queries.office_visits import OfficeVisit, office_visit
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.office.visits.offer_forms import OfferForm
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action
from portico.kernel import formats

LABELS = {
    OfferState.OPEN: gettext_lazy("Waiting for an answer"),
    OfferState.ACCEPTED: gettext_lazy("Accepted"),
    OfferState.DECLINED: gettext_lazy("Declined"),
    OfferState.WITHDRAWN: gettext_lazy("Withdrawn"),
    OfferState.EXPIRED: gettext_lazy("Not answered"),
    OfferState.LOST: gettext_lazy("Can no longer be kept"),
    OfferState.OVERTAKEN: gettext_lazy("Visit changed otherwise"),
}
TONES = {OfferState.OPEN: "warn", OfferState.ACCEPTED: "ok", OfferState.LOST: "bad"}


@staff_only(Action.BOOK_VISIT)
@require_http_methods(["GET", "HEAD", "POST"])
def office_offer(request: OfficeRequest, appointment: UUID) -> HttpResponse:
    """What is offered for a visit now and was before; the form where nothing is."""
    visit = _visit_or_404(appointment)
    found = _to_choose(visit)
    form = OfferForm(request.POST if request.method == "POST" else None, found=found) if found else None
    if form is None or not form.is_bound:
        return _show(request, visit, found, form)
    if not form.is_valid():
        return _show(request, visit, found, form, status=422)
    try:
        offering.make(
            appointment=visit.id,
            slots=form.slots(),
            lasts=form.lasts(),
            message=form.cleaned_data["message"].strip(),
            by=request.staff.actor,
        )
    except (Busy, CannotOffer, MissingPlace, NotOffered) as refused:
        form.add_error(None, refused.message)
        return _show(request, visit, found, form, status=409)
    except MissingVisit as missing:
        raise Http404(missing.message) from missing
    request.notices.add("success", _("The times are kept, and a mail with them is on its way to the customer."))
    return _back(visit.id)


@staff_only(Action.BOOK_VISIT)
@require_POST
def office_offer_withdraw(request: OfficeRequest, appointment: UUID, offer: UUID) -> HttpResponse:
    """Take the offer back; whoever accepted it meanwhile has it."""
    visit = _visit_or_404(appointment)
    if all(one.id != offer for one in offers_of_visit(visit.id)):
        raise Http404("no such offer")
    try:
        is_withdrawn = offering.withdraw(offer=offer, by=request.staff.actor)
    except Busy as refused:
        request.notices.add("error", refused.message)
        return _back(visit.id)
    except (MissingOffer, MissingVisit) as missing:
        raise Http404(missing.message) from missing
    if is_withdrawn:
        request.notices.add("success", _("The offer is withdrawn, and the customer is told by mail."))
    else:
        request.notices.add("error", _("This offer was over already. Look below to see what became of it."))
    return _back(visit.id)


def _visit_or_404(appointment: UUID) -> OfficeVisit:
    visit = office_visit(appointment)
    if visit is None:
        raise Http404("no such visit")
    return visit


def _to_choose(visit: OfficeVisit) -> Availability | None:
    """Every window that is open besides the visit's own; None where nothing can be offered for it."""
    if visit.status not in offering.TO_COME or not visit.next_statuses:
        return None
    found = available_to_offer(appointment=visit.id)
    if found is None or not found.wish.is_possible:
        return None
    now = visit.starts_at, visit.ends_at
    return replace(found, windows=tuple(one for one in found.windows if (one.starts_at, one.ends_at) != now))


def _show(
    request: OfficeRequest, visit: OfficeVisit, found: Availability | None, form: OfferForm | None, *, status: int = 200
) -> HttpResponse:
    offers = offers_of_visit(visit.id)
    standing = next((one for one in offers if one.is_open), None)
    context = {
        "visit": visit,
        "day": formats.long_day(formats.as_local(visit.starts_at, visit.time_zone).date()),
        "form": form,
        "has_times": bool(found and found.open),
        "standing": standing,
        "offers": [one for one in offers if one is not standing],
        "label": LABELS,
        "tone": TONES,
    }
    return page(request, "office/visits/offer.html", context, status)


def _back(appointment: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("office_offer", args=[appointment]), status=303)

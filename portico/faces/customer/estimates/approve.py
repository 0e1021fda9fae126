"""Approving: read the terms and sign, check everything, confirm. Each step is a page that works by itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portico.domain.estimates import rules
from portico.domain.estimates.difference_rules import differences
from portico.domain.estimates.errors import (
    BadSignature,
    MissingEstimate,
    NameMissing,
    OfferChanged,
    OfferClosed,
    UnknownLine,
)
from portico.domain.estimates.operations import approving
from portico.domain.estimates.queries import offers
from portico.domain.estimates.queries.portal_page import Option, ProposalPage, Standing
from portico.domain.estimates.rules import Offer
from portico.domain.estimates.words import difference_words
from portico.faces.customer import carried
from portico.faces.customer.estimates.options import Picked, card
from portico.faces.customer.estimates.proposal import PLACE, head_of
from portico.faces.customer.estimates.signing import SigningForm
from portico.faces.customer.estimates.words import limit_of, limit_words
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page

SIGN, CHECK, CONFIRM = "sign", "check", "confirm"
KEPT = "kept"


@visitor_only
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """Sign what was shown. What is no longer so is answered with what it is now, and nothing that was typed is lost."""
    found = request.visitor.estimate(estimate)
    request.shell.brand = found.brand
    typed = (
        {} if request.method == "POST" else carried.opened(request.GET.get(KEPT, ""), bound_to=_reader(request, found))
    )
    given = request.POST if request.method == "POST" else _with(request.GET, typed)
    other = _other_option(found, given)
    if other is not None:
        return HttpResponseRedirect(_address(other, given), status=303)
    option = found.option
    if option.offer is None:
        return _refused(request, found, status=403)
    if option.standing != Standing.WAITING and given.get("step") != CONFIRM:
        return HttpResponseRedirect(reverse("estimate", args=[estimate]), status=303)
    step = given.get("step", "") if typed or request.method == "POST" else ""
    return _step(request, found, option.offer, given, step)


def _step(request: PortalRequest, found: ProposalPage, offer: Offer, given: QueryDict, step: str) -> HttpResponse:
    chosen = _chosen(found.option, given)
    limit = limit_of(request.visitor, found)
    if limit is not None and rules.totals(offer, chosen).total_minor > limit:
        return _refused(request, found, status=403)
    shown = given.getlist("shown")
    is_changed = bool(shown) and rules.version_hash(offer) not in shown
    if is_changed and step != CONFIRM:
        return _changed(request, found, given, _old(found, shown))
    if step == CHECK:
        return _check(request, found, SigningForm(given), chosen)
    if step == CONFIRM and request.method == "POST":
        return _confirm(request, found, SigningForm(request.POST), chosen)
    kept = carried.sealed(_typed(given), bound_to=_reader(request, found)) if request.method == "POST" else ""
    if kept:
        return HttpResponseRedirect(_kept_address(found, chosen, kept, SIGN), status=303)
    form = SigningForm(initial={"signer_name": request.visitor.login.name} | _typed(given))
    return _sign(request, found, form, chosen)


def _sign(
    request: PortalRequest, found: ProposalPage, form: SigningForm, chosen: frozenset[str], *, status: int = 200
) -> HttpResponse:
    context = _summary(found, chosen) | {"form": form, "terms": found.terms}
    return page(request, f"{PLACE}sign.html", context, status)


def _check(request: PortalRequest, found: ProposalPage, form: SigningForm, chosen: frozenset[str]) -> HttpResponse:
    if not form.is_valid():
        return _sign(request, found, form, chosen, status=422)
    kept = carried.sealed(form.kept, bound_to=_reader(request, found))
    if kept and request.method == "POST":
        return HttpResponseRedirect(_kept_address(found, chosen, kept, CHECK), status=303)
    context = _summary(found, chosen) | {
        "form": form,
        "terms": found.terms,
        "name": form.cleaned_data["signer_name"],
        "change_href": _kept_address(found, chosen, kept, SIGN) if kept else "",
    }
    return page(request, f"{PLACE}check.html", context)


def _confirm(request: PortalRequest, found: ProposalPage, form: SigningForm, chosen: frozenset[str]) -> HttpResponse:
    if not form.is_valid():
        return _sign(request, found, form, chosen, status=422)
    try:
        approving.approve(
            estimate=found.asked,
            shown=request.POST.get("shown", ""),
            chosen=sorted(chosen),
            signer_name=form.cleaned_data["signer_name"],
            signature=form.signature,
            browser=request.headers.get("User-Agent", ""),
            by=request.visitor.actor,
        )
    except (OfferChanged, UnknownLine) as changed:
        old = changed.old if isinstance(changed, OfferChanged) else None
        return _changed(request, request.visitor.estimate(found.asked), request.POST, old)
    except OfferClosed as closed:
        return _closed(request, found, closed)
    except (NameMissing, BadSignature) as refused:
        form.add_error("signer_name" if isinstance(refused, NameMissing) else "kind", refused.message)
        return _sign(request, found, form, chosen, status=422)
    except MissingEstimate as missing:
        raise Http404 from missing
    request.notices.add("success", _("Thank you. Your approval is in, and a signed copy is on its way to you by mail."))
    return HttpResponseRedirect(_after(request, found, chosen), status=303)


def _after(request: PortalRequest, found: ProposalPage, chosen: frozenset[str]) -> str:
    """On to the deposit, where one is asked for and this person may pay; else what was approved."""
    offer = found.option.offer
    is_due = offer is not None and rules.totals(offer, chosen).deposit_minor > 0
    if is_due and request.visitor.may_pay_online:
        return reverse("estimate_deposit", args=[found.asked])
    return reverse("estimate", args=[found.asked]) if request.visitor.may_open("estimate") else reverse("home")


def _changed(request: PortalRequest, found: ProposalPage, given: QueryDict, old: Offer | None) -> HttpResponse:
    """The new version with what is different in it; name and signature are carried along, the tick is not."""
    option = found.option
    if option.offer is None or option.standing != Standing.WAITING:
        return HttpResponseRedirect(reverse("estimate", args=[found.asked]), status=303)
    context = _summary(found, _chosen(option, given)) | {
        "differences": _differences(found, old, option.offer),
        "kept": {name: value for name, value in _typed(given).items() if name != "agree"},
    }
    return page(request, f"{PLACE}changed.html", context, 409)


def _differences(found: ProposalPage, old: Offer | None, new: Offer) -> list[str]:
    if old is None:
        return []
    zone = found.brand.time_zone
    return [difference_words(one, new.currency, zone) for one in differences(old, new)]


def _closed(request: PortalRequest, found: ProposalPage, closed: OfferClosed) -> HttpResponse:
    """Somebody was quicker: who and when, and that nothing was signed."""
    approved = closed.approved or found.asked
    context = head_of(found) | {"message": closed.message, "href": url("estimate", approved)}
    return page(request, f"{PLACE}answered.html", context, 409)


def _refused(request: PortalRequest, found: ProposalPage, *, status: int) -> HttpResponse:
    words = limit_words(found, limit_of(request.visitor, found))
    return page(request, f"{PLACE}may_not.html", head_of(found) | {"message": words}, status)


def _summary(found: ProposalPage, chosen: frozenset[str]) -> dict[str, Any]:
    """What is about to be agreed to."""
    one = card(found.option, ticked=chosen)
    lines = [*one["shared"], *(line for line in one["optional"] if line["is_ticked"])]
    query = {"option": str(found.asked), "item": sorted(chosen), "ticked": "1"}
    return head_of(found) | {
        "one": one,
        "lines": lines,
        "items": sorted(chosen),
        "title": found.option.name,
        "back_href": url("estimate", found.asked, query=query),
    }


def _old(found: ProposalPage, shown: list[str]) -> Offer | None:
    known = (offers.shown_offer(estimate=found.asked, shown=one) for one in shown)
    return next((offer for offer in known if offer is not None), None)


def _chosen(option: Option, given: QueryDict) -> frozenset[str]:
    lines = frozenset(given.getlist("item")) if "ticked" in given else None
    return Picked(option.id, lines).of(option)


def _typed(given: QueryDict) -> dict[str, str]:
    names = ("signer_name", "kind", "strokes", "agree")
    return {name: str(given[name]) for name in names if given.get(name)}


def _other_option(found: ProposalPage, given: QueryDict) -> Option | None:
    """The option that the page's form has chosen, where it is not the one of the address."""
    wanted = given.get("option", "")
    return next((one for one in found.waiting if str(one.id) == wanted and one.id != found.asked), None)


def _reader(request: PortalRequest, found: ProposalPage) -> str:
    """For whom and for what the typed fields are sealed."""
    return f"{request.visitor.login.public_id} {found.asked}"


def _with(query: QueryDict, typed: dict[str, str]) -> QueryDict:
    """What the address says, with what is sealed in it."""
    given = query.copy()
    for name, value in typed.items():
        given[name] = value
    return given


def _kept_address(found: ProposalPage, chosen: frozenset[str], kept: str, step: str) -> str:
    """Where the next step shows what was typed, of the version that was shown."""
    offer = found.option.offer
    query = QueryDict(mutable=True)
    query.update({"step": step, "ticked": "1", KEPT: kept, "shown": rules.version_hash(offer) if offer else ""})
    query.setlist("item", sorted(chosen))
    return f"{reverse('estimate_approve', args=[found.asked])}?{query.urlencode()}"


def _address(option: Option, given: QueryDict) -> str:
    query = QueryDict(mutable=True)
    query.setlist("ticked", given.getlist("ticked"))
    query.setlist("item", sorted(_chosen(option, given)))
    query.setlist("shown", given.getlist("shown"))
    return f"{reverse('estimate_approve', args=[option.id])}?{query.urlencode()}"

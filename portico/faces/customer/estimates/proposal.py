"""A proposal: its options to choose from, or what became of it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.estimates.operations.viewing import note_view
from portico.domain.estimates.queries.portal_page import ProposalPage, Said, Standing
from portico.faces.customer.estimates import options
from portico.faces.customer.estimates.accepted import accepted_context
from portico.faces.customer.estimates.words import expiry_tag, limit_of, limit_words
from portico.faces.customer.requests import PortalRequest
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.pages import page
from portico.kernel import clock, formats

PLACE = "customer/estimates/"


@visitor_only
@require_safe
def estimate(request: PortalRequest, estimate: UUID) -> HttpResponse:
    """An estimate amid the options beside it. What is chosen in the form stands in the address."""
    found = request.visitor.estimate(estimate)
    request.shell.brand = found.brand
    if not found.is_seen:
        request.after_answer = partial(note_view, estimate=estimate, by=request.visitor.actor)
    if found.option.standing == Standing.WITHDRAWN:
        return page(request, f"{PLACE}withdrawn.html", {"title": found.option.name})
    if found.accepted:
        context = head_of(found) | accepted_context(request.visitor, found) | {"thread": thread(found)}
        return page(request, f"{PLACE}accepted.html", context)
    return _choosing(request, found) if found.waiting else _closed(request, found)


def head_of(found: ProposalPage) -> dict[str, Any]:
    """What stands above every page of a proposal."""
    first = found.accepted or found.option
    is_single = len(found.options) == 1 or found.accepted is not None
    return {
        "found": found,
        "title": first.name if is_single else found.title,
        "where": found.address or found.place,
        "zone": found.brand.time_zone,
    }


def _choosing(request: PortalRequest, found: ProposalPage) -> HttpResponse:
    limit = limit_of(request.visitor, found)
    chosen = options.picked(found, request.GET)
    cards = options.cards(found, chosen, limit=limit)
    context = head_of(found) | {
        "cards": cards,
        "chosen": next((one for one in cards if one["is_chosen"]), None),
        "is_single": len(cards) == 1,
        "expiry": expiry_tag(found.open_until, now=clock.now(), zone=found.brand.time_zone),
        "may_approve": limit is None or limit > 0,
        "limit_words": limit_words(found, limit),
        "thread": thread(found),
    }
    return page(request, f"{PLACE}choose.html", context)


def _closed(request: PortalRequest, found: ProposalPage) -> HttpResponse:
    cards = options.cards(found, options.Picked(None, None), limit=None)
    is_expired = any(option.standing == Standing.EXPIRED for option in found.options)
    context = head_of(found) | {"cards": cards, "is_expired": is_expired, "thread": thread(found)}
    return page(request, f"{PLACE}closed.html", context)


def thread(found: ProposalPage) -> list[dict[str, Any]]:
    """What was asked and answered, oldest first."""
    names = {str(option.id): option.name for option in found.options}
    several = len(names) > 1
    return [_message(said, names.get(said.estimate, "") if several else "", found) for said in found.messages]


def _message(said: Said, about: str, found: ProposalPage) -> dict[str, Any]:
    is_ours = said.side == "office"
    return {
        "is_ours": is_ours,
        "who": said.author_name or (found.brand.display_name if is_ours else found.customer_name),
        "about": said.item_name or about,
        "text": said.text,
        "at": formats.moment(said.at, found.brand.time_zone),
    }

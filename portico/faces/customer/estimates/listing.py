"""The list of estimates: what waits for an answer, then what was accepted, declined and has expired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from portico.domain.estimates.queries.portal import ProposalRow
from portico.faces.customer.estimates.words import GROUP, row_tag, row_title, row_words
from portico.faces.customer.requests import PortalRequest, narrowed_to, public_id
from portico.faces.customer.switching import customer_switch
from portico.faces.customer.visitor import visitor_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.kernel import clock, formats

PAGE_SIZE = 10


@visitor_only
@require_safe
def estimates(request: PortalRequest) -> HttpResponse:
    """Page by page; a row is a proposal with all of its options."""
    visitor, narrow = request.visitor, narrowed_to(request)
    after = public_id(request.GET.get("after", ""))
    found = visitor.proposals(narrow, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    if narrow:
        request.shell.brand = visitor.customer(narrow).brand
    context = {
        "groups": _groups(shown, names=len(visitor.reached) > 1),
        "after": after,
        "switch": customer_switch(visitor.reached, narrow, "estimates"),
        "more": _more(narrow, shown) if len(found) > len(shown) else "",
    }
    return page(request, "customer/estimates/estimates.html", context)


def estimate_lines(rows: Sequence[ProposalRow], *, names: bool, now: datetime) -> list[dict[str, Any]]:
    """Rows of proposals in words, for the list, home and a job."""
    return [_line(row, names=names, now=now) for row in rows]


def _groups(rows: list[ProposalRow], *, names: bool) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {"title": title, "id": f"group-{at}", "lines": estimate_lines(list(found), names=names, now=now)}
        for at, (title, found) in enumerate(groupby(rows, key=lambda row: str(GROUP[row.stage])))
    ]


def _line(row: ProposalRow, *, names: bool, now: datetime) -> dict[str, Any]:
    tag, chosen = row_tag(row, now), row.chosen
    at = (row.open_until if row.stage.name == "EXPIRED" else chosen.decided_at) or row.listed_at
    day = formats.day(formats.as_local(at, chosen.time_zone).date())
    said = [row.customer_name if names else "", row.address or row.place, "" if row.is_waiting else day]
    return {
        "href": url("estimate", chosen.id),
        "title": row_title(row),
        "note": " · ".join(part for part in said if part),
        "options": row_words(row),
        "tag": tag.text,
        "tone": tag.tone,
        "icon": tag.icon,
        "key": row.id,
    }


def _more(narrow: UUID | None, shown: list[ProposalRow]) -> str:
    query = {"customer": str(narrow)} if narrow else {}
    return url("estimates", query=query | {"after": shown[-1].id})

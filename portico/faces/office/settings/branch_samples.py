"""A brand before it is saved, on a phone, in a mail and on paper. All that is shown comes from the address, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.settings.branches import branch_or_404
from portico.faces.office.staff import staff_only
from portico.faces.ui.brands import shell_brand
from portico.faces.ui.headers import framed
from portico.faces.ui.pages import NavItem, Shell, page
from portico.foundation.messaging import paper, render
from portico.foundation.messaging.letter import Letter
from portico.foundation.messaging.sheets import sheet_brand
from portico.foundation.people.permissions import Action
from portico.foundation.tenancy import hours
from portico.foundation.tenancy.brands import BrandFacts
from portico.kernel import brand, clock, formats

LONGEST = 300
TEXTS = {"name": "display_name", "phone": "phone", "support_email": "support_email", "address": "address"}
AMOUNT = 48620
DUE_IN = timedelta(days=9)


@framed()
@staff_only(Action.EDIT_BRANCHES)
@require_safe
def phone(request: OfficeRequest, branch: UUID) -> HttpResponse:
    """The portal's first page, with somebody's bill and visit."""
    facts = _facts(branch, request.GET)
    now = _now(facts)
    context = {
        "shell": Shell(brand=shell_brand(facts), nav=_navigation(), title_suffix=facts.display_name),
        "amount": {"minor": AMOUNT, "currency": request.company.currency},
        "due": formats.day((now + DUE_IN).date(), today=now.date()),
        "visit_on": (now + timedelta(days=2)).date(),
    }
    return page(request, "office/settings/sample_phone.html", context)


@framed(inline_styles=True)
@staff_only(Action.EDIT_BRANCHES)
@require_safe
def mail(request: OfficeRequest, branch: UUID) -> HttpResponse:
    """A mail about a bill."""
    facts = _facts(branch, request.GET)
    look = {
        "name": facts.display_name,
        "phone": facts.phone,
        "color": facts.color,
        "logo_url": reverse("logo", args=[facts.logo_digest]) if facts.logo_digest else None,
        "address": facts.address,
        "support_email": facts.support_email,
    }
    return HttpResponse(render.render(_letter(facts, request.company.currency), look).html)


@framed()
@staff_only(Action.EDIT_BRANCHES)
@require_safe
def paper_sample(request: OfficeRequest, branch: UUID) -> HttpResponse:
    """An invoice as a picture, or as the PDF that it is."""
    facts = _facts(branch, request.GET)
    invoice = _invoice(facts, request.company.currency)
    if request.GET.get("as") == "pdf":
        return HttpResponse(paper.render("invoice", invoice), content_type="application/pdf")
    return HttpResponse(paper.picture("invoice", invoice), content_type="image/png")


def _facts(branch: UUID, asked: Mapping[str, str]) -> BrandFacts:
    """The branch as it stands, with what the address says of it."""
    known = branch_or_404(branch).brand
    said: dict[str, Any] = {column: asked[name][:LONGEST] for name, column in TEXTS.items() if name in asked}
    digest = asked.get("logo_digest", known.logo_digest)
    said["logo_digest"] = digest if digest.isalnum() and digest.isascii() else ""
    said["color"] = _or(known.color, brand.normalised, asked.get("color", known.color))
    said["opening_hours"] = _or(known.opening_hours, _hours, asked.get("opening_hours", known.opening_hours))
    return replace(known, **said)


def _or(known: str, reading: Any, text: str) -> str:
    try:
        return str(reading(text))
    except ValueError:
        return known


def _hours(text: str) -> str:
    return hours.written(hours.read(text))


def _now(facts: BrandFacts) -> datetime:
    return clock.now().astimezone(ZoneInfo(facts.time_zone))


def _navigation() -> list[NavItem]:
    entries = ((_("Home"), "house"), (_("Billing"), "wallet"), (_("History"), "history"), (_("Account"), "user"))
    return [NavItem(label, "#main", icon, is_current=icon == "house") for label, icon in entries]


def _letter(facts: BrandFacts, currency: str) -> dict[str, Any]:
    amount, due = formats.money(AMOUNT, currency), formats.day((_now(facts) + DUE_IN).date())
    letter = Letter(
        subject=_("Your invoice 10482"),
        heading=_("Your invoice of %(amount)s") % {"amount": amount},
        paragraphs=(_("Thank you for having us. Here is the invoice for your furnace tune-up."),),
        facts=((_("Invoice"), "10482"), (_("Due"), due)),
    )
    links = {"action": {"label": _("Pay %(amount)s") % {"amount": amount}, "url": "#"}}
    return asdict(letter) | links | {"secondary": [{"label": _("See the invoice"), "url": "#"}]}


def _invoice(facts: BrandFacts, currency: str) -> dict[str, Any]:
    amount, now = formats.money(AMOUNT, currency), _now(facts)
    item = {"description": _("Furnace tune-up"), "quantity": "1", "price": amount, "amount": amount}
    return {
        "number": "10482",
        "brand": sheet_brand(facts),
        "bill_to": {"name": "Maria Ortega", "lines": ["118 Larch Street", "Springfield"]},
        "service": None,
        "issued_on": formats.day(now.date()),
        "due_on": formats.day((now + DUE_IN).date()),
        "status": _("Due"),
        "items": [item],
        "subtotal": amount,
        "tax": None,
        "total": amount,
        "payments": [],
        "balance": amount,
        "pay_url": None,
        "note": _("Thank you for your business."),
    }

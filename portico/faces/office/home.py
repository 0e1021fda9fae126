"""The office's front door: what is new, and what needs somebody."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portico.domain.billing.queries.office_money import attention_count
from portico.domain.booking.queries import office
from portico.domain.booking.queries.unplanned import unplanned_count
from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action


@dataclass(frozen=True, slots=True)
class Item:
    """So many of something, and the list that shows exactly these."""

    key: str
    count: int
    title: str
    note: str
    icon: str
    href: str
    tone: str = ""

    @property
    def shown(self) -> str:
        """The number; beyond what is counted it says nothing more."""
        return str(self.count) if self.count < office.MOST_NEWS else _("%(n)s or more") % {"n": office.MOST_NEWS}


@staff_only(Action.VIEW_CUSTOMERS)
@require_safe
def office_home(request: OfficeRequest) -> HttpResponse:
    """Visits that nobody can do, what customers did about visits, who waits, and which payments need somebody."""
    items = [_unplanned(unplanned_count())] if request.staff.may(Action.VIEW_CAPACITY) else []
    items += _visits(office.news())
    if request.staff.may(Action.VIEW_PAYMENTS):
        request.shell.attention = attention_count()
        items.append(_payments(request.shell.attention))
    context = {"items": items, "closed": _closed(request.company.portal_state)}
    return page(request, "office/home.html", context | {"may_switch": request.staff.may(Action.SWITCH_PORTAL)})


def _closed(state: str) -> str:
    """What customers meet while the portal is not on."""
    words = {
        "off": _("The portal is off: customers see your phone number instead of their pages."),
        "test": _("The portal is in test: only the named addresses are let in."),
    }
    return words.get(state, "")


def _unplanned(count: int) -> Item:
    return Item(
        "unplanned",
        count,
        ngettext("visit has nobody who can come", "visits have nobody who can come", count),
        _("Each with the reason"),
        "triangle-alert",
        url("office_unplanned"),
        "warn",
    )


def _visits(news: office.News) -> list[Item]:
    new = {"new": "on"}
    return [
        Item(
            "booked",
            news.booked,
            ngettext("visit booked by a customer", "visits booked by customers", news.booked),
            _("In the last 24 hours"),
            "calendar-plus",
            url("office_bookings", query={"show": "booked"} | new),
        ),
        Item(
            "changed",
            news.changed,
            ngettext("visit moved or canceled by a customer", "visits moved or canceled by customers", news.changed),
            _("In the last 24 hours"),
            "calendar-clock",
            url("office_bookings", query={"show": "changed"} | new),
        ),
        Item(
            "waiting",
            news.waiting,
            ngettext("customer waits for a time", "customers wait for a time", news.waiting),
            _("Each is told by mail when one opens"),
            "clock",
            url("office_bookings", query={"show": "waiting"}),
        ),
    ]


def _payments(count: int) -> Item:
    return Item(
        "attention",
        count,
        ngettext("matter of payments needs attention", "matters of payments need attention", count),
        _("Each with what to do about it"),
        "wallet",
        url("office_attention"),
    )

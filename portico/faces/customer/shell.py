"""What surrounds every portal page: the brand, the navigation of what works today, and who is signed in."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.faces.ui.brands import shell_brand
from portico.faces.ui.minijinja import Place, place, url
from portico.faces.ui.pages import Account, NavItem, Shell
from portico.foundation.people.entry import Entry, LoginFacts
from portico.foundation.tenancy.brands import BrandFacts

# The phone's bar holds five; the account is behind the initials at the top of every page too.
IN_BAR = ("home", "invoices", "estimates", "jobs", "equipment", "account")
MOST_IN_BAR = 5
PAGES_OF = {
    "estimates": ("estimates",),
    "invoices": ("invoices", "payments", "payment_methods", "statement"),
    "jobs": ("jobs", "appointments"),
    "equipment": ("equipment", "memberships", "documents"),
    "account": ("account",),
}


class Looking(Protocol):
    """What the shell wants to know of a visitor."""

    entry: Entry

    @property
    def login(self) -> LoginFacts: ...

    @property
    def brand(self) -> BrandFacts: ...

    def may_open(self, page: str) -> bool: ...


class PortalShell:
    """Called by `page()`. A view that shows one thing sets `brand` to that thing's branch."""

    def __init__(self, request: HttpRequest, visitor: Looking) -> None:
        self.request = request
        self.visitor = visitor
        self.brand: BrandFacts | None = None
        self.unpaid = 0

    def __call__(self) -> Shell:
        brand = self.brand or self.visitor.brand
        login = self.visitor.login
        return Shell(
            company_name=self.visitor.entry.company.name,
            brand=shell_brand(brand),
            nav=self._navigation(),
            account=Account(name=login.name or login.email, href=url("account"), sign_out=url("sign_out")),
            notices=self.request.notices.show(),  # type: ignore[attr-defined]
            title_suffix=brand.display_name,
        )

    def _navigation(self) -> tuple[NavItem, ...]:
        names = tuple(name for name in IN_BAR if self.visitor.may_open(name))[:MOST_IN_BAR]
        here = self.request.path
        current = next((name for name in names if here.startswith(_below(name))), "home" if here == url("home") else "")
        return _items(place(), names, current, self.unpaid)


def _below(name: str) -> tuple[str, ...]:
    """The addresses that an entry stands for, besides its own."""
    return tuple(url(each) for each in PAGES_OF.get(name, ()))


@lru_cache(500)
def _items(where: Place, names: tuple[str, ...], current: str, unpaid: int) -> tuple[NavItem, ...]:
    """Kept: pages of the same kind have the same navigation. `where` holds what addresses and words depend on."""
    words = {
        "home": (_("Home"), "house"),
        "invoices": (_("Billing"), "wallet"),
        "estimates": (_("Estimates"), "file-signature"),
        "jobs": (_("History"), "history"),
        "equipment": (_("My home"), "house-plug"),
        "account": (_("Account"), "user"),
    }
    unpaid_words = ngettext("%(n)s unpaid", "%(n)s unpaid", unpaid) % {"n": unpaid}
    return tuple(
        NavItem(
            label=words[name][0],
            href=url(name),
            icon=words[name][1],
            is_current=name == current,
            count=unpaid if name == "invoices" else 0,
            count_label=unpaid_words if name == "invoices" else "",
        )
        for name in names
    )

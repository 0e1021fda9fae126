"""What surrounds every portal page: the brand, the navigation of what works today, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portico.domain.customers.queries import Reach
from portico.faces.ui.brands import shell_brand
from portico.faces.ui.minijinja import url
from portico.faces.ui.pages import Account, NavItem, Shell
from portico.foundation.people.entry import Entry, LoginFacts
from portico.foundation.tenancy.brands import BrandFacts


class Looking(Protocol):
    """What the shell wants to know of a visitor."""

    entry: Entry

    @property
    def login(self) -> LoginFacts: ...

    @property
    def brand(self) -> BrandFacts: ...

    @property
    def payers(self) -> Sequence[Reach]: ...


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

    def _navigation(self) -> list[NavItem]:
        items = [("home", _("Home"), "house"), ("account", _("Account"), "user")]
        if self.visitor.payers:
            items[1:1] = [("invoices", _("Billing"), "wallet"), ("payments", _("Payments"), "receipt")]
        here = self.request.path
        return [
            NavItem(
                label=label,
                href=(href := url(name)),
                icon=icon,
                is_current=here == href or (name != "home" and here.startswith(href)),
                count=self.unpaid if name == "invoices" else 0,
                count_label=self._unpaid_words() if name == "invoices" else "",
            )
            for name, label, icon in items
        ]

    def _unpaid_words(self) -> str:
        return ngettext("%(n)s unpaid", "%(n)s unpaid", self.unpaid) % {"n": self.unpaid}

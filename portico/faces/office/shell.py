"""What surrounds every office page: the rail with what this role may open, search, and who is signed in."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portico.faces.ui.brands import shell_brand
from portico.faces.ui.pages import Account, NavItem, Search, Shell
from portico.foundation.people.entry import Entry, LoginFacts
from portico.foundation.people.permissions import Action
from portico.foundation.people.roles import StaffRole

RAIL = (
    ("office_home", "Today", "house", Action.VIEW_CUSTOMERS),
    ("customers", "Customers", "users", Action.VIEW_CUSTOMERS),
    ("office_appointments", "Appointments", "calendar", Action.VIEW_CUSTOMERS),
    ("office_bookings", "Bookings", "calendar-clock", Action.VIEW_CUSTOMERS),
    ("office_capacity", "Capacity", "gauge", Action.VIEW_CAPACITY),
    ("office_estimates", "Estimates", "file-text", Action.VIEW_CUSTOMERS),
    ("office_payments", "Payments", "wallet", Action.VIEW_PAYMENTS),
    ("office_statements", "Statements", "mail", Action.SEND_STATEMENTS),
    ("portal_users", "Portal users", "user-plus", Action.VIEW_CUSTOMERS),
    ("office_trail", "Audit trail", "history", Action.VIEW_AUDIT),
    ("office_adoption", "Adoption", "chart-column", Action.VIEW_ADOPTION),
    ("settings", "Settings", "settings", Action.EDIT_PAYMENT_RULES),
)


class AtTheCounter(Protocol):
    """What the shell wants to know of a member of staff."""

    entry: Entry

    @property
    def login(self) -> LoginFacts: ...

    def may(self, action: Action) -> bool: ...


class OfficeShell:
    """Called by `page()`."""

    def __init__(self, request: HttpRequest, staff: AtTheCounter) -> None:
        self.request = request
        self.staff = staff
        self.typed = ""
        self.attention = 0

    def __call__(self) -> Shell:
        entry, login = self.staff.entry, self.staff.login
        return Shell(
            company_name=entry.company.name,
            brand=shell_brand(entry.brand),
            nav=self._rail(),
            account=Account(
                name=login.name or login.email,
                href=reverse("office_account"),
                sign_out=reverse("office_sign_out"),
                note=str(StaffRole(login.role).label),
            ),
            notices=self.request.notices.show(),  # type: ignore[attr-defined]
            title_suffix=entry.company.name,
            search=Search(href=reverse("customers"), value=self.typed),
        )

    def _rail(self) -> list[NavItem]:
        here = self.request.path
        return [
            NavItem(
                label=_(label),
                href=reverse(name),
                icon=icon,
                is_current=here == reverse(name) if name == "office_home" else here.startswith(reverse(name)),
                count=self.attention if name == "office_payments" else 0,
                count_label=_("need attention") if name == "office_payments" else "",
                group=_("Work"),
            )
            for name, label, icon, action in RAIL
            if self.staff.may(action)
        ]

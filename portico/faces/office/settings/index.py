"""All settings, in groups, each with what it decides; who may not open one does not see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portico.faces.office.requests import OfficeRequest
from portico.faces.office.staff import staff_only
from portico.faces.ui.pages import page
from portico.foundation.people.permissions import Action


@dataclass(frozen=True, slots=True)
class Setting:
    """A page of settings: where it is, its name, what it decides, and who may open it."""

    url: str
    label: Promise
    decides: Promise
    action: Action


PORTAL = gettext_lazy("The portal")
MONEY = gettext_lazy("Money")
WORK = gettext_lazy("Work")
OFFICE = gettext_lazy("The office")
GROUPS: dict[Promise, list[Setting]] = {
    PORTAL: [
        Setting(
            "settings_portal_state",
            gettext_lazy("Portal off, test or on"),
            gettext_lazy("Whether customers are let in, and the terms of the operator."),
            Action.SWITCH_PORTAL,
        ),
        Setting(
            "settings_host",
            gettext_lazy("Host name"),
            gettext_lazy("The name in the address of your portal and your office."),
            Action.CHANGE_HOST,
        ),
        Setting(
            "settings_branches",
            gettext_lazy("Branches"),
            gettext_lazy("Name, phone, opening hours, logo and color that customers know you by."),
            Action.EDIT_BRANCHES,
        ),
        Setting(
            "settings_portal",
            gettext_lazy("What customers see"),
            gettext_lazy("Which parts of the service history are shown."),
            Action.EDIT_PORTAL_SETTINGS,
        ),
        Setting(
            "settings_mails",
            gettext_lazy("Emails"),
            gettext_lazy("Your own words in the mails that customers get."),
            Action.EDIT_MAILS,
        ),
    ],
    MONEY: [
        Setting(
            "settings_payments",
            gettext_lazy("Payments"),
            gettext_lazy("How customers may pay, and the account the money goes to."),
            Action.EDIT_PAYMENT_RULES,
        ),
        Setting(
            "settings_estimates",
            gettext_lazy("Estimates"),
            gettext_lazy("How estimates are approved, and the terms that customers agree to."),
            Action.EDIT_ESTIMATE_SETTINGS,
        ),
    ],
    WORK: [
        Setting(
            "settings_scheduling",
            gettext_lazy("Scheduling"),
            gettext_lazy("What customers may book and move, technicians, zones, windows and hours."),
            Action.EDIT_SCHEDULING,
        ),
        Setting(
            "settings_units",
            gettext_lazy("Business units"),
            gettext_lazy("The trades of each branch, and their sales tax."),
            Action.EDIT_JOB_TYPES,
        ),
        Setting(
            "settings_job_types",
            gettext_lazy("Job types"),
            gettext_lazy("The kinds of visits, who does them, and what customers are told before one."),
            Action.EDIT_JOB_TYPES,
        ),
    ],
    OFFICE: [
        Setting(
            "settings_staff",
            gettext_lazy("Staff"),
            gettext_lazy("Who signs in to the office, as what, and which role may do what."),
            Action.MANAGE_STAFF,
        ),
    ],
}


@staff_only(Action.EDIT_PAYMENT_RULES)
@require_safe
def settings(request: OfficeRequest) -> HttpResponse:
    """The list of all settings."""
    groups = {label: [one for one in pages if request.staff.may(one.action)] for label, pages in GROUPS.items()}
    listed = [{"label": label, "pages": pages} for label, pages in groups.items() if pages]
    return page(request, "office/settings/index.html", {"groups": listed})

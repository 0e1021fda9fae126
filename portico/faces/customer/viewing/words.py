"""Why something is hidden, in the office's words; and the fields that no page of the portal ever shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = Mapping[str, _StrPromise]

OLDER = _("Only %(n)s were looked at, the newest first; others may be hidden for the same reasons.")
ELSEWHERE = _("Outside what this person may see: other locations, or no right to the history.")
ACCESS: Words = {
    "removed": _("The address was removed from this customer."),
    "revoked": _("Access was revoked."),
    "placeholder": _("The address counts as a placeholder: it reaches nothing until it is confirmed as one person’s."),
    "no_billing": _("No billing access: no invoice, price or payment."),
    "merged_away": _("Merged-away records: shown as part of this customer, never by themselves."),
    "other_places": _("Locations that the address does not stand on."),
    "household_revoked": _("An invitation of the household was revoked."),
    "household_left": _("Left or declined an invitation of the household."),
    "household_waiting": _("An invitation of the household is not accepted yet."),
    "household_ended": _("What the household gave has ended."),
    "household_on_hold": _("On hold: whoever invited this person no longer has access."),
}
JOBS: Words = {
    "canceled": _("Canceled jobs: hidden by a setting of the company."),
    "elsewhere": ELSEWHERE,
}
INVOICES: Words = {
    "void": _("Void invoices."),
    "never_positive": _("Invoices that were never above zero."),
    "no_billing": _("Invoices outside this person’s billing access."),
    "billed_elsewhere": _("Jobs here with an invoice that someone else is billed."),
}
UNITS: Words = {"inactive": _("Equipment that is no longer in use."), "elsewhere": ELSEWHERE}
MEMBERSHIPS: Words = {"deleted": _("Deleted memberships."), "elsewhere": ELSEWHERE}
ESTIMATES: Words = {
    "draft": _("Drafts: not sent yet."),
    "withdrawn": _("Withdrawn estimates: not listed; their address says that they are no longer offered."),
    "put_away": _("Estimates that were put away in the system they came from."),
    "of_canceled_job": _("Estimates of canceled jobs that are hidden; accepted ones stay."),
    "elsewhere": ELSEWHERE,
}
DOCUMENTS: Words = {
    "unshared": _("Documents that nobody has shared."),
    "of_canceled_job": _("Shared documents of canceled jobs that are hidden."),
    "elsewhere": ELSEWHERE,
}
# Model → column → its name; tests compare this with the columns that are listed as internal.
NEVER_SHOWN: Mapping[str, tuple[_StrPromise, Words]] = {
    "customers.Customer": (
        _("Customers"),
        {
            "memo": _("memo"),
            "type": _("type"),
            "payment_term_source_id": _("payment term"),
            "do_not_mail": _("do not mail"),
            "do_not_service": _("do not service"),
        },
    ),
    "customers.Contact": (_("Contacts"), {"memo": _("memo")}),
    "customers.PortalContact": (_("Customer Portal table"), {"memo": _("memo")}),
    "jobs.Job": (
        _("Jobs"),
        {
            "priority": _("priority"),
            "cancel_reason": _("cancel reason"),
            "hold_reason": _("hold reason"),
            "tag_source_ids": _("tags"),
        },
    ),
    "jobs.JobNote": (_("Job notes"), {"text": _("all of them")}),
    "jobs.Appointment": (_("Visits"), {"special_instructions": _("special instructions")}),
    "jobs.AppointmentStep": (_("Steps of a visit"), {"made_by_name": _("who set them")}),
    "billing.InvoiceItem": (
        _("Invoice items"),
        {"sku": _("SKU"), "cost": _("cost"), "cost_account": _("cost account")},
    ),
    "capacity.Technician": (
        _("Technicians"),
        {
            "email": _("email"),
            "phone": _("phone"),
            "team": _("team"),
            "memo": _("memo"),
            "skills": _("skills"),
        },
    ),
    "equipment.InstalledEquipment": (
        _("Equipment"),
        {"status": _("status"), "cost": _("cost"), "memo": _("memo")},
    ),
    "memberships.Membership": (_("Memberships"), {"memo": _("memo")}),
    "estimates.Estimate": (
        _("Estimates"),
        {"owner": _("owner"), "owner_name": _("name of the owner"), "tax_rate": _("tax rate")},
    ),
    "estimates.EstimateItem": (
        _("Estimate items"),
        {"sku": _("SKU"), "cost": _("cost"), "cost_account": _("cost account")},
    ),
    "estimates.EstimateEvent": (
        _("Story of an estimate"),
        {"made_by_name": _("who did it"), "note": _("note"), "login": _("login")},
    ),
    "estimates.Approval": (
        _("Approvals"),
        {
            "ip_prefix": _("network"),
            "user_agent": _("browser"),
            "recorded_by_name": _("who took it down"),
            "note": _("note"),
            "login": _("login"),
        },
    ),
    "documents.Document": (
        _("Documents"),
        {
            "source_path": _("path in the source"),
            "form_status": _("status of a form"),
            "uploaded_by_name": _("who uploaded it"),
            "shared_by_name": _("who shared it"),
        },
    ),
}

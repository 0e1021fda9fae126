"""How the office calls states of jobs and mails, ways to pay, and what happened in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.queries.office import Head
from portico.domain.customers.enums import BillingLevel
from portico.foundation.audit.queries import TrailRow

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    Words = Mapping[str, str | _StrPromise]

JOB_LABEL: Words = {
    "Scheduled": gettext_lazy("Scheduled"),
    "Dispatched": gettext_lazy("Dispatched"),
    "InProgress": gettext_lazy("In progress"),
    "Hold": gettext_lazy("On hold"),
    "Completed": gettext_lazy("Completed"),
    "Canceled": gettext_lazy("Canceled"),
}
JOB_TONE = {
    "Scheduled": "info",
    "Dispatched": "info",
    "InProgress": "info",
    "Hold": "warn",
    "Completed": "ok",
    "Canceled": "mute",
}
MAIL_LABEL: Words = {
    "queued": gettext_lazy("Waiting to be sent"),
    "sent": gettext_lazy("Sent"),
    "failed": gettext_lazy("Could not be sent"),
    "bounced": gettext_lazy("Came back"),
}
MAIL_TONE = {"queued": "info", "sent": "ok", "failed": "bad", "bounced": "bad"}
CONTACT_LABEL: Words = {
    "Phone": gettext_lazy("Phone"),
    "MobilePhone": gettext_lazy("Mobile"),
    "Email": gettext_lazy("Email"),
    "Fax": gettext_lazy("Fax"),
}
METHOD: Words = {
    "card": gettext_lazy("Card"),
    "ach": gettext_lazy("Bank account"),
    "cash": gettext_lazy("Cash"),
    "check": gettext_lazy("Check"),
    "credit": gettext_lazy("Credit"),
    "other": gettext_lazy("Other"),
}
CHANNEL: Words = {
    "portal": gettext_lazy("Customer portal"),
    "office": gettext_lazy("Office"),
    "import": gettext_lazy("Import"),
}
TYPE_LABEL: Words = {"Residential": gettext_lazy("Residential"), "Commercial": gettext_lazy("Commercial")}
VERB: Words = {
    "contact.address_added": gettext_lazy("Address added"),
    "contact.address_corrected": gettext_lazy("Address corrected"),
    "contact.address_removed": gettext_lazy("Address removed"),
    "contact.address_replaced": gettext_lazy("Address replaced"),
    "customer.changed": gettext_lazy("Customer changed"),
    "customer.created": gettext_lazy("Customer entered"),
    "alert.closed": gettext_lazy("Taken care of"),
    "alert.raised": gettext_lazy("Needs attention"),
    "dispute.lost": gettext_lazy("The bank took the money back"),
    "dispute.open": gettext_lazy("Disputed"),
    "deposit.asked": gettext_lazy("Deposit asked for"),
    "deposit.canceled": gettext_lazy("Deposit no longer asked for"),
    "deposit.held_again": gettext_lazy("Deposit held again: the invoice is void"),
    "deposit.moved": gettext_lazy("Deposit kept for the job on which its work is done"),
    "deposit.paid": gettext_lazy("Deposit paid"),
    "deposit.used": gettext_lazy("Deposit put on the invoice of its job"),
    "dispute.under_review": gettext_lazy("The bank is deciding"),
    "dispute.warning": gettext_lazy("The bank asks about the payment"),
    "dispute.warning_closed": gettext_lazy("The bank’s question is closed"),
    "dispute.won": gettext_lazy("The bank left the money here"),
    "document.shared": gettext_lazy("Document shared with the customer"),
    "document.unshared": gettext_lazy("Document no longer shared"),
    "document.uploaded": gettext_lazy("Document uploaded"),
    "estimate.answered": gettext_lazy("Question about an estimate answered"),
    "estimate.approval_undone": gettext_lazy("Approval of an estimate taken back"),
    "estimate.approved": gettext_lazy("Estimate approved"),
    "estimate.asked": gettext_lazy("Question about an estimate"),
    "estimate.changed": gettext_lazy("Estimate changed"),
    "estimate.created": gettext_lazy("Estimate written"),
    "estimate.declined": gettext_lazy("Estimate declined"),
    "estimate.invoiced": gettext_lazy("Estimate billed"),
    "estimate.proof_made": gettext_lazy("Proof of an approval made"),
    "estimate.renewal_asked": gettext_lazy("New estimate asked for"),
    "estimate.sent": gettext_lazy("Estimate sent by mail"),
    "estimate.withdrawn": gettext_lazy("Estimate withdrawn"),
    "invoice.issued": gettext_lazy("Invoice written"),
    "invoice.mailed": gettext_lazy("Invoice sent by mail"),
    "invoice.voided": gettext_lazy("Invoice voided"),
    "payment.canceled": gettext_lazy("Payment not completed"),
    "payment.credited": gettext_lazy("Credit given"),
    "payment.started": gettext_lazy("Payment started"),
    "payment.succeeded": gettext_lazy("Payment received"),
    "payment.failed": gettext_lazy("Payment failed"),
    "payment.left_surplus": gettext_lazy("Payment was more than what was due"),
    "payment.quarantined": gettext_lazy("Payment set aside: the gateway says something else"),
    "payment.recorded": gettext_lazy("Payment recorded by the office"),
    "person.email_changed": gettext_lazy("Email changed by its owner"),
    "person.email_put_back": gettext_lazy("Email put back"),
    "job.units_set": gettext_lazy("Units of a job chosen"),
    "visit.status_set": gettext_lazy("Status of a visit set"),
    "portal.access_restored": gettext_lazy("Access restored"),
    "portal.access_revoked": gettext_lazy("Access revoked"),
    "portal.address_confirmed": gettext_lazy("Address confirmed as one person’s"),
    "portal.billing_changed": gettext_lazy("Billing access changed"),
    "portal.enrolled_from_shell": gettext_lazy("Enrolled from the command line"),
    "portal.invitation_asked_for": gettext_lazy("Invitation asked for"),
    "portal.invited": gettext_lazy("Invited"),
    "portal.invitation_resent": gettext_lazy("Invitation sent again"),
    "portal.link_copied": gettext_lazy("Invitation link copied"),
    "portal.memo_edited": gettext_lazy("Memo edited"),
    "portal.registered": gettext_lazy("Registered"),
    "portal.registration_code_mailed": gettext_lazy("Registration code mailed"),
    "portal.registration_link_mailed": gettext_lazy("Registration link mailed"),
    "portal.settings_changed": gettext_lazy("What customers see was changed"),
    "portal.viewed_as": gettext_lazy("Portal viewed as this contact"),
    "portal.viewing_ended": gettext_lazy("Viewing as this contact ended"),
    "portal.viewing_lapsed": gettext_lazy("Viewing as this contact ended by itself"),
    "portal.told_also_see": gettext_lazy("Told about this customer"),
    "refund.canceled": gettext_lazy("Refund canceled"),
    "refund.failed": gettext_lazy("Refund came back"),
    "refund.found_at_gateway": gettext_lazy("Refund made at the payment provider"),
    "refund.pending": gettext_lazy("Refund on its way"),
    "refund.requested": gettext_lazy("Refund asked for"),
    "refund.succeeded": gettext_lazy("Refunded"),
}
_ICONS = {
    "contact": "mail",
    "customer": "user",
    "dispute": "wallet",
    "document": "images",
    "estimate": "file-text",
    "invoice": "file-text",
    "job": "wrench",
    "payment": "wallet",
    "person": "user",
    "portal": "user-plus",
    "refund": "wallet",
    "visit": "calendar",
}


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the audit trail."""

    icon: str
    title: str
    who: str
    at: datetime
    note: str


def event_of(row: TrailRow) -> Event:
    """A fact of the trail in words."""
    kind, _dot, act = row.verb.partition(".")
    title = VERB.get(row.verb) or f"{kind} {act}".replace("_", " ").capitalize()
    return Event(_ICONS.get(kind, "history"), str(title), row.actor_name, row.at, _detail(row))


def _detail(row: TrailRow) -> str:
    """Whom or what it was about."""
    said = row.note or str(row.facts.get("email") or row.facts.get("to") or "")
    if row.verb == "portal.billing_changed" and row.facts.get("after") in BillingLevel.values:
        return ": ".join(part for part in (said, str(BillingLevel(row.facts["after"]).label)) if part)
    if "old" in row.facts and "new" in row.facts:
        return f"{row.facts['old']} → {row.facts['new']}"
    return said


def tags_of(head: Head) -> list[dict[str, str]]:
    """What everybody should know before they call."""
    found = [{"text": str(TYPE_LABEL.get(head.type, head.type)), "tone": "mute", "icon": ""}]
    warnings = (
        (head.do_not_service, _("Do not service"), "bad", "ban"),
        (head.do_not_mail, _("Do not mail"), "warn", "mail"),
        (not head.is_active, _("Inactive"), "mute", ""),
    )
    return found + [{"text": text, "tone": tone, "icon": icon} for is_so, text, tone, icon in warnings if is_so]


def words_for_lists() -> dict[str, Any]:
    """The words that the lists of a record are written with."""
    return {
        "job_label": JOB_LABEL,
        "job_tone": JOB_TONE,
        "contact_label": CONTACT_LABEL,
        "method": METHOD,
        "channel": CHANNEL,
    }

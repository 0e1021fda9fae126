"""What happened, in words: every line of the audit trail, on a record and on the page of the whole trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.customers.enums import BillingLevel
from portico.foundation.audit.queries import TrailRow
from portico.kernel import formats

if TYPE_CHECKING:
    from datetime import datetime

    from portico.faces.office.words import Words

VERB: Words = {
    "alert.closed": gettext_lazy("Taken care of"),
    "alert.raised": gettext_lazy("Needs attention"),
    "branch.added": gettext_lazy("Branch added"),
    "branch.changed": gettext_lazy("Branch changed"),
    "branch.logo_sent": gettext_lazy("Logo uploaded"),
    "company.created": gettext_lazy("Company set up"),
    "company.host_changed": gettext_lazy("Host name changed"),
    "contact.added": gettext_lazy("Phone added"),
    "contact.corrected": gettext_lazy("Phone corrected"),
    "contact.removed": gettext_lazy("Phone removed"),
    "contact.address_added": gettext_lazy("Address added"),
    "contact.address_corrected": gettext_lazy("Address corrected"),
    "contact.address_removed": gettext_lazy("Address removed"),
    "contact.address_replaced": gettext_lazy("Address replaced"),
    "credit.used": gettext_lazy("Credit used"),
    "customer.changed": gettext_lazy("Customer changed"),
    "customer.created": gettext_lazy("Customer entered"),
    "customer.merged": gettext_lazy("Customers merged"),
    "customer.unmerged": gettext_lazy("Merge of customers undone"),
    "deposit.asked": gettext_lazy("Deposit asked for"),
    "deposit.canceled": gettext_lazy("Deposit no longer asked for"),
    "deposit.held_again": gettext_lazy("Deposit held again: the invoice is void"),
    "deposit.moved": gettext_lazy("Deposit kept for the job on which its work is done"),
    "deposit.paid": gettext_lazy("Deposit paid"),
    "deposit.used": gettext_lazy("Deposit put on the invoice of its job"),
    "dispute.lost": gettext_lazy("The bank took the money back"),
    "dispute.open": gettext_lazy("Disputed"),
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
    "estimate.rules_changed": gettext_lazy("Rules of estimates changed"),
    "estimate.sent": gettext_lazy("Estimate sent by mail"),
    "estimate.terms_changed": gettext_lazy("Terms of estimates changed"),
    "estimate.withdrawn": gettext_lazy("Estimate withdrawn"),
    "household.accepted": gettext_lazy("Somebody let in accepted"),
    "household.changed": gettext_lazy("Rights of somebody let in changed"),
    "household.invitation_asked_for": gettext_lazy("Somebody let in asked for a new invitation"),
    "household.invitation_resent": gettext_lazy("Invitation of somebody let in sent again"),
    "household.invited": gettext_lazy("Somebody let in by the owner"),
    "household.left": gettext_lazy("Somebody let in left"),
    "household.revoked": gettext_lazy("Somebody let in shut out"),
    "import.finished": gettext_lazy("Import finished"),
    "adoption.assumptions_changed": gettext_lazy("Assumptions about calls changed"),
    "invitations.list_added": gettext_lazy("List of addresses uploaded"),
    "invitations.list_done": gettext_lazy("All of a list invited"),
    "invitations.list_sent": gettext_lazy("Invitations of a list started"),
    "invoice.draft_changed": gettext_lazy("Invoice changed before it was issued"),
    "invoice.draft_removed": gettext_lazy("Invoice thrown away before it was issued"),
    "invoice.draft_written": gettext_lazy("Invoice written, not issued yet"),
    "invoice.issued": gettext_lazy("Invoice issued"),
    "invoice.mailed": gettext_lazy("Invoice sent by mail"),
    "invoice.voided": gettext_lazy("Invoice voided"),
    "location.added": gettext_lazy("Location added"),
    "location.changed": gettext_lazy("Location changed"),
    "location.merged": gettext_lazy("Locations merged"),
    "location.unmerged": gettext_lazy("Merge of locations undone"),
    "job.units_set": gettext_lazy("Units of a job chosen"),
    "job_type.preparation_set": gettext_lazy("Preparation of a job type changed"),
    "mail.test_sent": gettext_lazy("Mail tried out"),
    "mail.wording_changed": gettext_lazy("Words of a mail changed"),
    "method.added": gettext_lazy("Payment method saved"),
    "method.disabled": gettext_lazy("Payment method can no longer be used"),
    "method.made_default": gettext_lazy("Payment method made the first choice"),
    "method.removed": gettext_lazy("Payment method removed"),
    "payment.account_added": gettext_lazy("Payment account connected"),
    "payment.account_key_replaced": gettext_lazy("Key of the payment account replaced"),
    "payment.canceled": gettext_lazy("Payment not completed"),
    "payment.cards_paused": gettext_lazy("New cards paused: too many declines"),
    "payment.cards_resumed": gettext_lazy("New cards accepted again"),
    "payment.charged_back": gettext_lazy("Payment taken back by the bank"),
    "payment.credited": gettext_lazy("Credit given"),
    "payment.debit_authorized": gettext_lazy("Bank debit authorized"),
    "payment.disputed": gettext_lazy("Payment disputed"),
    "payment.failed": gettext_lazy("Payment failed"),
    "payment.left_surplus": gettext_lazy("Payment was more than what was due"),
    "payment.open": gettext_lazy("Payment open"),
    "payment.partially_refunded": gettext_lazy("Payment refunded in part"),
    "payment.processing": gettext_lazy("Payment on its way"),
    "payment.quarantined": gettext_lazy("Payment set aside: the gateway says something else"),
    "payment.recorded": gettext_lazy("Payment recorded by the office"),
    "payment.refunded": gettext_lazy("Payment refunded"),
    "payment.rules_changed": gettext_lazy("Rules of paying changed"),
    "payment.started": gettext_lazy("Payment started"),
    "payment.succeeded": gettext_lazy("Payment received"),
    "payment.verifying": gettext_lazy("Payment waits for the bank account to be verified"),
    "person.calendar_made": gettext_lazy("Calendar address made"),
    "person.calendar_revoked": gettext_lazy("Calendar address ended"),
    "person.code_given_up": gettext_lazy("Code typed wrong too often"),
    "person.confirmation_code_mailed": gettext_lazy("Confirmation code mailed"),
    "person.confirmation_refused": gettext_lazy("Confirmation failed"),
    "person.confirmed": gettext_lazy("Confirmed who it is"),
    "person.device_signed_out": gettext_lazy("Device signed out"),
    "person.email_change_asked": gettext_lazy("Change of email asked for"),
    "person.email_changed": gettext_lazy("Email changed by its owner"),
    "person.email_put_back": gettext_lazy("Email put back"),
    "person.other_devices_signed_out": gettext_lazy("Other devices signed out"),
    "person.password_changed": gettext_lazy("Password changed"),
    "person.password_link_made": gettext_lazy("Link for a password made on the server"),
    "person.password_reset": gettext_lazy("New password set by a mailed link"),
    "person.recovery_codes_made": gettext_lazy("New recovery codes made"),
    "person.renamed": gettext_lazy("Name changed"),
    "person.reset_asked": gettext_lazy("New password asked for"),
    "person.second_factor_reset": gettext_lazy("Second step of signing in reset"),
    "person.second_factor_set": gettext_lazy("Second step of signing in set up"),
    "person.shell_link_made": gettext_lazy("Sign-in link made on the server"),
    "person.sign_in_code_mailed": gettext_lazy("Sign-in code mailed"),
    "person.signed_in": gettext_lazy("Signed in"),
    "person.signed_in_by_code": gettext_lazy("Signed in by a mailed code"),
    "person.signed_in_by_shell_link": gettext_lazy("Signed in by a link made on the server"),
    "person.signed_out": gettext_lazy("Signed out"),
    "person.signed_out_everywhere": gettext_lazy("Signed out everywhere"),
    "portal.access_narrowed": gettext_lazy("Access narrowed to the location"),
    "portal.access_restored": gettext_lazy("Access restored"),
    "portal.access_revoked": gettext_lazy("Access revoked"),
    "portal.access_widened": gettext_lazy("Access widened to the whole customer"),
    "portal.address_confirmed": gettext_lazy("Address confirmed as one person’s"),
    "portal.billing_changed": gettext_lazy("Billing access changed"),
    "portal.enrolled_from_shell": gettext_lazy("Enrolled from the command line"),
    "portal.invitation_asked_for": gettext_lazy("Invitation asked for"),
    "portal.invitation_resent": gettext_lazy("Invitation sent again"),
    "portal.invited": gettext_lazy("Invited"),
    "portal.link_copied": gettext_lazy("Invitation link copied"),
    "portal.memo_edited": gettext_lazy("Memo edited"),
    "portal.registered": gettext_lazy("Registered"),
    "portal.registration_code_mailed": gettext_lazy("Registration code mailed"),
    "portal.registration_link_mailed": gettext_lazy("Registration link mailed"),
    "portal.settings_changed": gettext_lazy("What customers see was changed"),
    "portal.switched": gettext_lazy("Portal switched off, to test or on"),
    "portal.terms_accepted": gettext_lazy("Terms of the operator accepted"),
    "portal.testers_changed": gettext_lazy("Addresses let in during a test changed"),
    "portal.told_also_see": gettext_lazy("Told about this customer"),
    "portal.viewed_as": gettext_lazy("Portal viewed as this contact"),
    "portal.viewing_ended": gettext_lazy("Viewing as this contact ended"),
    "portal.viewing_lapsed": gettext_lazy("Viewing as this contact ended by itself"),
    "refund.canceled": gettext_lazy("Refund canceled"),
    "refund.failed": gettext_lazy("Refund came back"),
    "refund.found_at_gateway": gettext_lazy("Refund made at the payment provider"),
    "refund.pending": gettext_lazy("Refund on its way"),
    "refund.requested": gettext_lazy("Refund asked for"),
    "refund.sent": gettext_lazy("Refund sent"),
    "refund.succeeded": gettext_lazy("Refunded"),
    "refund.unknown": gettext_lazy("Refund without an answer yet"),
    "scheduling.event_changed": gettext_lazy("Meeting or absence changed"),
    "scheduling.event_removed": gettext_lazy("Meeting or absence removed"),
    "scheduling.holiday_changed": gettext_lazy("Holiday changed"),
    "scheduling.holiday_removed": gettext_lazy("Holiday removed"),
    "scheduling.hours_changed": gettext_lazy("Business hours changed"),
    "scheduling.job_type_changed": gettext_lazy("Job type changed"),
    "scheduling.limit_changed": gettext_lazy("Limit of bookings changed"),
    "scheduling.limit_removed": gettext_lazy("Limit of bookings removed"),
    "scheduling.policy_changed": gettext_lazy("Rules of booking changed"),
    "scheduling.question_changed": gettext_lazy("Question of a job type changed"),
    "scheduling.question_removed": gettext_lazy("Question of a job type removed"),
    "scheduling.shift_removed": gettext_lazy("Shift taken away"),
    "scheduling.shifts_added": gettext_lazy("Shifts added"),
    "scheduling.technician_changed": gettext_lazy("Technician changed"),
    "scheduling.unit_changed": gettext_lazy("Business unit changed"),
    "scheduling.window_changed": gettext_lazy("Arrival window changed"),
    "scheduling.zone_changed": gettext_lazy("Zone changed"),
    "staff.created": gettext_lazy("Staff member added"),
    "staff.deactivated": gettext_lazy("Colleague let go"),
    "staff.invitation_resent": gettext_lazy("Colleague invited again"),
    "staff.invited": gettext_lazy("Colleague invited"),
    "staff.joined": gettext_lazy("Colleague joined the office"),
    "staff.reactivated": gettext_lazy("Colleague let in again"),
    "staff.role_changed": gettext_lazy("Role of a staff member changed"),
    "statement.mailed": gettext_lazy("Statement sent by mail"),
    "statement.run_done": gettext_lazy("All statements of a run mailed"),
    "statement.run_made": gettext_lazy("Statement run prepared"),
    "statement.run_started": gettext_lazy("Statement run started"),
    "statement.run_stopped": gettext_lazy("Statement run stopped"),
    "trail.exported": gettext_lazy("Audit trail downloaded"),
    "visit.booked": gettext_lazy("Visit booked"),
    "visit.canceled": gettext_lazy("Visit canceled"),
    "visit.moved": gettext_lazy("Visit moved"),
    "visit.status_set": gettext_lazy("Status of a visit set"),
    "visit_offer.accepted": gettext_lazy("Offered time accepted"),
    "visit_offer.declined": gettext_lazy("Offered times declined"),
    "visit_offer.expired": gettext_lazy("Offer of times ran out"),
    "visit_offer.lost": gettext_lazy("Offered times were taken"),
    "visit_offer.made": gettext_lazy("Other times offered"),
    "visit_offer.overtaken": gettext_lazy("Offer overtaken: the visit changed"),
    "visit_offer.withdrawn": gettext_lazy("Offer of times withdrawn"),
    "waitlist.joined": gettext_lazy("Waiting for a time"),
    "waitlist.left": gettext_lazy("No longer waiting for a time"),
    "waitlist.offered": gettext_lazy("Time offered to somebody who waits"),
}
KIND: Words = {
    "adoption": gettext_lazy("Adoption"),
    "alert": gettext_lazy("Needs attention"),
    "branch": gettext_lazy("Branches"),
    "company": gettext_lazy("Company"),
    "contact": gettext_lazy("Addresses and phones"),
    "credit": gettext_lazy("Credit"),
    "customer": gettext_lazy("Customers"),
    "deposit": gettext_lazy("Deposits"),
    "dispute": gettext_lazy("Disputes"),
    "document": gettext_lazy("Documents"),
    "estimate": gettext_lazy("Estimates"),
    "household": gettext_lazy("Household"),
    "import": gettext_lazy("Imports"),
    "invitations": gettext_lazy("Bulk invitations"),
    "invoice": gettext_lazy("Invoices"),
    "job": gettext_lazy("Jobs"),
    "job_type": gettext_lazy("Job types"),
    "location": gettext_lazy("Locations"),
    "mail": gettext_lazy("Emails"),
    "method": gettext_lazy("Payment methods"),
    "payment": gettext_lazy("Payments"),
    "person": gettext_lazy("Signing in and accounts"),
    "portal": gettext_lazy("Customer portal"),
    "refund": gettext_lazy("Refunds"),
    "scheduling": gettext_lazy("Scheduling"),
    "staff": gettext_lazy("Staff"),
    "statement": gettext_lazy("Statements"),
    "trail": gettext_lazy("Audit trail"),
    "visit": gettext_lazy("Visits"),
    "visit_offer": gettext_lazy("Offered times"),
    "waitlist": gettext_lazy("Waiting list"),
}
_ICONS = {
    "contact": "mail",
    "customer": "user",
    "dispute": "wallet",
    "document": "images",
    "estimate": "file-text",
    "invoice": "file-text",
    "job": "wrench",
    "location": "map-pin",
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
    return Event(_ICONS.get(kind_of(row.verb), "history"), title_of(row.verb), row.actor_name, row.at, _detail(row))


def kind_of(verb: str) -> str:
    """The part of the house that a verb is about."""
    return verb.partition(".")[0]


def title_of(verb: str) -> str:
    """What happened; an act that has lost its words since keeps its name."""
    return str(VERB.get(verb) or verb.replace(".", " ").replace("_", " ").capitalize())


def changes_of(row: TrailRow, currency: str) -> list[str]:
    """What was so before and is so after, a line for each thing that changed; then every other fact that was kept.

    Amounts are in minor units of the currency that stands beside them, else of `currency`.
    """
    facts = dict(row.facts)
    currency = str(facts.get("currency") or currency)
    before, after = facts.pop("before", None), facts.pop("after", None)
    return [*_compared(before, after, currency), *(_fact(name, value, currency) for name, value in facts.items())]


def _compared(before: Any, after: Any, currency: str) -> Iterator[str]:
    if before is None and after is None:
        return
    if not isinstance(before, dict) and not isinstance(after, dict):
        yield f"{_value('', before, currency)} → {_value('', after, currency)}"
        return
    old, new = (one if isinstance(one, dict) else {} for one in (before, after))
    for name in dict.fromkeys([*old, *new]):
        if old.get(name) != new.get(name):
            was, is_now = _value(name, old.get(name), currency), _value(name, new.get(name), currency)
            yield f"{_name(name)}: {was} → {is_now}"


def _fact(name: str, value: Any, currency: str) -> str:
    return f"{_name(name)}: {_value(name, value, currency)}"


def _name(name: str) -> str:
    return name.removesuffix("_minor").removeprefix("is_").replace("_", " ").capitalize()


def _value(name: str, value: Any, currency: str) -> str:
    """A fact as text."""
    match value:
        case None | "" | [] | {}:
            return "–"
        case bool():
            return _("yes") if value else _("no")
        case int() if name.endswith("_minor"):
            return formats.money(value, currency)
        case list():
            return ", ".join(_value(name, one, currency) for one in value)
        case dict():
            return ", ".join(_fact(inner, one, currency) for inner, one in value.items())
        case _:
            return str(value)


def _detail(row: TrailRow) -> str:
    """Whom or what it was about."""
    said = row.note or str(row.facts.get("email") or row.facts.get("to") or "")
    if row.verb == "portal.billing_changed" and row.facts.get("after") in BillingLevel.values:
        return ": ".join(part for part in (said, str(BillingLevel(row.facts["after"]).label)) if part)
    if "old" in row.facts and "new" in row.facts:
        return f"{row.facts['old']} → {row.facts['new']}"
    return said

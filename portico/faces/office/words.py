"""How the office calls states of jobs and mails, and ways to pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.domain.billing.queries.office import Head

if TYPE_CHECKING:
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

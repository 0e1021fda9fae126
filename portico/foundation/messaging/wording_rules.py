"""A company's own words in its mails: plain text with a fixed list of placeholders, each filled in once.

No template engine reads what somebody typed: a placeholder is a name in braces out of PLACEHOLDERS, and what is put in
its place is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.foundation.messaging.enums import MessageKind
from portico.kernel import errors

TEST_WINDOW = timedelta(hours=1)
SUBJECT_LETTERS, HEADING_LETTERS, TEXT_LETTERS = 200, 200, 4000
MARK = re.compile(r"\{([^{}]*)\}")
PARAGRAPHS = re.compile(r"\n[ \t]*\n+")


class Placeholder(StrEnum):
    """What may stand in braces."""

    COMPANY_NAME = "CompanyName"
    BRANCH_PHONE = "BranchPhone"
    BRANCH_EMAIL = "BranchEmail"
    CUSTOMER_NAME = "CustomerName"
    CUSTOMER_EMAIL = "CustomerEmail"
    LINK = "CustomerPortalLink"


MEANING: dict[Placeholder, str | Promise] = {
    Placeholder.COMPANY_NAME: gettext_lazy("the name of the branch, as customers know it"),
    Placeholder.BRANCH_PHONE: gettext_lazy("the phone of the branch"),
    Placeholder.BRANCH_EMAIL: gettext_lazy("the support address of the branch"),
    Placeholder.CUSTOMER_NAME: gettext_lazy("the name on the customer’s record"),
    Placeholder.CUSTOMER_EMAIL: gettext_lazy("the address that the mail goes to"),
    Placeholder.LINK: gettext_lazy("where the button of the mail leads"),
}
SECRET = {Placeholder.LINK}  # never in a subject: it shows on locked phones and in lists of mails


class BadWording(errors.NotPossible):
    """What was typed cannot stand in a mail; `field` says where."""

    code = "bad_wording"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject, heading and text of a kind of mail; an empty line parts paragraphs of the text."""

    subject: str
    heading: str
    text: str


# Of these the text takes the place of ours; of the others it stands before what only we can say.
REPLACED = {
    MessageKind.INVITATION,
    MessageKind.ALSO_SEE,
    MessageKind.INVOICE,
    MessageKind.STATEMENT,
    MessageKind.RECEIPT,
    MessageKind.ESTIMATE,
}
TITLES: dict[MessageKind, str | Promise] = {
    MessageKind.INVITATION: gettext_lazy("Invitation to the portal"),
    MessageKind.ALSO_SEE: gettext_lazy("One more record can be seen"),
    MessageKind.INVOICE: gettext_lazy("Invoice"),
    MessageKind.STATEMENT: gettext_lazy("Statement"),
    MessageKind.RECEIPT: gettext_lazy("Receipt of a payment"),
    MessageKind.ESTIMATE: gettext_lazy("Estimate"),
    MessageKind.BOOKING: gettext_lazy("Visit booked"),
    MessageKind.BOOKING_MOVED: gettext_lazy("Visit moved"),
    MessageKind.BOOKING_CANCELED: gettext_lazy("Visit canceled"),
}


def check(wording: Wording) -> None:
    """BadWording for the first thing that cannot be."""
    _check_length("subject", wording.subject, SUBJECT_LETTERS)
    _check_length("heading", wording.heading, HEADING_LETTERS)
    _check_length("text", wording.text, TEXT_LETTERS)
    if "\n" in wording.subject or "\r" in wording.subject:
        raise BadWording(_("A subject is one line."), field="subject")
    for field, told in (("subject", wording.subject), ("heading", wording.heading), ("text", wording.text)):
        _check_placeholders(field, told)


def _check_length(field: str, told: str, most: int) -> None:
    if not told.strip():
        raise BadWording(_("Write something here, or go back to our words."), field=field)
    if len(told) > most:
        raise BadWording(_("Write at most %(n)s letters.") % {"n": most}, field=field)


def _check_placeholders(field: str, told: str) -> None:
    names = set(MARK.findall(told))
    allowed = {one.value for one in Placeholder} - ({one.value for one in SECRET} if field == "subject" else set())
    unknown = sorted(names - allowed)
    left = MARK.sub("", told)
    if unknown or "{" in left or "}" in left:
        wrong = "{" + unknown[0] + "}" if unknown else "{ }"
        listed = ", ".join("{" + name + "}" for name in sorted(allowed))
        raise BadWording(
            _("%(wrong)s means nothing here. Use: %(list)s.") % {"wrong": wrong, "list": listed}, field=field
        )


def fill(told: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder filled in once; one that has no value says nothing."""
    return MARK.sub(lambda found: values.get(found[1], ""), told)


def reworded(
    letter: Mapping[str, Any], kind: MessageKind, wording: Wording, values: Mapping[str, str]
) -> dict[str, Any]:
    """A letter in the company's words. Facts, amounts, the button, and how long a link works stay as they are."""
    own = [fill(part, values).strip() for part in PARAGRAPHS.split(wording.text.replace("\r\n", "\n")) if part.strip()]
    paragraphs = own if kind in REPLACED else [*own, *letter["paragraphs"]]
    changed = {"subject": fill(wording.subject, values), "heading": fill(wording.heading, values)}
    return {**letter, **changed, "preheader": "", "paragraphs": paragraphs}

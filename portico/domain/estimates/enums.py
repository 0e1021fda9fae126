"""States of estimates, and what happens to them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class EstimateStatus(models.TextChoices):
    """In ServiceTitan's words, and two of ours: drafts are not shown yet, withdrawn ones no longer offered.

    Open with `expires_at` in the past is expired; nothing is written down for that.
    """

    DRAFT = "Draft", _("Draft")
    OPEN = "Open", _("Waiting for an answer")
    SOLD = "Sold", _("Accepted")
    DISMISSED = "Dismissed", _("Declined")
    WITHDRAWN = "Withdrawn", _("Withdrawn")


class ProposalState(models.TextChoices):
    """What its estimates come to: accepted when one is, open while one waits, else declined, withdrawn or a draft."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DepositKind(models.TextChoices):
    NONE = "none", _("No deposit")
    FIXED = "fixed", _("A fixed amount")
    PERCENT = "percent", _("A part of the total")


class SignatureKind(models.TextChoices):
    """How an approval was signed; by phone nobody signs."""

    DRAWN = "drawn"
    TYPED = "typed"
    NONE = "none"


class ApprovalChannel(models.TextChoices):
    PORTAL = "portal"
    PHONE = "phone"


class MessageSide(models.TextChoices):
    CUSTOMER = "customer"
    OFFICE = "office"


class MessageKind(models.TextChoices):
    """What is said in the thread of an estimate."""

    QUESTION = "question"
    ANSWER = "answer"
    RENEWAL = "renewal"


class EventKind(models.TextChoices):
    """What happened to an estimate, for its story in the office."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    SENT = "sent", _("Sent by mail")
    VIEWED = "viewed", _("Looked at")
    ASKED = "asked", _("Question asked")
    ANSWERED = "answered", _("Question answered")
    RENEWAL_ASKED = "renewal_asked", _("New one asked for")
    APPROVED = "approved", _("Approved")
    APPROVED_BY_PHONE = "approved_by_phone", _("Approved by phone")
    DECLINED = "declined", _("Declined")
    CLOSED = "closed", _("Closed, another option was approved")
    UNDONE = "undone", _("Approval taken back")
    REOPENED = "reopened", _("Open again")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    INVOICED = "invoiced", _("Invoiced")

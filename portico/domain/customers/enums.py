"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CustomerType(models.TextChoices):
    RESIDENTIAL = "Residential", _("Residential")
    COMMERCIAL = "Commercial", _("Commercial")


class ContactType(models.TextChoices):
    PHONE = "Phone", _("Phone")
    MOBILE_PHONE = "MobilePhone", _("Mobile phone")
    EMAIL = "Email", _("Email")
    FAX = "Fax", _("Fax")


class Alike(models.TextChoices):
    """In what two customers may be the same."""

    EMAIL = "email", _("Same email")
    PHONE = "phone", _("Same phone")
    ADDRESS = "address", _("Same address")
    NAME = "name", _("Similar name")


class BillingLevel(models.TextChoices):
    BILLING = "billing", _("Billing access")
    NONE = "none", _("No billing access")


class PortalStatus(models.TextChoices):
    """How far an address is, as the Customer Portal table says it."""

    EMPTY = "", _("Not invited")
    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    REVOKED = "revoked", _("Revoked")
    REMOVED = "removed", _("Removed from the record")


class Delivery(models.TextChoices):
    """What became of the newest invitation."""

    QUEUED = "queued", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be sent")
    BOUNCED = "bounced", _("Came back")
    OPENED = "opened", _("Link opened")
    REGISTERED = "registered", _("Registered")


class PortalAct(models.TextChoices):
    """What the office may do with a row of the table."""

    INVITE = "invite", _("Invite")
    RESEND = "resend", _("Resend invite")
    COPY_LINK = "copy_link", _("Copy link")
    EDIT_MEMO = "edit_memo", _("Edit memo")
    CHANGE_BILLING = "change_billing", _("Change billing access")
    REVOKE = "revoke", _("Revoke access")
    RESTORE = "restore", _("Restore access")
    CORRECT = "correct", _("Correct address")
    REMOVE = "remove", _("Remove address")
    WIDEN = "widen", _("Show the whole customer")
    NARROW = "narrow", _("Show its locations only")
    CONFIRM_SHARED = "confirm_shared", _("Confirm as one person’s")
    VIEW_AS = "view_as", _("View portal as")


class RecipientState(models.TextChoices):
    """What an address is to a customer when something is mailed to it."""

    ACTIVE = "active"
    ACTIVE_NO_BILLING = "active_no_billing"
    NOT_REGISTERED = "not_registered"
    NOT_REGISTERED_NO_BILLING = "not_registered_no_billing"
    REVOKED = "revoked"
    PLACEHOLDER = "placeholder"
    NOT_ON_RECORD = "not_on_record"


class RecipientLink(models.TextChoices):
    """Which link such a mail carries."""

    DOCUMENT = "document"
    HOME = "home"
    REGISTER = "register"
    NONE = "none"
    REFUSED = "refused"


class Right(models.TextChoices):
    """What a login may do with a customer, or with one of its locations."""

    HISTORY = "history", _("See the history")
    PRICES = "prices", _("See prices and bills")
    APPROVE = "approve", _("Approve estimates")
    PAY = "pay", _("Pay")
    BOOK = "book", _("Book visits")


class MemberState(models.TextChoices):
    """How far somebody is whom an account's owner has invited."""

    INVITED = "invited", _("Invited")
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")
    PAUSED = "paused", _("On hold")
    LEFT = "left", _("Left")
    REVOKED = "revoked", _("Revoked")

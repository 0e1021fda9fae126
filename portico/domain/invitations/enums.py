"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListState(models.TextChoices):
    """How far a list of people to invite is."""

    READING = "reading", _("Being read")
    READY = "ready", _("Waiting for you")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Sent")
    REFUSED = "refused", _("Could not be read")


class Outcome(models.TextChoices):
    """What was found out about an address of a list, or what became of it."""

    NEW = "new", _("Can be invited")
    INVITED = "invited", _("Already invited")
    ACTIVE = "active", _("Already active")
    UNKNOWN = "unknown", _("Not on any customer or location")
    MALFORMED = "malformed", _("Not an email address")
    PLACEHOLDER = "placeholder", _("Placeholder, or shared by many customers")
    REVOKED = "revoked", _("Access revoked")
    REPEATED = "repeated", _("Stands in the list already")
    SENT = "sent", _("Invited")
    RESENT = "resent", _("Invited again")


class Fault(models.TextChoices):
    """Why a list was not read."""

    NOT_TEXT = "not_text", _("This is not a text file. Save the list as CSV and upload that.")
    GONE = "gone", _("The uploaded file is gone. Upload it again.")

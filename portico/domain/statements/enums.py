"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What is done about a customer's statement: it is mailed, or why it is not."""

    MAIL = "mail", _("Gets a statement")
    MAILED = "mailed", _("Mailed")
    NOTHING_DUE = "nothing_due", _("Nothing to pay")
    BELOW = "below", _("Below the smallest balance")
    NOT_OVERDUE = "not_overdue", _("Nothing past due")
    MERGED = "merged", _("Merged into another customer")
    INACTIVE = "inactive", _("Inactive customer")
    DO_NOT_MAIL = "do_not_mail", _("Do not mail")
    NO_ADDRESS = "no_address", _("No address with billing access")
    BOUNCED = "bounced", _("Mail to the address came back")
    RECENT = "recent", _("Had a statement lately")


class RunState(models.TextChoices):
    """How far a run is."""

    PREPARING = "preparing", _("Being prepared")
    READY = "ready", _("Waiting for you")
    SENDING = "sending", _("Being sent")
    DONE = "done", _("Sent")
    STOPPED = "stopped", _("Stopped")

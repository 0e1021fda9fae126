"""How memberships and their visits stand, in the words of the source."""

from __future__ import annotations

from django.db import models


class MembershipStatus(models.TextChoices):
    """`Deleted` ones exist for the office alone."""

    ACTIVE = "Active"
    SUSPENDED = "Suspended"
    EXPIRED = "Expired"
    CANCELED = "Canceled"
    DELETED = "Deleted"


class EventStatus(models.TextChoices):
    """What the office has made of a visit that a membership includes."""

    NOT_ATTEMPTED = "NotAttempted"
    UNREACHABLE = "Unreachable"
    CONTACTED = "Contacted"
    WON = "Won"
    DISMISSED = "Dismissed"

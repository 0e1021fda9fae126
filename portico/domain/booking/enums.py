"""States of holds, and what can happen to a booking."""

from __future__ import annotations

from django.db import models


class HoldState(models.TextChoices):
    """A live one whose time is over counts as free, whether or not somebody has said so yet."""

    LIVE = "live"
    CONSUMED = "consumed"
    RELEASED = "released"
    EXPIRED = "expired"


class BookingStepKind(models.TextChoices):
    BOOKED = "booked"
    MOVED = "moved"
    CANCELED = "canceled"


class WaitState(models.TextChoices):
    """Offered: a place is held for them until the offer ends; then they wait again, behind the others."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOOKED = "booked"
    LEFT = "left"
    OVER = "over"


class OfferState(models.TextChoices):
    """What became of other times that the office offered for a visit.

    Lost: none of its times can be kept any more. Overtaken: the visit was moved, canceled or begun meanwhile.
    """

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LOST = "lost"
    OVERTAKEN = "overtaken"

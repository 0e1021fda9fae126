"""Kinds of working time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShiftType(models.TextChoices):
    """On call never counts for booking; time off takes time away from the normal shifts it overlaps."""

    NORMAL = "Normal", _("Normal")
    ON_CALL = "OnCall", _("On call")
    TIME_OFF = "TimeOff", _("Time off")

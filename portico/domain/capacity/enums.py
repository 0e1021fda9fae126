"""Kinds of working time."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ShiftType(models.TextChoices):
    """On call never counts for booking; time off takes time away from the normal shifts it overlaps."""

    NORMAL = "Normal", _("Normal")
    ON_CALL = "OnCall", _("On call")
    TIME_OFF = "TimeOff", _("Time off")


class QuestionKind(models.TextChoices):
    """How customers answer a question about a visit."""

    CHOICE = "choice", _("One of several answers")
    YES_NO = "yes_no", _("Yes or no")
    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")


class AnswerEffect(models.TextChoices):
    """What an answer changes about the visit that is booked."""

    NONE = "none", _("Nothing")
    MINUTES = "minutes", _("The visit takes longer")
    SKILL = "skill", _("A skill is needed")
    JOB_TYPE = "job_type", _("It is another job type")
    CALL = "call", _("The customer has to call")


class RuleKind(models.TextChoices):
    """What a capacity rule limits; where several apply, the most restrictive holds."""

    CLOSED = "closed", _("Nothing is offered")
    THRESHOLD = "threshold", _("At most this share of the working time, in percent")
    MAX_JOBS = "max_jobs", _("At most so many visits")
    MAX_MINUTES = "max_minutes", _("At most so many minutes")


class Channel(models.TextChoices):
    """Whose bookings a capacity rule limits."""

    SELF = "self", _("Customers")
    STAFF = "staff", _("The office")
    ALL = "all", _("Everybody")

"""Words with a fixed set of values."""

from __future__ import annotations

from django.db import models


class Side(models.TextChoices):
    """Which side of the counter: the same address may be a customer and staff, as two logins."""

    CUSTOMER = "customer"
    STAFF = "staff"


class LinkPurpose(models.TextChoices):
    INVITATION = "invitation"
    COPIED_INVITATION = "copied_invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose
    EMAIL_CHANGE = "email_change"
    EMAIL_UNDO = "email_undo"
    SHELL_SIGN_IN = "shell_sign_in"
    STAFF_INVITATION = "staff_invitation"


class CodePurpose(models.TextChoices):
    """What a mailed code is good for; it does nothing else."""

    SIGN_IN = "sign_in"
    CONFIRMATION = "confirmation"

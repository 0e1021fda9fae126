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


class BillingLevel(models.TextChoices):
    BILLING = "billing", _("Billing access")
    NONE = "none", _("No billing access")

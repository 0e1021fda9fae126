"""The five staff roles."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy


class StaffRole(models.TextChoices):
    CSR = "csr", gettext_lazy("Customer service")
    DISPATCHER = "dispatcher", gettext_lazy("Dispatcher")
    ACCOUNTANT = "accountant", gettext_lazy("Accountant")
    MANAGER = "manager", gettext_lazy("Manager")
    ADMIN = "admin", gettext_lazy("Admin")

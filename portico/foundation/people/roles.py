"""The five staff roles."""

from __future__ import annotations

from django.db import models


class StaffRole(models.TextChoices):
    CSR = "csr"
    DISPATCHER = "dispatcher"
    ACCOUNTANT = "accountant"
    MANAGER = "manager"
    ADMIN = "admin"

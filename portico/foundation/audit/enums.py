"""Who can act."""

from django.db import models


class ActorKind(models.TextChoices):
    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"
    IMPORT = "import"
    GATEWAY = "gateway"
    SHELL = "shell"

"""What a program of its own needs to work on the test's database and sandbox."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests import database


def environment(sandbox: str) -> dict[str, str]:
    """The variables of such a program; `sandbox` is the address of the gateway."""
    name = str(connection.settings_dict["NAME"])
    return {
        **os.environ,
        "DATABASE_URL": database.app_url(name),
        "DATABASE_DIRECT_URL": database.app_url(name),
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "PORTICO_DATA_DIR": str(Path(settings.MEDIA_ROOT).parent),
        "PORTICO_SECRET_KEY": settings.SECRET_KEY,
        "STRIPE_API_BASE": sandbox,
        "PORTICO_ALLOW_SANDBOX": "1",
    }

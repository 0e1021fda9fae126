"""The product's settings over a throw-away database; of the caller's environment only what is named here leaks in."""

import os

KEPT = {
    "PORTICO_CHROMIUM",
    "PORTICO_DATA_DIR",
    "PORTICO_PG_BIN",
    "PORTICO_SAMPLE_EXPORT",
    "PORTICO_STRIPE_TEST_KEY",
    "PORTICO_TEST_FOLDER",
    "PORTICO_TEST_PICTURES",
    "PORTICO_TEST_SUPERUSER_URL",
}
for name in list(os.environ):
    if (name.startswith(("PORTICO_", "STRIPE_")) and name not in KEPT) or name in {"EMAIL_URL", "PORT"}:
        del os.environ[name]

from tests import database  # noqa: E402 - the environment first

database.point_environment_here()

from portico.config.settings import *  # noqa: E402, F403

TEMPLATES[0]["OPTIONS"] = {"reload": False}  # noqa: F405 - templates do not change while tests run

"""The product as granian serves it, with one page more: the empty view of a signed-in visitor."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")

from portico.config.wsgi import application  # noqa: F401 - for granian
from portico.foundation.people import middleware
from portico.foundation.people.enums import Side

middleware.URLCONF[Side.CUSTOMER] = "bench.empty"

"""The product as granian serves it, with one page more: the empty view of a signed-in visitor."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from portico.foundation.people import middleware  # noqa: E402 - needs the apps
from portico.foundation.people.enums import Side  # noqa: E402

middleware.URLCONF[Side.CUSTOMER] = "bench.empty"

"""What granian calls."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.plain.settings"

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings first

application = get_wsgi_application()

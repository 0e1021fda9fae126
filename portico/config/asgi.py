"""The same application for an ASGI server; sync views run in threads there, so prefer wsgi.py."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
application = get_asgi_application()

"""What the web server calls."""

import gc
import os
import signal

from django.core.wsgi import get_wsgi_application

from portico.config import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
if os.environ.get("PORTICO_WEB_WORKER"):  # a worker of a server killed with -9 would keep its port
    processes.die_with_parent(signal.SIGKILL)
application = get_wsgi_application()
gc.collect()
gc.freeze()  # what was imported stays: looking through it again and again costs a page some hundredths

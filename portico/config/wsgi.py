"""What the web server calls."""

import gc
import os
import signal

from django.core import signals
from django.core.cache import close_caches
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries

from portico.config import processes

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.config.settings")
if os.environ.get("PORTICO_WEB_WORKER"):  # a worker of a server killed with -9 would keep its port
    processes.die_with_parent(signal.SIGKILL)
application = get_wsgi_application()
signals.request_started.disconnect(close_old_connections)  # looked at when the request before it had ended
signals.request_started.disconnect(reset_queries)  # the log is bounded, and kept in debug mode only
signals.request_finished.disconnect(close_caches)  # there is none
gc.collect()
gc.freeze()  # what was imported stays: looking through it again and again costs a page some hundredths

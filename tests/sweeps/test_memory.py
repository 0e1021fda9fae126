"""What a web process loads before its first request: nothing large that most of them never use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASK = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.urls import get_resolver
for name in ("portico.config.urls", "portico.config.portal_urls", "portico.config.office_urls"):
    get_resolver(name).url_patterns
faces = ("portico.faces.customer.urls", "portico.faces.office.urls")
print(json.dumps([name for name in ("PIL", "typst", "stripe", "requests", *faces) if name in sys.modules]))
"""


def test_pages_are_ready_without_what_draws_prints_and_charges() -> None:
    """Pillow takes 8 MiB, Typst 7, stripe with its HTTP client 10; docs/performance.md bounds a web process."""
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(done.stdout.splitlines()[-1])
    assert loaded == ["portico.faces.customer.urls", "portico.faces.office.urls"]

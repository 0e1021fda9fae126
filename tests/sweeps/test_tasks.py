"""A task that is deferred somewhere is known to the worker, which imports less than a test does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r'(?:company_task|periodic_for_each_company|app\.task)\(\s*name="([\w.]+)"')
ASK = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from procrastinate.contrib.django import app
print(json.dumps(sorted(app.tasks)))
"""


def named_in_the_sources() -> set[str]:
    return {name for file in (ROOT / "portico").rglob("*.py") for name in NAMED.findall(file.read_text())}


@pytest.mark.django_db
def test_worker_knows_every_task_by_its_own_imports() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True)
    known = set(json.loads(done.stdout.splitlines()[-1]))
    assert len(named_in_the_sources()) > 10
    assert named_in_the_sources() - known == set()

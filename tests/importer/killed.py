"""Imports in a process of their own, over the test's database, that can be killed at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from portico.config import env
from tests import database


def start(folder: Path) -> subprocess.Popen[bytes]:
    """`bin/portico import` of the folder."""
    name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": database.app_url(name),
        "DATABASE_DIRECT_URL": database.app_url(name),
        "PORTICO_DATA_DIR": str(Path(settings.MEDIA_ROOT).parent),
        "DJANGO_SETTINGS_MODULE": "portico.config.settings",
        "PORTICO_SECRET_KEY": settings.SECRET_KEY,
    }
    command = [sys.executable, "-m", "portico.faces.commands", "import", str(folder)]
    return subprocess.Popen(
        command, cwd=env.PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def run(folder: Path) -> float:
    """Import to the end; how long it took."""
    started = time.monotonic()
    process = start(folder)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said.decode()[-3000:]
    return time.monotonic() - started


def run_and_kill(folder: Path, *, after: float) -> bool:
    """Import and kill it after so many seconds; whether it was still running."""
    process = start(folder)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    return False


def run_and_kill_at(folder: Path, word: str) -> bool:
    """Import and kill it as soon as its progress says the word; whether it did."""
    process = start(folder)
    assert process.stderr is not None
    for line in process.stderr:
        if word in line.decode():
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
    process.communicate()
    return False

"""The whole house for the browser flows: a real server, the payment sandbox, the mailbox, and Chromium with axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from portico.sandbox.stripe.server import Sandbox
from tests.flows.house import House, QuietServer
from tests.stripe_sandbox import stripe_sandbox, wired_sandbox

__all__ = ["house", "stripe_sandbox", "wired_sandbox"]


@pytest.fixture
def house(
    transactional_db: None,
    settings: Any,
    browser: Browser,
    wired_sandbox: Sandbox,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[House]:
    """The running product over an empty database, with its mails in a folder of this test."""
    server: LiveServer = QuietServer("127.0.0.1")
    settings.PORTICO_PORT_SUFFIX = f":{server.thread.port}"
    settings.EMAIL_BACKEND = "portico.foundation.messaging.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    built = House(
        browser=browser,
        port=server.thread.port,
        mail=tmp_path / "mail",
        pictures=_pictures(),
        is_full=request.config.getoption("--full"),
    )
    yield built
    built.close()
    server.stop()


def _pictures() -> Path | None:
    """Where screenshots go when somebody wants to look: PORTICO_PICTURES=folder bin/test -m browser."""
    wanted = os.environ.get("PORTICO_TEST_PICTURES")
    return Path(wanted) if wanted else None

"""The whole house for the browser flows: a real server, the payment sandbox, the mailbox, and Chromium with axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.fixtures import SettingsWrapper
from pytest_django.live_server_helper import LiveServer

from portico.sandbox.stripe.server import Sandbox
from tests.flows.house import House, QuietServer

CHROMIUM = os.environ.get("PORTICO_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all flows. Playwright keeps an event loop in this thread, which Django would refuse to work in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def payment_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    running = Sandbox(port=0, folder=tmp_path_factory.mktemp("sandbox"), control_token="flows").start()
    yield running
    running.stop()


@pytest.fixture
def house(
    transactional_db: None,
    settings: SettingsWrapper,
    browser: Browser,
    payment_sandbox: Sandbox,
    tmp_path: Path,
) -> Iterator[House]:
    """The running product over an empty database, with its mails in a folder of this test."""
    server: LiveServer = QuietServer("127.0.0.1")
    settings.PORTICO_PORT_SUFFIX = f":{server.thread.port}"
    settings.EMAIL_BACKEND = "portico.foundation.messaging.mailbox.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.STRIPE_API_BASE = payment_sandbox.base
    built = House(browser=browser, port=server.thread.port, mail=tmp_path / "mail", pictures=_pictures())
    yield built
    built.close()
    server.stop()


def _pictures() -> Path | None:
    """Where screenshots go when somebody wants to look: PORTICO_PICTURES=folder bin/test -m browser."""
    wanted = os.environ.get("PORTICO_TEST_PICTURES")
    return Path(wanted) if wanted else None

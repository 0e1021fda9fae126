"""What every test stands on: its own database, the application's role, no network."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import TransactionTestCase
from playwright.sync_api import Browser, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests import database

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also the long forms (marked `full`)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long forms and the tests that leave the machine run only when they are asked for."""
    asked = {"full": config.getoption("--full"), "stripe_live": "stripe_live" in config.getoption("markexpr")}
    unasked = [name for name, is_asked in asked.items() if not is_asked]
    left_out = [item for item in items if any(map(item.get_closest_marker, unasked))]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item not in set(left_out)]
    # The longest files first: at the end no process is left alone with one.
    items[:] = sorted(kept, key=lambda item: "races" not in item.path.parts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured: the matrix of faults, a row for each fault, and throughputs."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    told = [one for report in reports for one in report.user_properties]
    cells = {(fault, way): found for name, value in told if name == "matrix" for fault, way, found in [value]}
    for fault in dict.fromkeys(fault for fault, _way in cells):
        row = ", ".join(f"{way} {found}" for (of, way), found in cells.items() if of == fault)
        terminalreporter.write_line(f"{fault:<28} {row}")
    for name, text in told:
        if name == "throughput":
            terminalreporter.write_line(text)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: a clone of the migrated template, used as the application's role."""
    name = database.clone()
    with django_db_blocker.unblock():
        connections.close_all()
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
        database.refuse_mighty_role(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    database.drop(name)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a file. Until it is closed Playwright keeps an event loop in this thread, beside which Django and
    asyncio.run() refuse to work."""
    found = os.environ.get("PORTICO_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "bin/test finds or installs Chromium; PORTICO_CHROMIUM names one"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield running
        running.close()


def _empty_tables(self: TransactionTestCase) -> None:
    """Django would flush as the application's role, which may not TRUNCATE."""
    database.empty(connection.settings_dict["NAME"])


TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[method-assign]

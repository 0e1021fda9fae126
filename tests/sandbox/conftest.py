from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.sandbox.stripe.server import Sandbox
from tests.sandbox.running import TOKEN, Listener, Shop


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    running = Sandbox(port=0, folder=folder, control_token=TOKEN).start()
    yield running
    running.stop()


@pytest.fixture
def shop(sandbox: Sandbox) -> Shop:
    return Shop(sandbox)


@pytest.fixture
def other_shop(sandbox: Sandbox) -> Shop:
    return Shop(sandbox)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()

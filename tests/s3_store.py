"""An S3-compatible store on loopback, and the settings that the environment's names lead to."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from threading import Thread
from typing import Any

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.server import ThreadedMotoServer
from werkzeug.serving import make_server

from portico.config import env

BUCKET = "private"
REGION, KEY, SECRET = "us-east-1", "key-of-tests", "secret-of-tests"


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Faltering:
    """A store that answers so many uploads and then nothing at all, until it is mended."""

    def __init__(self) -> None:
        self.store = DomainDispatcherApplication(create_backend_app)
        self.uploads: float = inf

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.uploads -= environ["REQUEST_METHOD"] == "PUT"
        if self.uploads >= 0:
            return self.store(environ, start_response)
        start_response("503 Service Unavailable", [("Content-Length", "0")])
        return [b""]

    def mend(self) -> None:
        self.uploads = inf


@pytest.fixture
def s3(s3_address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The store's address; the private files lie in its bucket."""
    use(s3_address, settings, monkeypatch)
    return s3_address


@pytest.fixture
def faltering_s3(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faltering]:
    """The private files lie in a store that can be made to fail."""
    found = Faltering()
    server = make_server("127.0.0.1", 0, found, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    use(f"http://127.0.0.1:{server.server_port}", settings, monkeypatch)
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def use(address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the bucket there and have the settings name it."""
    said = {"BUCKET": BUCKET, "ENDPOINT": address, "REGION": REGION, "KEY": KEY, "SECRET": SECRET}
    for name, value in said.items():
        monkeypatch.setenv(f"PORTICO_FILES_S3_{name}", value)
    client = boto3.client(
        "s3", endpoint_url=address, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
    client.create_bucket(Bucket=BUCKET)
    settings.STORAGES = {**settings.STORAGES, "default": env.files(is_there=True)}
    settings.PORTICO_FILES_S3 = True

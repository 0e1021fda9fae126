"""An S3-compatible store on loopback, and the settings that the environment's names lead to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

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


@pytest.fixture
def s3(s3_address: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """The store's address; the private files lie in its bucket."""
    said = {"BUCKET": BUCKET, "ENDPOINT": s3_address, "REGION": REGION, "KEY": KEY, "SECRET": SECRET}
    for name, value in said.items():
        monkeypatch.setenv(f"PORTICO_FILES_S3_{name}", value)
    client = boto3.client(
        "s3", endpoint_url=s3_address, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
    client.create_bucket(Bucket=BUCKET)
    settings.STORAGES = {**settings.STORAGES, "default": env.files(is_there=True)}
    settings.PORTICO_FILES_S3 = True
    return s3_address

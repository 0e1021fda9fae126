"""The private store as a bucket of an S3-compatible store: whatever its library raises is one fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.utils.translation import gettext as _
from storages.backends.s3 import S3Storage

from portico.foundation.tenancy.files import StoreDown

PATIENCE = Config(connect_timeout=10, read_timeout=60, retries={"total_max_attempts": 3})


class PrivateBucket(S3Storage):  # type: ignore[misc]
    """Says StoreDown when the store does not answer or refuses, FileNotFoundError when a file is gone."""

    client_config: Any

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.client_config = self.client_config.merge(PATIENCE)

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        """With its content, which the library would fetch only when it is read."""
        with _answering():
            opened: File[Any] = super()._open(name, mode)
            opened.open()
            return opened

    def _save(self, name: str, content: File[Any]) -> str:
        with _answering():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _answering():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _answering():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _answering():
            folders, names = super().listdir(path)
            return folders, names

    def size(self, name: str) -> int:
        with _answering():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _answering():
            found: datetime = super().get_modified_time(name)
            return found


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error) as error:
        said = _("The store of files does not answer. Try again in a few minutes.")
        raise StoreDown(said, reason=str(error)) from error

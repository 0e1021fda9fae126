"""Forms with files: how much may be sent at once, and several in one field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MOST_BYTES = 250_000_000


class Bounded(FileUploadHandler):
    """Refuses a body that is too large before any of it is kept."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - Django's name
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig(f"{content_length} bytes were announced")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SeveralFiles(forms.FileInput):
    """A field for files, as many as somebody chooses."""

    allow_multiple_selected = True


def files_of(form: forms.Form, name: str) -> list[Any]:
    """The files that were sent in one field."""
    return form.files.getlist(name) if form.files else []

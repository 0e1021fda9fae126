"""The mailbox of a machine without a mail server: every message becomes one `.eml` file in a folder."""

import os
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes into `EMAIL_FILE_PATH`; a file is there whole or not at all."""

    def __init__(self, *, file_path: str | None = None, **rest: Any) -> None:
        super().__init__(**rest)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write them; how many were written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        path = self.folder / _file_name(message)
        draft = path.with_suffix(".part")
        with draft.open("wb") as file:
            file.write(message.message().as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)


def _file_name(message: EmailMessage) -> str:
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S.%f")
    recipient = re.sub(r"[^a-z0-9@._+-]", "_", (message.recipients() or ["nobody"])[0].lower())[:80]
    return f"{moment}-{recipient}-{uuid.uuid4().hex[:8]}.eml"

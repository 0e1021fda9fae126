"""Everything that reaches a person outside the office, as text: pages, PDFs, and mails with what they enclose."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email.message import EmailMessage, Message
from typing import Any

from pypdf import PdfReader

from tests.factories import drain
from tests.sweeps.browsing import Answer, Journey


def everything(journey: Journey) -> Iterator[tuple[str, str]]:
    """Each answer with its address; a PDF by its text and its facts."""
    for answer in journey.answers.values():
        if not answer.address.startswith(("/static/", "/brand/", "/logo/")):
            yield answer.address, said(answer)


def said(answer: Answer) -> str:
    return text_of_pdf(answer.content) if answer.kind.startswith("application/pdf") else answer.text


def text_of_pdf(content: bytes) -> str:
    pdf = PdfReader(io.BytesIO(content))
    return "\n".join([*(page.extract_text() for page in pdf.pages), str(pdf.metadata)])


def mails(outbox: list[Any]) -> list[tuple[str, str]]:
    """Send what waits; each mail by its address, with all that it says."""
    outbox.clear()
    drain(queue="mail")
    return [(mail.to[0], "\n".join(_parts(mail.message()))) for mail in outbox]


def _parts(mail: Message | EmailMessage) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in mail.items())
    for part in mail.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        yield text_of_pdf(content) if part.get_content_type() == "application/pdf" else content.decode(errors="replace")

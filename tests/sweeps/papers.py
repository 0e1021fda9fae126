"""Everything that reaches a person outside the office, as text: pages, PDFs, and mails with what they enclose."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email.message import EmailMessage, Message
from typing import Any
from zipfile import ZipFile

from pypdf import PdfReader

from tests.factories import drain
from tests.sweeps.browsing import Answer, Journey

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def everything(journey: Journey) -> Iterator[tuple[str, str]]:
    """Each answer with its address; a PDF by its text and its facts."""
    for answer in journey.answers.values():
        if not answer.address.startswith(("/static/", "/brand/", "/logo/")):
            yield answer.address, said(answer)


def said(answer: Answer) -> str:
    if answer.kind.startswith("application/zip"):
        return text_of_archive(answer.content)
    if answer.kind.startswith("image/"):
        return _written_in(answer.content)
    return _said_in("x.pdf" if answer.kind.startswith("application/pdf") else "", answer.content)


def text_of_archive(content: bytes) -> str:
    """The names in it and what each file says; of a picture what is written in it, not what its points look like."""
    with ZipFile(io.BytesIO(content)) as zipped:
        return "\n".join(f"{name}\n{_said_in(name, zipped.read(name))}" for name in zipped.namelist())


def _said_in(name: str, content: bytes) -> str:
    if name.endswith(".pdf") and b"/Page" in content:
        return text_of_pdf(content)
    if name.endswith(PICTURES):
        return _written_in(content)
    return content.decode(errors="replace")


def _written_in(picture: bytes) -> str:
    return "\n".join(found.decode() for found in re.findall(rb"[ -~]{12,}", picture))


def text_of_pdf(content: bytes) -> str:
    pdf = PdfReader(io.BytesIO(content))
    facts = {name: value for name, value in (pdf.metadata or {}).items() if name not in ("/Creator", "/Producer")}
    return "\n".join([*(page.extract_text() for page in pdf.pages), str(facts)])


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

"""Everything that reaches a person outside the office, as text: pages, PDFs, and mails with what they enclose."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage, Message
from typing import Any
from zipfile import ZipFile

from pypdf import PdfReader

from tests.factories import drain
from tests.sweeps.browsing import Answer, Journey

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif")

Reading = Callable[[bytes], str]


def as_it_is(picture: bytes) -> str:
    """Every byte of a picture, whatever it means."""
    return picture.decode(errors="replace")


def as_prose(picture: bytes) -> str:
    """What is written in a picture's facts; its points look like an amount now and then."""
    return "\n".join(found.decode() for found in re.findall(rb"[ -~]{12,}", picture))


def everything(journey: Journey, *, picture: Reading = as_it_is) -> Iterator[tuple[str, str]]:
    """Each answer with its address; a PDF by its text and its facts, a zip by all that is in it."""
    for answer in journey.answers.values():
        if not answer.address.startswith(("/static/", "/brand/", "/logo/")):
            yield answer.address, said(answer, picture)


def said(answer: Answer, picture: Reading) -> str:
    if answer.kind.startswith("application/zip"):
        return text_of_archive(answer.content, picture)
    if answer.kind.startswith("image/"):
        return picture(answer.content)
    return _said_in("x.pdf" if answer.kind.startswith("application/pdf") else "", answer.content, picture)


def text_of_archive(content: bytes, picture: Reading) -> str:
    """The names in it and what each file says."""
    with ZipFile(io.BytesIO(content)) as zipped:
        return "\n".join(f"{name}\n{_said_in(name, zipped.read(name), picture)}" for name in zipped.namelist())


def _said_in(name: str, content: bytes, picture: Reading) -> str:
    if name.endswith(".pdf") and b"/Page" in content:
        return text_of_pdf(content)
    return picture(content) if name.endswith(PICTURES) else as_it_is(content)


def text_of_pdf(content: bytes) -> str:
    """The text of its pages and its facts, without the version of the program that set it."""
    pdf = PdfReader(io.BytesIO(content))
    facts = re.sub(r"Typst [\d.]+", "Typst", str(pdf.metadata))
    return "\n".join([*(page.extract_text() for page in pdf.pages), facts])


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

"""A browser that goes wherever links and forms lead, and keeps what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.factories import read
from tests.reading import Page

HTML = "text/html"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
LINKS = frozenset({"a", "link", "img", "script"})
MOST = 1500


@dataclass(frozen=True)
class Answer:
    """What came back for an address."""

    address: str
    status: int
    kind: str
    content: bytes
    leads_to: str = ""

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    @property
    def is_page(self) -> bool:
        return self.kind.startswith(HTML) and self.status == 200

    @cached_property
    def read(self) -> Page:
        """The page taken apart, once for all who look at it."""
        return read(self.text)


@dataclass(frozen=True, slots=True)
class Seen:
    """A form as it stood on a page."""

    page: str
    action: str
    method: str
    fields: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Journey:
    """Everything that one person can come to by clicking."""

    answers: dict[str, Answer] = field(default_factory=dict)
    forms: set[Seen] = field(default_factory=set)
    found_on: dict[str, str] = field(default_factory=dict)

    @property
    def pages(self) -> list[Answer]:
        return [answer for answer in self.answers.values() if answer.is_page]

    def by_status(self, *statuses: int) -> list[tuple[str, str]]:
        """The addresses that answered so, each with the page that leads there."""
        return [(at, self.found_on[at]) for at, answer in self.answers.items() if answer.status in statuses]


def ask(client: Client, method: str, address: str, fields: dict[str, Any] | None = None) -> Answer:
    """One request; what it did is undone."""
    client.raise_request_exception = False
    with transaction.atomic():
        response = client.get(address) if method == "get" else client.post(address, fields or {})
        content = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return Answer(
        address,
        response.status_code,
        response.headers.get("Content-Type", ""),
        content,
        response.headers.get("Location", ""),
    )


def travel(client: Client, *, start: str = "/") -> Journey:
    """Follow every internal link and every form that asks (GET), from `start`, each address once."""
    journey = Journey(found_on={start: "(start)"})
    waiting = [start]
    while waiting:
        address = waiting.pop()
        answer = journey.answers[address] = ask(client, "get", address)
        assert len(journey.answers) <= MOST, "this never ends"
        for found in _ways(answer, journey):
            if found not in journey.found_on:
                journey.found_on[found] = address
                waiting.append(found)
    return journey


def _ways(answer: Answer, journey: Journey) -> Iterator[str]:
    if answer.leads_to:
        yield from _internal(answer.leads_to, answer.address)
    if not answer.is_page:
        return
    for element in answer.read.all():
        if element.tag in LINKS:
            yield from _internal(element.get("href") or element.get("src"), answer.address)
        yield from _internal(element.get("hx-get"), answer.address)
    for form in answer.read.forms:
        action = next(_internal(form.action or answer.address, answer.address), "")
        if form.method == "get":
            yield from _internal(action, answer.address)
        journey.forms.add(Seen(answer.address, action, form.method, tuple(sorted(form.fields.items()))))


def _internal(href: str, base: str) -> Iterator[str]:
    """The address without its fragment, when it is one of ours."""
    parts = urlsplit(href)
    if not href or parts.scheme or parts.netloc or href.startswith("#"):
        return
    path = parts.path or urlsplit(base).path
    query = f"?{parts.query}" if parts.query else ""
    yield f"{path}{query}"


def pattern_of(address: str, urlconf: str) -> str:
    """The name of the URL that an address belongs to; empty for none."""
    try:
        return resolve(urlsplit(address).path, urlconf).url_name or ""
    except Resolver404:
        return ""

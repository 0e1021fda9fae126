"""What a page may cost: statements that do not grow with the history, and bytes on a phone's first visit."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from bench.cast import Kind, secret_of
from bench.rows import Row, fill_company
from bench.search import people
from portico.foundation.people.browser import COOKIE
from portico.foundation.people.enums import Side
from tests.counting import statements
from tests.reading import Element, read

FIRST_VISIT_BYTES, FIRST_VISIT_REQUESTS = 60_000, 8
COUNTS = (1, 300)
# The way in with what is reached, the page; where bills are to be paid, also credit and what waits to be verified.
PAGES = {"/": 2, "/invoices/": 2, "/invoices/?show=paid": 2, "/payments/": 2, "/statements/": 2}


def visitor_of(*, jobs: int, open_count: int) -> Client:
    """A signed-in browser of a customer with so many jobs, each with its invoice, the paid ones with a payment."""
    (person,) = people(1)
    fill_company("budgets", [Row(1, person, Kind("one", people=1, jobs=jobs, open=open_count))])
    client = Client(headers={"host": "budgets.localhost"})
    client.cookies[COOKIE[Side.CUSTOMER]] = secret_of("budgets", 1)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("path", PAGES)
def test_page_statements_do_not_grow(path: str, count: int) -> None:
    client = visitor_of(jobs=count + 1, open_count=max(1, count // 2))
    with statements(PAGES[path]):
        response = client.get(path)
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("count", COUNTS)
def test_invoice_statements_do_not_grow(count: int) -> None:
    client = visitor_of(jobs=count + 1, open_count=max(1, count // 2))
    page = read(client.get("/invoices/"))
    address = next(href for href in page.links.values() if href.startswith("/invoices/") and href.count("-") == 4)
    with statements(2):
        response = client.get(address)
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", ("/", "/sign-in/"))
def test_first_visit_stays_small(path: str) -> None:
    client = visitor_of(jobs=10, open_count=3)
    if path == "/sign-in/":
        del client.cookies[COOKIE[Side.CUSTOMER]]
    response = client.get(path)
    assert response.status_code == 200
    loaded = _loaded(read(response).root)
    sizes = {address: _size(client, address) for address in loaded}
    assert len(response.content) + sum(sizes.values()) <= FIRST_VISIT_BYTES, sizes
    assert 1 + len(sizes) <= FIRST_VISIT_REQUESTS, sizes


def _loaded(root: Element) -> set[str]:
    """What a browser fetches for the page: styles, font, icon, scripts, pictures, the sprite."""
    found = [link["href"] for link in root.all("link") if link.get("rel") in {"stylesheet", "preload", "icon"}]
    found += [script["src"] for script in root.all("script") if script.get("src")]
    found += [picture["src"] for picture in root.all("img")]
    found += [use["href"].partition("#")[0] for use in root.all("use")]
    return {address for address in found if not address.startswith("data:")}


def _size(client: Client, address: str) -> int:
    """As WhiteNoise sends it: compressed, fonts and pictures as they are."""
    if not address.startswith("/static/"):
        return len(_body(client.get(address)))
    path = finders.find(address.removeprefix("/static/"))
    assert path, address
    content = Path(str(path)).read_bytes()
    return len(content if address.endswith((".woff2", ".png")) else gzip.compress(content, 9))


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)

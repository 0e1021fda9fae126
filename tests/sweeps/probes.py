"""Asking for what belongs to somebody else: the answer must be the one that an id of nothing at all gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.factories.world import Firm
from tests.sweeps import urls
from tests.sweeps.browsing import UUID, Answer, Journey, ask

METHODS = ("get", "post")
FILLED_IN = (("password", "a long and fresh password"), ("name", "Eve"), ("is_sure", "on"))
EVERYTHING = "*"
ONE, WHOLE = (
    ("get", "getlist", "__getitem__", "__contains__"),
    ("items", "lists", "dict", "urlencode", "copy", "values"),
)
ENOUGH = 2  # ids of a kind in each place; the journeys bring all the others
SECRET = re.compile(r'name="(?:csrfmiddlewaretoken|form_token|token)" value="[^"]*"')


@dataclass(frozen=True, slots=True)
class Probe:
    """A request for something of somebody else's."""

    method: str
    address: str
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def for_nothing(self) -> Probe:
        """The same with ids and secrets that nobody has."""
        fields = tuple((name, _nobodys(value)) for name, value in self.fields)
        return Probe(self.method, _nobodys(self.address), fields)

    @property
    def shape(self) -> tuple[str, str, tuple[tuple[str, str], ...]]:
        return self.method, re.sub(UUID, "ID", self.address), tuple((n, re.sub(UUID, "ID", v)) for n, v in self.fields)


@dataclass(frozen=True, slots=True)
class Finding:
    """A request whose answer told something."""

    probe: Probe
    status: int
    usual: int


def findings(browser: Client, probes: Iterable[Probe]) -> Iterator[Finding]:
    """Every probe whose answer differs from what the same request for nothing gets, or that breaks something.

    They are asked one by one as the findings are taken: whoever wants to know of all takes all.
    """
    usual: dict[Any, Answer] = {}
    read: dict[str, frozenset[str]] = {}
    for probe in sorted(set(probes), key=repr):
        if not _is_read(browser, probe, read):
            continue
        if probe.shape not in usual:
            usual[probe.shape] = _asked(browser, probe.for_nothing)
        expected, answer = usual[probe.shape], _asked(browser, probe)
        is_same = (answer.status, _plain(answer)) == (expected.status, _plain(expected))
        if not is_same or answer.status >= 500:
            yield Finding(probe, answer.status, expected.status)


def by_parameter(urlconf: str, *, own: Firm, ids: Callable[[str], Iterable[Any]]) -> Iterator[Probe]:
    """Every URL with parameters: each of somebody else's ids in each place, our own in the others."""
    for pattern in urls.patterns(urlconf):
        names = urls.parameters(pattern)
        if not names or set(names) & (urls.TOKENS | urls.DIGESTS | urls.FREE):
            continue
        ours = {name: own.ids(urls.PARAMETERS[name])[0] for name in names}
        for name in names:
            for foreign in list(ids(urls.PARAMETERS[name]))[:ENOUGH]:
                address = reverse(pattern.name or "", urlconf, kwargs=ours | {name: foreign})
                yield from (Probe(method, address) for method in METHODS)


def by_query(urlconf: str, *, ids: Callable[[str], Iterable[Any]]) -> Iterator[Probe]:
    """Every URL without parameters, asked with somebody else's ids in the query and in the form."""
    foreign = [(name, str(found[0])) for name, kind in urls.NAMED if (found := list(ids(kind)))]
    for pattern in urls.patterns(urlconf):
        if urls.parameters(pattern) or not pattern.name:
            continue
        address = reverse(pattern.name, urlconf)
        yield from (Probe("get", f"{address}?{urlencode([one])}") for one in foreign)
        yield Probe("post", address, tuple(foreign))


def by_secret(urlconf: str, firm: Firm) -> Iterator[Probe]:
    """Every URL that takes a secret or a digest, with those of this company."""
    for pattern in urls.patterns(urlconf):
        for name in urls.parameters(pattern):
            values = firm.tokens.values() if name in urls.TOKENS else [firm.logo] if name in urls.DIGESTS else []
            for value in values:
                address = reverse(pattern.name or "", urlconf, kwargs={name: value})
                yield Probe("get", address)
                yield Probe("post", address, FILLED_IN)


def by_journey(journey: Journey, *, only: Callable[[str], bool] = bool) -> Iterator[Probe]:
    """Everything with an id in it that somebody else could click or send."""
    for address in journey.answers:
        if re.search(UUID, address) and only(address):
            yield Probe("get", address)
    for form in journey.forms:
        if form.method == "post" and re.search(UUID, form.action + repr(form.fields)) and only(form.action):
            yield Probe("post", form.action, form.fields)


def _is_read(browser: Client, probe: Probe, known: dict[str, frozenset[str]]) -> bool:
    """Whether the page looks at a name of the query at all: one that it never reads cannot change its answer.

    Asked without the name a page does just what it does with it up to the moment in which it first looks for it; so
    the bare page tells every name that a query of one name could bring in.
    """
    path, _, query = probe.address.partition("?")
    if not query or probe.method != "get":
        return True
    if path not in known:
        with names_read() as heard:
            ask(browser, "get", path)
        known[path] = frozenset(heard)
    return EVERYTHING in known[path] or any(name in known[path] for name, _value in parse_qsl(query))


@contextmanager
def names_read() -> Iterator[set[str]]:
    """The names that are looked up in queries and forms meanwhile; EVERYTHING where somebody takes them all."""
    heard: set[str] = set()

    def one(way: str) -> Any:
        def look_up(self: QueryDict, name: str, *rest: Any) -> Any:
            heard.add(name)
            return getattr(super(QueryDict, self), way)(name, *rest)

        return look_up

    def whole(way: str) -> Any:
        def take(self: QueryDict, *rest: Any, **more: Any) -> Any:
            heard.add(EVERYTHING)
            return kept[way](self, *rest, **more)

        return take

    kept = {way: getattr(QueryDict, way) for way in WHOLE}
    with pytest.MonkeyPatch.context() as patch:
        for way in ONE:
            patch.setattr(QueryDict, way, one(way), raising=False)
        for way in WHOLE:
            patch.setattr(QueryDict, way, whole(way))
        yield heard


def _nobodys(text: str) -> str:
    fresh: dict[str, str] = {}
    text = re.sub(UUID, lambda found: fresh.setdefault(found[0], str(uuid4())), text)
    text = re.sub(r"(?<=/)[\w-]{40,}(?=/)", lambda found: "x" * len(found[0]), text)
    return re.sub(r"(?<=/logo/)\w+", "0" * 16, text)


def _asked(browser: Client, probe: Probe) -> Answer:
    """The answer to somebody whom no earlier answer signed in or out."""
    carried = {name: cookie.value for name, cookie in browser.cookies.items()}
    answer = ask(browser, probe.method, probe.address, dict(QueryDict(urlencode(probe.fields)).lists()))
    browser.cookies = SimpleCookie(carried)
    return answer


def _plain(answer: Answer) -> str:
    """What it says, without what differs from request to request, and without the id that was asked for."""
    if answer.kind.startswith("application/pdf"):
        return "a pdf"
    text = re.sub(UUID, "ID", answer.text + answer.leads_to)
    text = re.sub(r"(?<=/)(?:[\w-]{40,}|[\w]+(?=\.png))", "SECRET", text)
    return SECRET.sub("SECRET", text)

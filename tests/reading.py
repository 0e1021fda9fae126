"""Reads a page as a visitor does: its title, its texts, its rows, its links, its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
UNSEEN = frozenset({"script", "style", "template", "head"})
BLOCKS = frozenset(
    {"p", "div", "li", "td", "th", "tr", "dt", "dd", "h1", "h2", "h3", "section", "a", "button", "label"}
)


@dataclass(slots=True)
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def text(self) -> str:
        """What is read, blanks folded."""
        return re.sub(r"\s+", " ", "".join(_texts(self))).strip()

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        """The elements inside with this tag and these attributes; `data_row="x"` means `data-row="x"`."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            one
            for one in _elements(self)
            if (not tag or one.tag == tag) and all(one.attributes.get(name) == value for name, value in wanted.items())
        ]

    def one(self, tag: str = "", **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes} instead of one"
        return found[0]


@dataclass(slots=True)
class Form:
    """A form: where it goes and what it would send as it stands."""

    action: str
    method: str
    fields: dict[str, str]
    buttons: list[str]


@dataclass(slots=True)
class Page:
    """A parsed answer."""

    root: Element
    status: int = 200

    @property
    def title(self) -> str:
        return self._first("title")

    @property
    def h1(self) -> str:
        return self.root.one("h1").text

    @property
    def text(self) -> str:
        """All that is read on the page, in order."""
        bodies = self.root.all("body")
        return (bodies[0] if bodies else self.root).text

    @property
    def links(self) -> dict[str, str]:
        """Text of a link → where it leads; an icon's link by its aria-label."""
        anchors = [link for link in self.root.all("a") if "href" in link.attributes]
        return {link.text or link.get("aria-label"): link["href"] for link in anchors}

    @property
    def forms(self) -> list[Form]:
        return [_form(element) for element in self.root.all("form")]

    @property
    def errors(self) -> list[str]:
        """What the forms complain about: `data-error`, or the role alert."""
        found = [one for one in _elements(self.root) if "data-error" in one.attributes or one.get("role") == "alert"]
        return [one.text for one in found]

    def form(self, action: str) -> Form:
        """The form that goes to `action`."""
        found = [form for form in self.forms if form.action == action]
        assert len(found) == 1, f"{len(found)} forms to {action}; there are {[form.action for form in self.forms]}"
        return found[0]

    def rows(self, name: str) -> list[str]:
        """The texts of the elements marked `data-row="name"`; of `data-key` where they carry one."""
        return [row.get("data-key") or row.text for row in self.root.all(data_row=name)]

    def row(self, name: str, key: str) -> Element:
        """The row `name` with this key."""
        return self.root.one(data_row=name, data_key=key)

    def all(self, tag: str = "", **attributes: str) -> list[Element]:
        return self.root.all(tag, **attributes)

    def one(self, tag: str = "", **attributes: str) -> Element:
        return self.root.one(tag, **attributes)

    def _first(self, tag: str) -> str:
        found = self.root.all(tag)
        return re.sub(r"\s+", " ", "".join(_plain(found[0]))).strip() if found else ""


def read(response: Any) -> Page:
    """Parse a response of the test client, or a string."""
    html = response if isinstance(response, str) else response.content.decode()
    parser = _Parser()
    parser.feed(html)
    parser.close()
    return Page(parser.root, getattr(response, "status_code", 200))


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        depth = next((at for at in range(len(self.open) - 1, 0, -1) if self.open[at].tag == tag), 0)
        if depth:
            del self.open[depth:]

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _elements(element: Element) -> Iterator[Element]:
    waiting = [iter(element.children)]
    while waiting:
        for child in waiting[-1]:
            if isinstance(child, Element):
                yield child
                waiting.append(iter(child.children))
                break
        else:
            waiting.pop()


def _plain(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        else:
            yield from _plain(child)


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif child.tag not in UNSEEN and "hidden" not in child.attributes:
            yield " " if child.tag in BLOCKS or child.tag == "br" else ""
            yield from _texts(child)
            yield " " if child.tag in BLOCKS else ""


def _form(element: Element) -> Form:
    fields: dict[str, str] = {}
    for control in element.all():
        name, kind = control.get("name"), control.get("type", "text")
        if not name or "disabled" in control.attributes or control.tag not in {"input", "select", "textarea"}:
            continue
        if control.tag == "select":
            options = control.all("option")
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            fields[name] = chosen[0].get("value", chosen[0].text) if chosen else ""
        elif control.tag == "textarea":
            fields[name] = "".join(_plain(control)).removeprefix("\n")
        elif kind not in {"checkbox", "radio"} or "checked" in control.attributes:
            fields[name] = control.get("value", "on" if kind in {"checkbox", "radio"} else "")
    buttons = [button.text for button in element.all("button")]
    return Form(element.get("action"), element.get("method", "get").lower(), fields, buttons)

"""Django's template backend on MiniJinja: strict, always escaped, one environment a process."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

import minijinja
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.template import TemplateDoesNotExist
from django.template.backends.base import BaseEngine
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from portico.faces.ui.filters import FILTERS
from portico.faces.ui.form_token import form_token

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MARKS = tuple(f"00000000-0000-0000-0000-00000000000{place}" for place in range(4))


Place = tuple[str | None, str | None]  # the urlconf and the language


class _Now(threading.local):
    """What the running render needs to know; imported macros do not see the page's context."""

    request: HttpRequest | None = None
    language: str = ""
    place: Place | None = None
    csrf: SafeString | None = None


_now = _Now()


@contextmanager
def rendering(request: HttpRequest | None) -> Iterator[None]:
    """Know request, language and place until the end; what is rendered inside for the same request asks no more."""
    if request is not None and request is _now.request:
        yield
        return
    before = _now.request, _now.language, _now.csrf, _now.place
    _now.place = get_urlconf(), translation.get_language()
    _now.request, _now.language, _now.csrf = request, _now.place[1] or "", None
    try:
        yield
    finally:
        _now.request, _now.language, _now.csrf, _now.place = before


class MiniJinja(BaseEngine):
    """Reads templates from DIRS and, with APP_DIRS, from each app's templates folder."""

    app_dirname: ClassVar[str] = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        """Take Django's settings of one TEMPLATES entry; with the option `reload` a changed file is read anew."""
        settings_given = params.copy()
        options = settings_given.pop("OPTIONS")
        super().__init__(settings_given)
        self.env = make_environment(self.read, reload=options.get("reload", False))
        self._known: set[str] = set()

    def read(self, name: str) -> str | None:
        """The source of a template, or nothing when there is none of that name."""
        path = self._path(name)
        return path.read_text(encoding="utf-8") if path else None

    def get_template(self, template_name: str) -> "Template":
        """Find a template by name."""
        if template_name not in self._known:
            if self._path(template_name) is None:
                raise TemplateDoesNotExist(template_name, backend=self)
            self._known.add(template_name)
        return Template(self.env, template_name)

    def from_string(self, template_code: str) -> "Template":
        """Make a template of text; only tests do."""
        return Template(self.env, "", source=template_code)

    def _path(self, name: str) -> Path | None:
        if ".." in name or name.startswith("/"):
            return None
        found = (Path(folder) / name for folder in self.template_dirs)
        return next((path for path in found if path.is_file()), None)


def make_environment(read: Callable[[str], str | None], *, reload: bool = False) -> minijinja.Environment:
    """An environment with our rules, filters and globals."""
    env = minijinja.Environment(
        loader=read,
        filters=FILTERS,
        globals=GLOBALS,
        undefined_behavior="strict",
        auto_escape_callback=lambda name: "html",
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.reload_before_render = reload
    return env


class Template:
    """One template, as Django's views expect it."""

    def __init__(self, env: minijinja.Environment, name: str, *, source: str | None = None) -> None:
        """Remember where the template comes from; it is compiled at its first render."""
        self.env, self.name, self.source = env, name, source

    def render(self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        """Render with a context; errors name the template and its line."""
        with rendering(request):
            return mark_safe(self._text(dict(context or {})))  # noqa: S308 - the environment escapes

    def _text(self, context: dict[str, Any]) -> str:
        if self.source is not None:
            return self.env.render_str(self.source, "text", **context)
        return self.env.render_template(self.name, **context)


def url(name: str, *ids: object, query: Mapping[str, object] | None = None) -> SafeString:
    """The address of a named page of this face, e.g. url("customer:invoice", invoice.id)."""
    address = _quick(name, ids) or str(escape(reverse(name, args=ids)))
    if query:
        address = f"{address}?{escape(urlencode(query, doseq=True))}"
    return SafeString(address)  # escaped, and quick ids are UUIDs


def addresses(name: str) -> Callable[[str], SafeString]:
    """`url(name, id)` for the many ids of a list, each of them a public id as the database wrote it."""
    before, after = str(_pattern(*place(), name, 1)).split(_MARKS[0])
    return lambda public_id: SafeString(f"{before}{public_id}{after}")


def _quick(name: str, ids: tuple[object, ...]) -> str | None:
    urlconf, language = place()
    if not ids:
        return _pattern(urlconf, language, name, 0)
    if len(ids) > len(_MARKS):
        return None
    for each in ids:
        if not isinstance(each, UUID) and not _UUID.fullmatch(str(each)):
            return None
    address = _pattern(urlconf, language, name, len(ids))
    for mark, each in zip(_MARKS, ids, strict=False):
        address = address and address.replace(mark, str(each))
    return address


def place() -> Place:
    """What an address depends on besides its name; asked once a render, for Django's answer is dear."""
    return _now.place or (get_urlconf(), translation.get_language())


@lru_cache(2000)
def _pattern(urlconf: str | None, language: str | None, name: str, count: int) -> str | None:
    try:
        return str(escape(reverse(name, args=_MARKS[:count])))
    except NoReverseMatch:
        return None


@lru_cache(500)
def static(path: str) -> SafeString:
    """The address of a static file, hashed where the storage hashes."""
    return mark_safe(escape(staticfiles_storage.url(path)))  # noqa: S308 - escaped


def say(text: str, **values: object) -> str:
    """Translate a text and fill in its %(names)s."""
    said = _translated(_now.language or translation.get_language() or "", text)
    return _fill(said, values) if values else said


def say_number(one: str, many: str, n: int, **values: object) -> str:
    """Translate a text that depends on a number, which is %(n)s."""
    return _fill(translation.ngettext(one, many, n), {"n": n, **values})


@lru_cache(16384)
def _translated(language: str, text: str) -> str:
    return translation.gettext(text)


def _fill(text: str, values: Mapping[str, object]) -> str:
    if not any(hasattr(value, "__html__") for value in values.values()):
        return text % values
    safe = {name: escape(value) if not hasattr(value, "__html__") else value for name, value in values.items()}
    return mark_safe(str(escape(text)) % safe)  # noqa: S308 - each part is escaped


def csrf_field() -> SafeString:
    """The hidden field that proves that a form came from our page; the same for all forms of one page."""
    if _now.csrf is None:
        _now.csrf = _csrf_field()
    return _now.csrf


def _csrf_field() -> SafeString:
    if _now.request is None:
        raise ValueError("a form needs the request: render the page with it")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', form_token(_now.request))


GLOBALS: dict[str, Callable[..., Any]] = {
    "url": url,
    "static": static,
    "_": say,
    "ngettext": say_number,
    "csrf_field": csrf_field,
}

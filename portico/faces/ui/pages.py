"""How a view answers with a page, and what every page is told about the house around it.

A face puts a method `shell() -> Shell` on its request (its middleware does); `page()` adds the answer to the
context under the name `shell`. A page without one gets the empty shell: no brand, no navigation, nobody signed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation

from portico.faces.ui.viewing import Viewing, viewing_of


@dataclass(frozen=True, slots=True)
class Brand:
    """The branch that a page speaks for."""

    name: str
    phone: str = ""
    css_url: str = ""
    logo_url: str = ""
    address: str = ""
    license: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation; the office lists entries under the heading of their group."""

    label: str
    href: str
    icon: str
    is_current: bool = False
    count: int = 0
    count_label: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in; `sign_out` is posted to."""

    name: str
    href: str
    sign_out: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """The office's search box."""

    href: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message at the top of the page; level is success, error or info."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Shell:
    """All that a base template needs besides the page's own context.

    `notices` may hold Notice objects or anything with `level` and `text` (a mapping too);
    `title_suffix` follows the page's title: "Invoices – Brightwater".
    """

    company_name: str = ""
    brand: Brand | None = None
    nav: Sequence[NavItem] = ()
    account: Account | None = None
    notices: Sequence[Any] = ()
    lang: str = field(default_factory=lambda: translation.get_language() or "en")
    title_suffix: str = ""
    search: Search | None = None
    viewing: Viewing | None = None


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Answer with a page, in the shell that the face gives to this request."""
    content = loader.get_template(template).render({"shell": shell_of(request), **(context or {})}, request)
    return HttpResponse(content, status=status, charset="utf-8")  # else it is read from the settings three times


def shell_of(request: HttpRequest) -> Shell:
    """The shell that the face made for this request, or the empty one."""
    make = getattr(request, "shell", None)
    shell: Shell = make() if make is not None else Shell()
    banner = viewing_of(request)
    return shell if banner is None else replace(shell, viewing=banner)

"""Every view says who may see it; a sweep refuses a URL whose view does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """A page for people who are not signed in: sign-in, links from mails, health, brand colours."""
    return mark(view, "open")


def mark(view: View, guard: str) -> View:
    """Say which guard stands before a view: open, visitor or an office action."""
    view.guard = guard  # type: ignore[attr-defined]
    return view


def open_while_viewing(view: View) -> View:
    """Mark a GET that staff who look as a customer are shown, though it is no plain page for customers.

    It is a picture, or a page that notes something when a customer opens it: such a one notes nothing where
    `request.entry.viewing` is set, for the database would refuse it.
    """
    view.is_open_while_viewing = True  # type: ignore[attr-defined]
    return view


def is_open_while_viewing(view: Any) -> bool:
    return bool(getattr(view, "is_open_while_viewing", False))


def guard_of(view: Any) -> str | None:
    found = getattr(view, "guard", None)
    return str(found) if found else None

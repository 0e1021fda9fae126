"""Every URL says who may see it, on both hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from portico.faces.ui.guards import guard_of

FACES = ("portico.config.portal_urls", "portico.config.office_urls")
GLOBAL = {"healthz", "readyz", "brand-css", "csp-reports"}  # no company, no person, the same answer for everyone
OPEN = {
    "portico.config.portal_urls": {
        "logo",
        "sign_in",
        "sign_in_code",
        "sign_out",
        "password_forgotten",
        "password_reset",
        "invitation",
        "invitation_request",
        "email_change",
        "email_undo",
        "shell_sign_in",
        "calendar_feed",
        "hook_stripe",
        "viewing_start",
        "viewing_end",
    },
    "portico.config.office_urls": {
        "logo",
        "office_sign_in",
        "office_second",
        "office_second_set_up",
        "office_welcome",
        "office_sign_out",
        "office_shell_sign_in",
        "office_password_forgotten",
        "office_password_reset",
    },
}


def patterns(found: list[Any]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.parametrize("urlconf", FACES)
def test_every_url_has_a_guard(urlconf: str) -> None:
    unguarded = [
        pattern.name
        for pattern in patterns(get_resolver(urlconf).url_patterns)
        if pattern.name not in GLOBAL and guard_of(pattern.callback) is None
    ]
    assert unguarded == []


@pytest.mark.parametrize("urlconf", FACES)
def test_open_pages_are_the_listed_ones(urlconf: str) -> None:
    """A page that anybody may open is a decision: it is listed here by name."""
    open_pages = {
        pattern.name
        for pattern in patterns(get_resolver(urlconf).url_patterns)
        if pattern.name not in GLOBAL and not str(guard_of(pattern.callback)).startswith(("visitor", "staff"))
    }
    assert open_pages <= OPEN[urlconf]


@pytest.mark.parametrize("urlconf", FACES)
def test_every_url_has_a_name_of_its_own(urlconf: str) -> None:
    names = [pattern.name for pattern in patterns(get_resolver(urlconf).url_patterns)]
    assert None not in names
    assert len(names) == len(set(names))

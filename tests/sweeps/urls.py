"""Every URL of both faces, and which thing each of its parameters names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

PORTAL, OFFICE = "portico.config.portal_urls", "portico.config.office_urls"

# A parameter's name → the kind of thing in tests/factories/world.py. A new name joins on the day its URL is born.
PARAMETERS = {
    "customer": "customer",
    "row": "portal_contact",
    "contact": "contact",
    "invoice": "invoice",
    "draft": "draft",
    "colleague": "login",
    "payment": "payment",
    "method": "payment_method",
    "setup": "method_setup",
    "job": "job",
    "appointment": "appointment",
    "job_type": "job_type",
    "business_unit": "business_unit",
    "document": "document",
    "unit": "unit",
    "member": "household_member",
    "membership": "membership",
    "location": "location",
    "estimate": "estimate",
    "deposit": "deposit",
    "hold": "hold",
    "question": "question",
    "limit": "limit",
    "holiday": "holiday",
    "entry": "waiting",
    "due": "membership_visit",
    **{name: name for name in ("technician", "shift", "event", "zone", "window", "hours")},
    "offer": "visit_offer",
    "invite_list": "invite_list",
    "branch": "branch",
    "run": "statement_run",
}
# Names in a query, and fields of forms, that hold public ids.
NAMED = [
    *PARAMETERS.items(),
    *(("location", "location"), ("after", "invoice"), ("after", "customer"), ("after", "unit")),
    ("place", "location"),
    *(("after", "membership"), ("after", "proposal"), ("option", "estimate")),
    *(("after", "appointment"), ("after", "job_type"), ("after", "job")),
    ("after", "portal_contact"),
    *(("after", "booking"), ("after", "booking_step"), ("after", "waiting")),
    *(("before", "entry"), ("customer", "customer"), ("other", "customer")),
    *(("before", "invoice"), ("before", "payment"), ("before", "job"), ("before", "document")),
]
TOKENS = {"token"}
DIGESTS = {"digest"}
FREE = {"colour", "kind"}  # says nothing about any company


def patterns(urlconf: str) -> list[URLPattern]:
    """The patterns of a face, flat."""
    return list(_flat(get_resolver(urlconf).url_patterns))


def parameters(pattern: URLPattern) -> list[str]:
    """The names of its parameters."""
    return list(pattern.pattern.converters)


def _flat(found: list[Any]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from _flat(pattern.url_patterns)
        else:
            yield pattern

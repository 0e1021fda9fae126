"""What an office view finds on its request, for the type checker; and how ids in a query are read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from portico.faces.office.shell import OfficeShell
    from portico.faces.office.staff import Staff
    from portico.foundation.people.entry import CompanyFacts
    from portico.foundation.people.middleware import Notices
    from portico.foundation.tenancy.brands import BrandFacts


class OfficeRequest(HttpRequest):
    """A request behind `staff_only`."""

    staff: Staff
    shell: OfficeShell
    notices: Notices
    company: CompanyFacts
    brand: BrandFacts
    htmx: HtmxDetails
    form_action_origins: tuple[str, ...]
    is_unattended: bool
    has_frames: bool


def public_id(text: str) -> UUID | None:
    """A public id out of a query; None where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None

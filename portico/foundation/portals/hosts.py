"""The names under which a company's portal and office are reached."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from portico.foundation.messaging import links
from portico.foundation.portals.stand import stand_of
from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import current_company_id, reading


@dataclass(frozen=True, slots=True)
class Hosts:
    """`former` names lead to the one that holds now. `stand` is for the form."""

    host: str
    former: list[str]
    stand: str


@reading
def hosts() -> Hosts:
    """For the office's page."""
    rows = HostName.objects.filter(company_id=current_company_id()).order_by("-is_primary", "host")
    now, *former = rows.values_list("host", flat=True)
    return Hosts(now, former, stand_of(values(now)))


def values(host: str) -> dict[str, str]:
    """What the page changes."""
    return {"host": host}


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a name leads to, as people type it."""

    portal: str
    office: str


def addresses(host: str) -> Addresses:
    """Of a name that is or would be the company's."""
    return Addresses(links.portal_of(host, "/"), links.office_of(host, "/"))


def base_domain() -> str:
    """What stands behind every name."""
    return str(settings.PORTICO_BASE_DOMAIN)

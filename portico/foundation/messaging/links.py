"""Absolute links, built from the stored host name and never from a request; and the secrets inside one-time links."""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from django.conf import settings

from portico.foundation.tenancy.models import HostName
from portico.foundation.tenancy.scope import current_company_id, reading

TOKEN = "{token}"  # noqa: S105 - stands in a path where the secret goes
CODE = "{code}"  # stands in a text where the digits go


def one_time_token(link: UUID) -> str:
    """The secret of a one-time link. Only its digest is stored; who holds SECRET_KEY can compute it when mailing."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"one-time-link:{link}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def feed_token(feed: UUID) -> str:
    """The secret in the address of a calendar feed. Only its digest is stored; it is computed again to be shown."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"calendar-feed:{feed}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def mailed_code(code: UUID) -> str:
    """The digits of a mailed code. Nothing of them is stored; who holds SECRET_KEY can compute them when mailing."""
    mac = hmac.new(settings.SECRET_KEY.encode(), f"mailed-code:{code}".encode(), hashlib.sha256)
    return f"{int.from_bytes(mac.digest()[:8]) % 1_000_000:06d}"


@reading
def primary_host() -> str:
    """The company's host text, such as `demo`."""
    rows = HostName.objects.filter(company_id=current_company_id(), is_primary=True)
    return rows.values_list("host", flat=True).get()


def portal_url(path: str) -> str:
    """`path` on the company's portal, absolute."""
    return _absolute(primary_host(), path)


def office_url(path: str) -> str:
    """`path` on the company's office host, absolute."""
    return _absolute(f"office.{primary_host()}", path)


def portal_of(host: str, path: str) -> str:
    """`path` on the portal of the company that was found under this stored host text."""
    return _absolute(host, path)


def office_of(host: str, path: str) -> str:
    """`path` on the office host of that company."""
    return _absolute(f"office.{host}", path)


def mail_domain() -> str:
    """The right side of our Message-IDs."""
    return f"{primary_host()}.{settings.PORTICO_BASE_DOMAIN}"


def with_token(path: str, link: UUID) -> str:
    return path.replace(TOKEN, one_time_token(link))


def _absolute(host: str, path: str) -> str:
    return f"{settings.PORTICO_SCHEME}://{host}.{settings.PORTICO_BASE_DOMAIN}{settings.PORTICO_PORT_SUFFIX}{path}"

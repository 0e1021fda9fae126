"""Companies and the host names that lead to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portico.foundation.tenancy.models import Branch, Company, HostName, PortalState
from portico.foundation.tenancy.scope import company_scope, current_company_id, reading
from portico.kernel import errors

RESERVED = frozenset(
    [
        "about",
        "account",
        "accounts",
        "admin",
        "administrator",
        "api",
        "app",
        "apps",
        "assets",
        "auth",
        "autoconfig",
        "autodiscover",
        "billing",
        "blog",
        "cdn",
        "cell",
        "console",
        "dashboard",
        "dev",
        "dns",
        "docs",
        "download",
        "example",
        "files",
        "ftp",
        "git",
        "go",
        "help",
        "hooks",
        "host",
        "hostmaster",
        "images",
        "imap",
        "internal",
        "invoices",
        "ldap",
        "localhost",
        "login",
        "logs",
        "mail",
        "media",
        "metrics",
        "mx",
        "my",
        "ns",
        "ns1",
        "ns2",
        "office",
        "pay",
        "payments",
        "pop",
        "pop3",
        "portal",
        "portico",
        "postmaster",
        "private",
        "proxy",
        "public",
        "root",
        "sandbox",
        "secure",
        "security",
        "server",
        "signin",
        "sign-in",
        "smtp",
        "ssh",
        "ssl",
        "staging",
        "static",
        "stats",
        "status",
        "stripe",
        "support",
        "sysadmin",
        "system",
        "test",
        "testing",
        "uploads",
        "vpn",
        "web",
        "webhooks",
        "webmail",
        "webmaster",
        "whois",
        "www",
        "www1",
        "www2",
    ]
)
FORMAT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class HostRefused(errors.NotPossible):
    """This text cannot lead to a company."""

    code = "host_refused"


class HostTaken(errors.Conflict):
    """Another company has this host."""

    code = "host_taken"


@dataclass(frozen=True, slots=True)
class CompanyRow:
    id: int
    name: str
    host: str
    portal_state: str


def host_fault(host: str) -> str:
    """Why a text cannot be a company's host; empty when it can."""
    if len(host) < 2 or not FORMAT.fullmatch(host) or host[2:4] == "--":
        return _("A host is 2 to 63 small letters, digits and inner hyphens.")
    if host in RESERVED:
        return _("“%(host)s” is reserved.") % {"host": host}
    return ""


def company_of_host(host: str) -> CompanyRow | None:
    """The company that a host text such as `demo` leads to."""
    with transaction.atomic():
        found = HostName.objects.filter(host=host.strip().lower()).select_related("company").first()
    if found is None:
        return None
    company = found.company
    return CompanyRow(company.pk, company.name, found.host, company.portal_state)


@transaction.atomic
def create_company(
    *,
    name: str,
    host: str,
    time_zone: str = "America/Chicago",
    currency: str = "USD",
    phone: str = "",
    portal_state: PortalState = PortalState.OFF,
) -> CompanyRow:
    """Add a company with its host and its main branch; HostRefused or HostTaken where that name cannot be given."""
    fault = host_fault(host)
    if fault:
        raise HostRefused(fault)
    if HostName.objects.filter(host=host).exists():
        raise HostTaken(_("“%(host)s” leads to another company.") % {"host": host})
    company = Company.objects.create(name=name.strip(), currency=currency, portal_state=portal_state)
    HostName.objects.create(company=company, host=host)
    with company_scope(company.pk):
        Branch.objects.create(
            name=name.strip()[:120], display_name=name.strip(), time_zone=time_zone, phone=phone, is_main=True
        )
    return CompanyRow(company.pk, company.name, host, portal_state)


@reading
def current_company() -> Company:
    """The company whose scope this is."""
    return Company.objects.get(pk=current_company_id())

"""Staff who look as a customer: how a test comes to such a browser, and what ends it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.test import Client

from portico.domain.customers.models import PortalContact
from portico.foundation.people.models import Login, LoginSession, PortalViewing
from tests.factories import people
from tests.factories.world import Firm


def way_over(firm: Firm, email: str, *, customer: str = "alma", role: str = "csr") -> tuple[Client, str]:
    """The staff member's browser, and the path that leads over to the portal."""
    office, owner = firm.office(role), firm.customers[customer]
    with firm.inside():
        row = PortalContact.objects.get(customer=owner, email=email).public_id
    answer = office.post(f"/customers/{owner.public_id}/addresses/{row}/view-as/")
    assert answer.status_code == 302, answer.content
    return office, urlsplit(answer.headers["Location"]).path


def viewer(firm: Firm, email: str, *, customer: str = "alma", role: str = "csr") -> Client:
    """A browser of staff that looks as the owner of this address."""
    _office, path = way_over(firm, email, customer=customer, role=role)
    client = people.portal(firm.host)
    assert client.get(path).headers["Location"] == "/"
    return client


def sign_out(firm: Firm) -> None:
    """Signed out of the office."""
    LoginSession.objects.filter(login=firm.staff["csr"]).update(ended_at="2026-01-01T00:00:00Z")


def other_role(firm: Firm) -> None:
    """Given another role."""
    Login.objects.filter(pk=firm.staff["csr"].pk).update(role="accountant")


def dismissed(firm: Firm) -> None:
    """No longer with the company."""
    Login.objects.filter(pk=firm.staff["csr"].pk).update(is_active=False)


def idle(firm: Firm) -> None:
    """Away from the office for too long."""
    LoginSession.objects.filter(login=firm.staff["csr"]).update(seen_at="2026-01-01T00:00:00Z")


def too_long(firm: Firm) -> None:
    """Looked for as long as one may."""
    PortalViewing.objects.update(expires_at="2026-01-01T00:00:00Z")


OFFICE_ENDINGS = (sign_out, other_role, dismissed, idle)
ENDINGS = (*OFFICE_ENDINGS, too_long)

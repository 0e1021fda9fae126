"""What pages and operations ask about people."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from portico.foundation.people.enums import Side
from portico.foundation.people.models import Login
from portico.foundation.tenancy.models import Branch, Company, HostName, PortalState, PortalTester
from portico.foundation.tenancy.scope import current_company_id, reading

NOBODY = UUID(int=0)


@reading
def login_of(side: Side, email: str) -> Login | None:
    """The login of a normalised address on this side, active or not."""
    return Login.objects.filter(side=side, email=email).first()


@reading
def email_of(login_id: int) -> str:
    """The address that somebody signs in with; empty where there is no such login."""
    return Login.objects.filter(pk=login_id).values_list("email", flat=True).first() or ""


@reading
def email_of_person(public_id: UUID | None) -> str:
    """The same by the public id; empty where there is none."""
    return Login.objects.filter(public_id=public_id or NOBODY).values_list("email", flat=True).first() or ""


@reading
def has_login(side: Side, email: str) -> bool:
    """Whether this address is enrolled on this side."""
    return Login.objects.filter(side=side, email=email, is_active=True).exists()


@reading
def enrolled(side: Side, emails: Collection[str]) -> set[str]:
    """Which of these addresses are enrolled on this side."""
    return set(Login.objects.filter(side=side, email__in=emails, is_active=True).values_list("email", flat=True))


@reading
def company_words() -> list[str]:
    """What no password may be made of: the company's name and hosts."""
    company_id = current_company_id()
    hosts = HostName.objects.filter(company_id=company_id).values_list("host", flat=True)
    return [Company.objects.values_list("name", flat=True).get(pk=company_id), *hosts]


@reading
def company_name() -> str:
    """What the company is called."""
    return Company.objects.values_list("name", flat=True).get(pk=current_company_id())


@reading
def main_branch_id() -> int:
    """The branch that speaks where no other does."""
    return Branch.objects.values_list("pk", flat=True).get(is_main=True)


@reading
def lets_in(email: str) -> bool:
    """Whether the portal is open to this address: to all when it is on, to those named while it is tried out."""
    state = Company.objects.values_list("portal_state", flat=True).get(pk=current_company_id())
    return state == PortalState.ON or (state == PortalState.TEST and PortalTester.objects.filter(email=email).exists())


@reading
def is_portal_tried_out() -> bool:
    """Whether only named addresses are let in."""
    return Company.objects.filter(pk=current_company_id(), portal_state=PortalState.TEST).exists()


@reading
def is_portal_on() -> bool:
    """Whether customers are let in at all."""
    return Company.objects.filter(pk=current_company_id(), portal_state=PortalState.ON).exists()


@reading
def staff_names() -> list[tuple[UUID, str]]:
    """Everybody of the office, also those who left, by name."""
    rows = Login.objects.filter(side=Side.STAFF).order_by("name", "email").values_list("public_id", "name", "email")
    return [(public_id, name or email) for public_id, name, email in rows]

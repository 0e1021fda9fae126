"""Who stands at the door: company, brand, session and login of a request, read in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.people.enums import Side
from portico.foundation.people.ports import PORTS
from portico.foundation.tenancy.brands import BrandFacts
from portico.foundation.tenancy.sql import fetch_unscoped
from portico.kernel import ids

ENTER = "SELECT entry FROM portico_go_in(%(host)s, %(side)s, %(digest)s, %(only_read)s)"
# One message instead of two. The inner SELECT is a fence: the company is told to the policies before they are asked.
ENTER_AND_ASK = """
SELECT json_build_object('entry', way_in.entry, 'beside', CASE WHEN way_in.email IS NOT NULL THEN ({beside}) END)
FROM (SELECT * FROM portico_go_in(%(host)s, %(side)s, %(digest)s, %(only_read)s) OFFSET 0) way_in
"""


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    id: int
    public_id: UUID
    name: str
    currency: str
    portal_state: str
    host: str
    primary_host: str


@dataclass(frozen=True, slots=True)
class LoginFacts:
    id: int
    public_id: UUID
    email: str
    name: str
    role: str
    has_password: bool


@dataclass(frozen=True, slots=True)
class SessionFacts:
    id: int
    public_id: UUID
    seen_at: datetime
    proved_at: datetime | None
    notices: list[dict[str, str]]
    is_remembered: bool
    login: LoginFacts
    is_let_in: bool = True  # what the portal's state means for this person

    def actor(self, *, side: Side, ip_prefix: str) -> Actor:
        """This person as the one who acts, for the audit trail."""
        kind = ActorKind.STAFF if side == Side.STAFF else ActorKind.CUSTOMER
        name = self.login.name or self.login.email
        return Actor(kind, ref=str(self.login.public_id), name=name, ip_prefix=ip_prefix)


@dataclass(frozen=True, slots=True)
class ViewingFacts:
    """A member of staff who looks at the portal as the owner of an address would see it."""

    id: int
    public_id: UUID
    email: str
    is_enrolled: bool
    customer: UUID
    ends_at: datetime
    staff: UUID
    staff_name: str
    role: str

    def actor(self, *, ip_prefix: str) -> Actor:
        """The member of staff, for the audit trail."""
        return Actor(ActorKind.STAFF, ref=str(self.staff), name=self.staff_name, ip_prefix=ip_prefix)


@dataclass(frozen=True, slots=True)
class Entry:
    """`beside` is the answer to the port of that name; None for staff and for who is not signed in.

    With a `viewing` the session is nobody's: it stands for the address that is looked as, and nothing is written to it.
    """

    company: CompanyFacts
    brand: BrandFacts
    session: SessionFacts | None
    beside: Any
    viewing: ViewingFacts | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """Which side of which host a request came to."""

    host: str
    side: Side


def door_of(authority: str) -> Door | None:
    """The door that a Host header names: `demo.localhost:8000`, `office.demo.localhost`; None for any other host."""
    name = authority.rsplit(":", 1)[0].lower().rstrip(".")
    host = name.removesuffix(f".{settings.PORTICO_BASE_DOMAIN}")
    if host == name or not host:
        return None
    inner = host.removeprefix("office.")
    if "." in inner:
        return None
    return Door(inner, Side.STAFF if inner != host else Side.CUSTOMER)


def enter_company(door: Door, *, secret: str, only_read: bool) -> Entry | None:
    """Read the entry and tell the database the company, inside the open transaction; None for an unknown host."""
    digest = ids.digest(secret) if secret else None
    values = {"host": door.host, "side": door.side.value, "digest": digest, "only_read": only_read}
    if not (PORTS.beside and digest and door.side == Side.CUSTOMER):
        return _entry(fetch_unscoped(ENTER, values), beside=None)
    found = fetch_unscoped(_asking(PORTS.beside.statement), values | PORTS.beside.values())
    return _entry(found["entry"], beside=found["beside"])


@lru_cache(1)
def _asking(beside: str) -> str:
    its_own = beside.replace("%(company)s", "way_in.of_company").replace("%(email)s", "way_in.email")
    return ENTER_AND_ASK.format(beside=its_own)


def _entry(found: dict[str, Any] | None, *, beside: Any) -> Entry | None:
    if found is None:
        return None
    company, brand, session = found["company"], found["brand"], found["session"]
    return Entry(
        company=_company(**company),
        brand=BrandFacts.of(brand),
        session=_session(session) if session else None,
        beside=beside,
    )


@lru_cache(1000)
def _company(*, public_id: str, **found: Any) -> CompanyFacts:
    """Kept by all its values: every page brings the same few."""
    return CompanyFacts(public_id=ids.public_id(public_id), **found)


@lru_cache(2000)
def _login(*, public_id: str, **found: Any) -> LoginFacts:
    return LoginFacts(public_id=ids.public_id(public_id), **found)


def _session(found: dict[str, Any]) -> SessionFacts:
    return SessionFacts(
        **found
        | {
            "public_id": ids.public_id(found["public_id"]),
            "seen_at": datetime.fromisoformat(found["seen_at"]),
            "proved_at": datetime.fromisoformat(found["proved_at"]) if found["proved_at"] else None,
            "login": _login(**found["login"]),
        }
    )

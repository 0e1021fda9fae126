"""Companies, people and their browsers."""

from __future__ import annotations

import hmac
import re
import struct
from base64 import b32decode, b32encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from typing import Any

from django.core import mail as outgoing
from django.db import transaction
from django.test import Client

from portico.foundation.audit.operations import Actor, ActorKind
from portico.foundation.people import browser, passwords, second, sessions
from portico.foundation.people.enums import Side
from portico.foundation.people.models import Login, LoginSession, SecondFactor
from portico.foundation.people.roles import StaffRole
from portico.foundation.people.sessions import Browser
from portico.foundation.tenancy.companies import CompanyRow, create_company
from portico.foundation.tenancy.models import PortalState
from portico.foundation.tenancy.scope import company_scope

PASSWORD = "correct horse battery"
OFFICE = Actor(ActorKind.STAFF, ref="office", name="Olga Office")
_number = count(1)
_hashed: dict[str, str] = {}


def make_company(
    host: str = "demo", *, name: str = "Brightwater Home", state: PortalState = PortalState.ON
) -> CompanyRow:
    return create_company(name=name, host=host, phone="512-555-0100", portal_state=state)


@contextmanager
def inside_id(company_id: int) -> Iterator[None]:
    """In one transaction of this company."""
    with company_scope(company_id), transaction.atomic():
        yield


def inside(company: CompanyRow) -> AbstractContextManager[None]:
    """In one transaction of this company."""
    return inside_id(company.id)


def make_login(email: str = "", *, password: str | None = PASSWORD, name: str = "Ana Alvarez", **columns: Any) -> Login:
    """A customer's login, in the scope's company."""
    return Login.objects.create(
        side=Side.CUSTOMER,
        email=email or f"person{next(_number)}@example.com",
        name=name,
        password=hashed(password) if password else "",
        created_at=datetime.now(UTC),
        **columns,
    )


def make_staff(email: str = "", *, role: StaffRole = StaffRole.ADMIN, password: str = PASSWORD) -> Login:
    return Login.objects.create(
        side=Side.STAFF,
        email=email or f"staff{next(_number)}@example.com",
        name="Olga Office",
        role=role,
        password=hashed(password),
        created_at=datetime.now(UTC),
    )


def make_second(login: Login) -> str:
    """The key of an authenticator app that this member of the office has set up."""
    key = second.secrets.token_bytes(second.KEY_BYTES)
    SecondFactor.objects.create(login=login, sealed=second._seal(login, key), last_step=0, made_at=datetime.now(UTC))
    return b32encode(key).decode()


def code_of(key: str, *, later: int = 0) -> str:
    """What the app shows now, or so many steps later. Written out anew, not asked of what is tested."""
    step = struct.pack(">q", int(datetime.now(UTC).timestamp()) // 30 + later)
    digest = hmac.digest(b32decode(key.replace(" ", "")), step, "sha1")
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def hashed(password: str) -> str:
    if password not in _hashed:
        _hashed[password] = passwords.hashed(password)
    return _hashed[password]


def portal(host: str = "demo") -> Client:
    """A browser on a company's portal."""
    return Client(headers={"host": f"{host}.localhost"})


def office(host: str = "demo") -> Client:
    """A browser on a company's office host."""
    return Client(headers={"host": f"office.{host}.localhost"})


def sign_in(client: Client, login: Login) -> Client:
    """Give this browser a session of this person, past the sign-in page."""
    with company_scope(login.company_id), transaction.atomic():
        signed_in = sessions.start_session(login=login, browser=Browser())
    client.cookies[browser.COOKIE[Side(login.side)]] = signed_in.secret
    return client


def make_stale(login: Login) -> None:
    """Every session of this person was confirmed too long ago for step-up."""
    with company_scope(login.company_id), transaction.atomic():
        long_ago = datetime.now(UTC) - timedelta(minutes=11)
        LoginSession.objects.filter(login=login).update(proved_at=long_ago)


def code_in(mail: EmailMessage) -> str:
    """The six digits in a mail."""
    found = re.search(r"\b\d{6}\b", body_of(mail))
    assert found is not None, f"no code in:\n{body_of(mail)}"
    return found.group()


def mailbox() -> list[EmailMessage]:
    """Every mail that was sent in this test, oldest first."""
    sent = [mail.message().as_bytes() for mail in outgoing.outbox]
    return [message_from_bytes(raw, policy=policy.default) for raw in sent]  # type: ignore[misc]


def body_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def path_in(mail: EmailMessage, start: str) -> str:
    """The first link in a mail that begins with this path, as a path."""
    found = re.search(rf"https?://[^/\s]+({re.escape(start)}\S*)", body_of(mail))
    assert found is not None, f"no link {start} in:\n{body_of(mail)}"
    return found.group(1)

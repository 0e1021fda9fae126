"""Staff who look at the portal as the owner of an address would see it: how that begins, is found and ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from portico.foundation.audit import operations as audit
from portico.foundation.audit.enums import ActorKind
from portico.foundation.audit.operations import Actor
from portico.foundation.audit.queries import customers_of
from portico.foundation.people.entry import Entry, LoginFacts, SessionFacts, ViewingFacts
from portico.foundation.people.models import PortalViewing
from portico.foundation.people.ports import PORTS
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json, fetch_unscoped
from portico.kernel import clock, ids

LINK_LASTS = timedelta(seconds=60)
LASTS = timedelta(minutes=30)

# The session in the office holds it up: signed out, unused for too long or given another role, and it is over.
_HELD_UP = """FROM people_portalviewing v
  JOIN people_loginsession s ON s.id = v.session_id AND s.company_id = v.company_id
  JOIN people_login l ON l.id = s.login_id AND l.company_id = s.company_id
 WHERE v.company_id = %(company)s AND v.ended_at IS NULL AND v.expires_at > now()
   AND s.ended_at IS NULL AND s.expires_at > now()
   AND (s.idle_minutes IS NULL OR s.seen_at + make_interval(mins => s.idle_minutes) > now())
   AND l.is_active AND l.side = 'staff' AND l.role = v.role"""
WAITING = f"""SELECT to_jsonb(max(v.id)) {_HELD_UP}
   AND v.link_digest = %(digest)s AND v.digest IS NULL AND v.link_expires_at > now()"""
SEEN_AS = """
SELECT jsonb_build_object('viewing', to_jsonb(way_in) - 'login', 'login', way_in.login, 'beside', ({beside}))
FROM (
  SELECT v.id, v.public_id, v.email, v.customer_id AS customer, v.expires_at AS ends_at, l.public_id AS staff,
    coalesce(nullif(l.name, ''), l.email) AS staff_name, l.role,
    (SELECT jsonb_build_object('id', g.id, 'public_id', g.public_id, 'name', g.name, 'has_password', g.password <> '')
       FROM people_login g WHERE g.company_id = v.company_id AND g.side = 'customer' AND g.email = v.email
        AND g.is_active) AS login
  {held_up} AND v.digest = %(digest)s OFFSET 0) way_in
"""
LAPSED = f"""SELECT coalesce(jsonb_agg(o.id ORDER BY o.id), '[]') FROM people_portalviewing o
 WHERE o.company_id = %(company)s AND o.ended_at IS NULL AND o.digest IS NOT NULL
   AND NOT EXISTS (SELECT {_HELD_UP} AND v.id = o.id)"""  # noqa: S608 - put together of our own texts only
NOBODY = UUID(int=0)
BEGAN = "portal.viewed_as"


@dataclass(frozen=True, slots=True)
class Begun:
    """A look that has begun; `secret` goes into the browser's cookie and is kept nowhere else."""

    secret: str
    email: str
    customer: UUID
    public_id: UUID
    expires_at: datetime
    staff: UUID
    staff_name: str

    def actor(self, *, ip_prefix: str) -> Actor:
        """The member of staff who looks."""
        return Actor(ActorKind.STAFF, ref=str(self.staff), name=self.staff_name, ip_prefix=ip_prefix)


@transaction.atomic
def open_way_over(*, session_id: int, role: str, email: str, customer: UUID) -> str:
    """Let this session in the office look as the owner of an address; the secret of the way over, once for a minute."""
    now, secret = clock.real_now(), ids.new_secret()
    PortalViewing.objects.create(
        session_id=session_id,
        role=role,
        email=email,
        customer_id=customer,
        link_digest=ids.digest(secret),
        link_expires_at=now + LINK_LASTS,
        made_at=now,
        expires_at=now + LASTS,
    )
    return secret


@transaction.atomic
def take_way_over(secret: str) -> Begun | None:
    """Use the way over; None where it is spent, too old, held up by no session any more, or was never made."""
    key, own = fetch_json(WAITING, digest=ids.digest(secret)), ids.new_secret()
    fresh = PortalViewing.objects.filter(pk=key or 0, digest=None, ended_at=None)
    if fresh.update(digest=ids.digest(own)) != 1:
        return None
    row = PortalViewing.objects.select_related("session__login").get(pk=key)
    staff = row.session.login
    return Begun(
        secret=own,
        email=row.email,
        customer=row.customer_id,
        public_id=row.public_id,
        expires_at=row.expires_at,
        staff=staff.public_id,
        staff_name=staff.name or staff.email,
    )


@transaction.atomic
def record_beginning(begun: Begun, *, reached: Iterable[UUID], ip_prefix: str) -> None:
    """Write it into the trail of the customer it began from, and of each that the address reaches now."""
    row, by = PortalViewing.objects.get(public_id=begun.public_id), begun.actor(ip_prefix=ip_prefix)
    for customer in dict.fromkeys([begun.customer, *reached]):
        until = begun.expires_at.isoformat()
        audit.record(BEGAN, row, by=by, customer=customer, note=begun.email, until=until)


@reading
def is_known(secret: str) -> bool:
    """Whether there ever was such a way over in this company."""
    return PortalViewing.objects.filter(link_digest=ids.digest(secret)).exists()


@transaction.atomic
def end_viewing(viewing: ViewingFacts, *, by: Actor) -> None:
    """Look no longer; the second of two who end it does nothing."""
    _end(viewing.id, "portal.viewing_ended", by=by)


@transaction.atomic
def end_lapsed(*, by: Actor) -> int:
    """Note the end of those whose time is over, or that no session in the office holds up any more; how many."""
    return sum(_end(key, "portal.viewing_lapsed", by=by) for key in fetch_json(LAPSED))


def _end(key: int, verb: str, *, by: Actor) -> bool:
    """Into the same trails as the beginning."""
    if not PortalViewing.objects.filter(pk=key, ended_at=None).update(ended_at=clock.real_now()):
        return False
    row = PortalViewing.objects.get(pk=key)
    for customer in customers_of(BEGAN, row):
        audit.record(verb, row, by=by, customer=customer, note=row.email)
    return True


def seen_as(entry: Entry, *, secret: str) -> Entry:
    """The entry as the owner of the address would have it, whether enrolled or not; with nobody where it is over."""
    beside = PORTS.beside
    asked = beside.statement.replace("%(email)s", "way_in.email") if beside else "NULL::jsonb"
    values = {"company": entry.company.id, "digest": ids.digest(secret)} | (beside.values() if beside else {})
    found = fetch_unscoped(SEEN_AS.format(beside=asked, held_up=_HELD_UP), values)
    if found is None:
        return replace(entry, session=None, beside=None)
    viewing = _viewing(found["viewing"], is_enrolled=found["login"] is not None)
    return replace(entry, session=_nobodys(viewing, found["login"]), beside=found["beside"], viewing=viewing)


def _viewing(found: dict[str, Any], *, is_enrolled: bool) -> ViewingFacts:
    known = {name: UUID(found[name]) for name in ("public_id", "customer", "staff")}
    return ViewingFacts(
        **found | known | {"ends_at": datetime.fromisoformat(found["ends_at"])}, is_enrolled=is_enrolled
    )


def _nobodys(viewing: ViewingFacts, login: dict[str, Any] | None) -> SessionFacts:
    """A session that is in no table, never confirmed, with nothing to be told."""
    known = login or {"id": 0, "public_id": str(NOBODY), "name": "", "has_password": False}
    return SessionFacts(
        id=0,
        public_id=viewing.public_id,
        seen_at=clock.real_now(),
        proved_at=None,
        notices=[],
        is_remembered=False,
        login=LoginFacts(**known | {"public_id": UUID(known["public_id"])}, email=viewing.email, role=""),
    )

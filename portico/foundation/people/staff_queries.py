"""What the pages about the office's people show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.models import Login, RecoveryCode, SecondFactor
from portico.foundation.tenancy.scope import reading
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Somebody of the office. `invited_until`: how long the newest open invitation works."""

    id: UUID
    email: str
    name: str
    role: str
    is_active: bool
    has_password: bool
    last_signed_in_at: datetime | None
    created_at: datetime
    has_second: bool
    browsers: int
    invited_until: datetime | None

    @property
    def is_invited(self) -> bool:
        """Whether this person was asked in and has not been in yet."""
        return self.is_active and not self.has_password and self.last_signed_in_at is None


@reading
def members() -> list[MemberRow]:
    """Everybody, those who left last; one statement."""
    return [_row(one) for one in _members().order_by("-is_active", "name", "email")]


@reading
def member(public_id: UUID) -> MemberRow | None:
    found = _members().filter(public_id=public_id).first()
    return _row(found) if found else None


@reading
def codes_left(public_id: UUID) -> int:
    """How many recovery codes somebody has not used."""
    return RecoveryCode.objects.filter(login__public_id=public_id, used_at=None).count()


def _members() -> QuerySet[Login]:
    now = clock.real_now()
    alive = Q(sessions__ended_at=None, sessions__expires_at__gt=now)
    open_link = Q(links__purpose=LinkPurpose.STAFF_INVITATION, links__used_at=None, links__ended_at=None)
    return Login.objects.filter(side=Side.STAFF).annotate(
        browsers=Count("sessions", filter=alive, distinct=True),
        invited_until=Max("links__expires_at", filter=open_link),
        has_second=Exists(SecondFactor.objects.filter(login=OuterRef("pk"))),
    )


def _row(one: Login) -> MemberRow:
    return MemberRow(
        id=one.public_id,
        email=one.email,
        name=one.name,
        role=one.role,
        is_active=one.is_active,
        has_password=bool(one.password),
        last_signed_in_at=one.last_signed_in_at,
        created_at=one.created_at,
        has_second=one.has_second,  # type: ignore[attr-defined]
        browsers=one.browsers,  # type: ignore[attr-defined]
        invited_until=one.invited_until,  # type: ignore[attr-defined]
    )

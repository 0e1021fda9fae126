"""Who may sign in, and how far each is: the pages of portal users in the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from portico.domain.customers import search
from portico.domain.invitations import people_sql as sql
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock

PAGE = 50
MOST_COUNTED = 150
MOST_CUSTOMERS = 20
EACH = 10
DORMANT_AFTER = timedelta(days=90)
LONG_AGO, NEVER = "-infinity", "infinity"


class UserState(StrEnum):
    """How far an address on a record is. `nobody` is a placeholder, or shared by many customers."""

    NEVER = "never"
    QUEUED = "queued"
    SENT = "sent"
    BOUNCED = "bounced"
    OPENED = "opened"
    REGISTERED = "registered"
    ACTIVE = "active"
    DORMANT = "dormant"
    REVOKED = "revoked"
    NOBODY = "nobody"


COUNTS = sql.counting([state.value for state in UserState])


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the mail server did with the newest invitation."""

    state: str
    queued_at: datetime
    sent_at: datetime | None
    tries: int
    said: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """An address on one customer."""

    id: UUID
    email: str
    state: UserState
    since: datetime
    customer: UUID
    customer_name: str
    invited_at: datetime | None
    opened_at: datetime | None
    signed_in_at: datetime | None
    delivery: Delivery | None


@reading
def users_in(state: UserState, *, after: UUID | None) -> list[UserRow]:
    """Those in a state, the latest first; one more than a page holds tells that there are more."""
    now = clock.real_now()
    found = fetch_json(sql.STAGE_PAGE, after=after, limit=PAGE + 1, **_stage(state, now))
    return [_row(row, now) for row in found]


@reading
def users_found(typed: str) -> list[UserRow]:
    """Those on the records that fit what was typed, whatever their state."""
    customers = [one.customer_id for one in search.find_customers(typed, limit=MOST_CUSTOMERS)]
    if not customers:
        return []
    now = clock.real_now()
    return [_row(row, now) for row in fetch_json(sql.FOUND, customers=customers, each=EACH, limit=PAGE)]


@reading
def counts() -> dict[UserState, int]:
    """How many there are in each state; none is counted further than MOST_COUNTED."""
    found = fetch_json(COUNTS, line=clock.real_now() - DORMANT_AFTER, most=MOST_COUNTED)
    return {state: found[state.value] for state in UserState}


def _stage(state: UserState, now: datetime) -> dict[str, str]:
    """The stored stage and the span of its moment. Time alone makes an active user a dormant one."""
    line = (now - DORMANT_AFTER).isoformat()
    match state:
        case UserState.ACTIVE:
            return {"stage": "account", "since": line, "until": NEVER}
        case UserState.DORMANT:
            return {"stage": "account", "since": LONG_AGO, "until": line}
        case _:
            return {"stage": state.value, "since": LONG_AGO, "until": NEVER}


def _row(found: dict[str, Any], now: datetime) -> UserRow:
    since = datetime.fromisoformat(found["since"])
    told = found["message"]
    return UserRow(
        id=UUID(found["id"]),
        email=found["email"],
        state=_state(found["stage"], since, now),
        since=since,
        customer=UUID(found["customer"]),
        customer_name=found["customer_name"],
        invited_at=_moment(found["invited_at"]),
        opened_at=_moment(found["opened_at"]),
        signed_in_at=_moment(found["signed_in_at"]),
        delivery=Delivery(
            told["state"],
            datetime.fromisoformat(told["queued_at"]),
            _moment(told["sent_at"]),
            told["tries"],
            told["said"],
        )
        if told
        else None,
    )


def _state(stage: str, since: datetime, now: datetime) -> UserState:
    if stage != "account":
        return UserState(stage)
    return UserState.ACTIVE if since >= now - DORMANT_AFTER else UserState.DORMANT


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

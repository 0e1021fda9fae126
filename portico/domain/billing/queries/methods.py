"""Saved cards and bank accounts as their owners see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from portico.domain.billing import ports, rules
from portico.domain.billing.enums import MethodKind, MethodState, SetupState
from portico.domain.billing.queries import method_sql as sql
from portico.domain.billing.words import method_label, why_not_offered
from portico.domain.customers.queries import Scope
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A saved card or bank account. What is not offered says why; `verify_url` is where a bank account is verified."""

    key: int
    id: UUID
    customer: UUID
    customer_key: int
    customer_name: str
    kind: MethodKind
    label: str
    last4: str
    expires: str
    state: MethodState
    is_default: bool
    is_offered: bool
    why_not: str
    verify_url: str

    @property
    def is_card(self) -> bool:
        return self.kind == MethodKind.CARD

    @classmethod
    def of(cls, row: dict[str, Any]) -> MethodRow:
        kind, state = MethodKind(row["kind"]), MethodState(row["state"])
        expires_on = date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
        is_expired = rules.is_expired(expires_on, date.fromisoformat(row["today"]))
        why_not = why_not_offered(
            state, is_expired=is_expired, is_current=row["is_current"], is_kind_taken=row["is_taken"]
        )
        return cls(
            key=row["key"],
            id=UUID(row["id"]),
            customer=UUID(row["customer"]),
            customer_key=row["customer_key"],
            customer_name=row["customer_name"],
            kind=kind,
            label=method_label(kind, row["brand"], row["last4"]),
            last4=row["last4"],
            expires=f"{expires_on:%m/%Y}" if expires_on else "",
            state=state,
            is_default=row["is_default"],
            is_offered=not why_not,
            why_not=why_not,
            verify_url=row["verify_url"],
        )


@dataclass(frozen=True, slots=True)
class SetupRow:
    """A visit to the gateway's page to add a method."""

    key: int
    id: UUID
    customer: UUID
    kind: MethodKind
    state: SetupState
    url: str
    verify_url: str


@reading
def payment_methods(*, scope: Scope) -> list[MethodRow]:
    """What the customers that the reader reaches whole have saved: the default first, then the newest."""
    return [MethodRow.of(row) for row in fetch_json(sql.METHODS, **_asked(scope))]


@reading
def takes_bank_accounts() -> bool:
    """Whether the company takes payments from bank accounts."""
    return bool(fetch_json(f"SELECT {sql.IS_ACH_TAKEN}"))


@reading
def method(*, scope: Scope, method: UUID) -> MethodRow | None:
    """One of them; None for one that is not this reader's, as for one that does not exist."""
    found = fetch_json(sql.ONE_METHOD, **_asked(scope), method=str(method))
    return MethodRow.of(found) if found else None


@reading
def setup(*, scope: Scope, setup: UUID) -> SetupRow | None:
    """A visit to add one; None as above."""
    found = fetch_json(sql.SETUP, **scope.as_parameters(), setup=str(setup))
    if not found:
        return None
    return SetupRow(
        key=found["key"],
        id=UUID(found["id"]),
        customer=UUID(found["customer"]),
        kind=MethodKind(found["kind"]),
        state=SetupState(found["state"]),
        url=found["url"],
        verify_url=found["verify_url"],
    )


def _asked(scope: Scope) -> dict[str, Any]:
    return scope.as_parameters() | {"gateways": list(ports.GATEWAYS), "now": clock.now()}

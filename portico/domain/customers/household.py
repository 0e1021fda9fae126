"""Who else sees an account: as its owner, the invited person and the office see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from portico.domain.customers import household_rules as rules
from portico.domain.customers.enums import MemberState, Right
from portico.domain.customers.household_rules import Given
from portico.domain.customers.models import HouseholdMember
from portico.domain.customers.queries import BACKED, OWNER
from portico.foundation.tenancy.brands import BRAND_SQL, BrandFacts
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock, ids
from portico.kernel.money import Money

COLUMN = {
    Right.HISTORY: "may_see_history",
    Right.PRICES: "may_see_prices",
    Right.PAY: "may_pay",
    Right.BOOK: "may_book",
}
# Of member m; what only the office may know is asked for by the office only.
SHOWN = f"""'id', m.public_id, 'customer', c.public_id, 'customer_name', c.name, 'email', m.email, 'name', g.name,
  'place', coalesce(nullif(l.street, ''), l.name), 'invited_by', m.invited_by_name, 'message', m.message,
  'may_see_history', m.may_see_history, 'may_see_prices', m.may_see_prices, 'may_pay', m.may_pay,
  'may_book', m.may_book, 'approve_up_to', m.approve_up_to_minor, 'ends_on', m.ends_on,
  'invited_at', m.invited_at, 'accepted_at', m.accepted_at, 'left_at', m.left_at, 'revoked_at', m.revoked_at,
  'revoked_by', m.revoked_by_name, 'is_backed', {BACKED},
  'currency', (SELECT k.currency FROM tenancy_company k WHERE k.id = m.company_id),
  'today', (%(now)s::timestamptz AT TIME ZONE b.time_zone)::date, 'brand', {BRAND_SQL}"""  # noqa: S608 - put together of our own texts only
TABLES = f"""customers_householdmember m
  JOIN customers_customer c ON c.id = m.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id
  LEFT JOIN customers_location l ON l.id = m.location_id
  LEFT JOIN people_login g
    ON g.company_id = m.company_id AND g.side = 'customer' AND g.email = m.email AND m.accepted_at IS NOT NULL
  {OWNER}"""
LISTED = """SELECT coalesce(jsonb_agg(r ORDER BY r->>'invited_at', r->>'id'), '[]')
  FROM (SELECT jsonb_build_object({}) AS r"""
OF_CUSTOMERS = f"""{LISTED.format(SHOWN)} FROM {TABLES}
 WHERE m.company_id = %(company)s AND m.customer_id = ANY(%(customers)s::bigint[])
   AND m.left_at IS NULL AND m.revoked_at IS NULL) listed"""
OF_EMAIL = f"""{LISTED.format(SHOWN)} FROM {TABLES}
 WHERE m.company_id = %(company)s AND m.email = %(email)s AND m.left_at IS NULL AND m.revoked_at IS NULL
   AND c.merged_into_id IS NULL) listed"""
OF_OFFICE = f"""{LISTED.format(SHOWN + ", 'memo', m.memo")} FROM {TABLES}
 WHERE m.company_id = %(company)s AND c.public_id = %(customer)s::uuid) listed"""
PLACES = """
SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.public_id, 'name', coalesce(nullif(l.street, ''), l.name))
    ORDER BY l.name, l.id), '[]')
  FROM (SELECT l.* FROM customers_location l WHERE l.company_id = %(company)s AND l.customer_id = %(customer)s
    AND l.merged_into_id IS NULL ORDER BY l.name, l.id LIMIT 200) l"""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was let in. `place` is empty where it is the whole customer; `memo` is the office's own."""

    id: UUID
    customer: UUID
    customer_name: str
    email: str
    name: str
    place: str
    invited_by: str
    message: str
    given: Given
    approve_up_to: Money | None
    state: MemberState
    invited_at: datetime
    accepted_at: datetime | None
    over_at: datetime | None
    revoked_by: str
    brand: BrandFacts
    memo: str

    @property
    def is_living(self) -> bool:
        """Whether it can still be changed or taken away."""
        return self.state in rules.LIVING

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None


@reading
def household_of(customer_ids: list[int]) -> list[Member]:
    """Whom the owners of these customers have let in, as long as it was not taken back."""
    return _members(fetch_json(OF_CUSTOMERS, customers=customer_ids, now=clock.now()))


@reading
def invited_as(email: str) -> list[Member]:
    """What this address was invited to, accepted or waiting."""
    return _members(fetch_json(OF_EMAIL, email=email, now=clock.now()))


@reading
def household_for_office(customer: UUID) -> list[Member]:
    """Everybody who was ever let in on this customer, with the office's memo; those of today first."""
    found = _members(fetch_json(OF_OFFICE, customer=str(customer), now=clock.now()))
    return sorted(found, key=lambda member: not member.is_living)


@reading
def places_of(customer_id: int) -> list[tuple[str, str]]:
    """The locations that somebody can be let in to: public id and address."""
    return [(row["id"], row["name"]) for row in fetch_json(PLACES, customer=customer_id)]


def given_of(member: HouseholdMember) -> Given:
    """What a row gives."""
    rights = {right for right, column in COLUMN.items() if getattr(member, column)}
    rights |= {Right.APPROVE} if member.approve_up_to_minor is not None else set()
    return Given(frozenset(rights), member.approve_up_to_minor, member.ends_on)


def _members(rows: list[dict[str, Any]]) -> list[Member]:
    return [_member(row) for row in rows]


def _member(row: dict[str, Any]) -> Member:
    ceiling, ends_on = row["approve_up_to"], _day(row["ends_on"])
    rights = {right for right, column in COLUMN.items() if row[column]} | ({Right.APPROVE} if ceiling else set())
    return Member(
        id=ids.public_id(row["id"]),
        customer=ids.public_id(row["customer"]),
        customer_name=row["customer_name"],
        email=row["email"],
        name=row["name"] or "",
        place=row["place"] or "",
        invited_by=row["invited_by"],
        message=row["message"],
        given=Given(frozenset(rights), ceiling, ends_on),
        approve_up_to=Money(ceiling, row["currency"]) if ceiling else None,
        state=rules.state(
            is_revoked=row["revoked_at"] is not None,
            has_left=row["left_at"] is not None,
            is_accepted=row["accepted_at"] is not None,
            is_backed=row["is_backed"],
            ends_on=ends_on,
            today=date.fromisoformat(row["today"]),
        ),
        invited_at=datetime.fromisoformat(row["invited_at"]),
        accepted_at=_moment(row["accepted_at"]),
        over_at=_moment(row["revoked_at"] or row["left_at"]),
        revoked_by=row["revoked_by"],
        brand=BrandFacts.of(row["brand"]),
        memo=row.get("memo", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""Who may reach what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.customers import household_rules, rules
from portico.domain.customers.enums import BillingLevel, Delivery, PortalAct, PortalStatus, Right
from portico.domain.customers.models import Customer, HouseholdMember, PortalContact
from portico.foundation.people import onetime
from portico.foundation.people import queries as people
from portico.foundation.people.enums import LinkPurpose, Side
from portico.foundation.people.onetime import FoundLink
from portico.foundation.tenancy.brands import BRAND_SQL, BrandFacts, brand_of_branch
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock, ids


@dataclass(frozen=True, slots=True)
class Grant:
    """What one source of access opens: an address on the record (`is_own`), or an owner's invitation.

    `places` is None where the whole customer is reached. `approve_up_to` is None where there is no limit.
    """

    is_own: bool
    rights: frozenset[Right]
    places: tuple[int, ...] | None
    approve_up_to: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether this is the account itself, not a place of it nor somebody's invitation."""
        return self.is_own and self.places is None


@dataclass(frozen=True, slots=True)
class Reach:
    """One customer that a login reaches today, and by what."""

    customer_id: int
    customer: UUID
    name: str
    address: str
    grants: tuple[Grant, ...]
    brand: BrandFacts

    def places(self, *rights: Right) -> tuple[int, ...] | None:
        """Where it may do one of these: None for the whole customer, nothing for nowhere."""
        found = [grant.places for grant in self.grants if grant.rights.intersection(rights)]
        if None in found:
            return None
        return tuple(dict.fromkeys(place for places in found if places for place in places))

    def may(self, right: Right) -> bool:
        """Whether it may do this anywhere of this customer."""
        return self.places(right) != ()

    def may_approve(self, amount_minor: int, place: int | None) -> bool:
        """Whether one of its grants lets it approve so much at this location; None: at none in particular."""
        return any(
            Right.APPROVE in grant.rights
            and (grant.places is None or place in grant.places)
            and (grant.approve_up_to is None or amount_minor <= grant.approve_up_to)
            for grant in self.grants
        )

    def approves_up_to(self, place: int | None) -> int | None:
        """The most that may_approve() lets it approve at this location: None for no limit, zero for nothing."""
        limits = [
            grant.approve_up_to
            for grant in self.grants
            if Right.APPROVE in grant.rights and (grant.places is None or place in grant.places)
        ]
        known = [limit for limit in limits if limit is not None]
        return None if len(known) < len(limits) else max(known, default=0)

    @property
    def has_billing(self) -> bool:
        return self.may(Right.PRICES)

    @property
    def is_owner(self) -> bool:
        """Whether the account itself is this login's: such a one says who else sees it."""
        return any(grant.is_whole for grant in self.grants)

    @property
    def holds_account(self) -> bool:
        """Whether the account with its saved methods and its credit is this login's."""
        return any(grant.is_whole and Right.PRICES in grant.rights for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Scope:
    """Pairs for SQL: `unnest(customer_ids, location_ids)`; a location of None means all of that customer."""

    customer_ids: list[int]
    location_ids: list[int | None]

    @classmethod
    def of(cls, reached: list[Reach], *rights: Right) -> Scope:
        """Wherever one of these may be done."""
        pairs: list[tuple[int, int | None]] = []
        for reach in reached:
            places = reach.places(*rights)
            if places is None:
                pairs.append((reach.customer_id, None))
            else:
                pairs.extend((reach.customer_id, place) for place in places)
        return cls([customer for customer, _ in pairs], [location for _, location in pairs])

    def as_parameters(self) -> dict[str, Any]:
        return {"customers": self.customer_ids, "locations": self.location_ids}


# Whether the owner who vouches for member m still is one, and may see prices. Nobody reaches more than who let them in.
BACKED = """(m.owner_email = '' OR o.id IS NOT NULL)"""
OWNER = """LEFT JOIN customers_portalcontact o ON o.company_id = m.company_id AND o.customer_id = m.customer_id
    AND o.email = m.owner_email AND o.is_present AND o.revoked_at IS NULL AND (o.is_on_customer OR o.is_widened)
    AND NOT EXISTS (SELECT FROM customers_emailaddress x WHERE x.id = o.address_id AND x.is_placeholder)"""

OWN = """SELECT p.customer_id, json_build_object('has_billing', p.billing = 'billing', 'places',
        CASE WHEN p.is_on_customer OR p.is_widened THEN NULL ELSE
          (SELECT coalesce(json_agg(l.location_id), '[]') FROM customers_portalcontactlocation l
            WHERE l.portal_contact_id = p.id) END) AS granted
        FROM customers_portalcontact p
        JOIN customers_emailaddress a ON a.id = p.address_id
       WHERE p.company_id = %(company)s AND p.email = %(email)s AND p.is_present AND p.revoked_at IS NULL
         AND NOT a.is_placeholder"""
HAS_JOINED = """m.company_id = %(company)s AND m.email = %(email)s AND m.accepted_at IS NOT NULL
         AND m.left_at IS NULL AND m.revoked_at IS NULL"""
AS_MEMBER = f"""SELECT m.customer_id, json_build_object('rights', array_remove(ARRAY[
          CASE WHEN m.may_see_history THEN 'history' END, CASE WHEN m.may_book THEN 'book' END] ||
          CASE WHEN m.owner_email = '' OR o.billing = 'billing' THEN ARRAY[
            CASE WHEN m.may_see_prices THEN 'prices' END, CASE WHEN m.may_pay THEN 'pay' END,
            CASE WHEN m.approve_up_to_minor IS NOT NULL THEN 'approve' END] END, NULL),
          'places', CASE WHEN m.location_id IS NOT NULL THEN json_build_array(m.location_id) END,
          'approve_up_to', m.approve_up_to_minor)
        FROM customers_householdmember m
        JOIN customers_customer h ON h.id = m.customer_id
        JOIN tenancy_branch z ON z.id = h.branch_id
        {OWNER}
       WHERE {HAS_JOINED} AND {BACKED}
         AND (m.ends_on IS NULL OR m.ends_on >= (%(now)s::timestamptz AT TIME ZONE z.time_zone)::date)
         AND NOT EXISTS (SELECT FROM customers_emailaddress x
           WHERE x.company_id = m.company_id AND x.email = m.email AND x.is_placeholder)"""  # noqa: S608 - put together of our own texts only


def _reach(granted: str) -> str:
    return f"""
SELECT coalesce(json_agg(json_build_object(
    'customer_id', c.id, 'customer', c.public_id, 'name', c.name,
    'address', concat_ws(', ', nullif(c.street, ''), nullif(c.city, '')),
    'grants', g.grants, 'brand', {BRAND_SQL}) ORDER BY c.name, c.public_id), '[]')
  FROM (SELECT f.customer_id, json_agg(f.granted) AS grants FROM ({granted}) f GROUP BY f.customer_id) g
  JOIN customers_customer c ON c.id = g.customer_id
  JOIN tenancy_branch b ON b.id = c.branch_id
 WHERE c.merged_into_id IS NULL
"""  # noqa: S608 - put together of our own texts only


REACH = _reach(f"{OWN} UNION ALL {AS_MEMBER}")
# Few are invited anywhere: every page asks for these two, and only theirs for the whole.
OWN_REACH = _reach(OWN)
IS_INVITED = f"EXISTS (SELECT FROM customers_householdmember m WHERE {HAS_JOINED})"


@reading
def reach_of(email: str) -> list[Reach]:
    """Every customer that an enrolled address reaches today (product.md §1.0 and 1.9), by name."""
    return reached(fetch_json(REACH, email=email, now=clock.now()))


def reached(rows: list[dict[str, Any]]) -> list[Reach]:
    """From the JSON of REACH, which other statements may hold."""
    return [
        Reach(
            customer_id=row["customer_id"],
            customer=ids.public_id(row["customer"]),
            name=row["name"],
            address=row["address"],
            grants=tuple(_grant(found) for found in row["grants"]),
            brand=BrandFacts.of(row["brand"]),
        )
        for row in rows
    ]


def _grant(found: dict[str, Any]) -> Grant:
    places = None if found["places"] is None else tuple(found["places"])
    if "rights" not in found:
        own = household_rules.rights_of_contact(has_billing=found["has_billing"])
        return Grant(is_own=True, rights=own, places=places)
    rights = frozenset(map(Right, found["rights"]))
    return Grant(is_own=False, rights=rights, places=places, approve_up_to=found["approve_up_to"])


PORTAL_TABLE = """
SELECT coalesce(jsonb_agg(r ORDER BY r->>'is_present' DESC, r->>'email'), '[]') FROM (
  SELECT jsonb_build_object(
    'public_id', p.public_id, 'email', p.email, 'memo', p.memo, 'billing', p.billing, 'invited_at', p.invited_at,
    'is_revoked', p.revoked_at IS NOT NULL, 'is_present', p.is_present, 'is_on_customer', p.is_on_customer,
    'is_widened', p.is_widened, 'customer_count', a.customer_count, 'is_placeholder', a.is_placeholder,
    'is_enrolled', g.id IS NOT NULL, 'last_signed_in_at', g.last_signed_in_at,
    'places', (SELECT coalesce(jsonb_agg(coalesce(nullif(concat_ws(', ', nullif(l.street, ''), nullif(l.city, '')), ''),
                 l.name) ORDER BY l.name), '[]')
                 FROM customers_portalcontactlocation t JOIN customers_location l ON l.id = t.location_id
                WHERE t.portal_contact_id = p.id),
    'message', (SELECT jsonb_build_object('state', m.state, 'at', coalesce(m.sent_at, m.queued_at), 'error', m.error)
                  FROM messaging_message m
                 WHERE m.company_id = p.company_id AND m.subject_id = p.public_id AND m.kind = 'invitation'
                 ORDER BY m.queued_at DESC, m.id DESC LIMIT 1),
    'opened_at', (SELECT max(k.opened_at) FROM people_onetimelink k
                   WHERE k.company_id = p.company_id AND k.subject_id = p.public_id AND k.ended_at IS NULL)) AS r
  FROM customers_portalcontact p
  JOIN customers_customer c ON c.id = p.customer_id
  JOIN customers_emailaddress a ON a.id = p.address_id
  LEFT JOIN people_login g
    ON g.company_id = p.company_id AND g.side = 'customer' AND g.email = p.email AND g.is_active
  WHERE p.company_id = %(company)s AND c.public_id = %(customer)s) listed
"""


@dataclass(frozen=True, slots=True)
class PortalRow:
    """A row of a customer's Customer Portal table, for the office."""

    public_id: UUID
    email: str
    memo: str
    status: PortalStatus
    invited_at: datetime | None
    last_signed_in_at: datetime | None
    billing: BillingLevel
    is_on_customer: bool
    is_widened: bool
    places: tuple[str, ...]
    customer_count: int
    is_placeholder: bool
    placeholder_reason: str
    delivery: Delivery | None
    delivery_at: datetime | None
    delivery_words: str
    acts: frozenset[PortalAct]


@reading
def portal_table(customer: UUID) -> list[PortalRow]:
    """Every address on a customer and its locations, with what became of it; empty for an unknown customer."""
    return [_portal_row(found) for found in fetch_json(PORTAL_TABLE, customer=customer)]


@reading
def portal_row(customer: UUID, portal_contact: UUID) -> PortalRow | None:
    """One row of that customer's table; None for a row of any other."""
    return next((row for row in portal_table(customer) if row.public_id == portal_contact), None)


@reading
def branch_of_address(email: str) -> int:
    """The branch that mail about this address's account speaks for: its customers' only one, else the main one."""
    branches = {reach.brand.id for reach in reach_of(email)}
    return branches.pop() if len(branches) == 1 else people.main_branch_id()


@reading
def name_of(customer: UUID) -> str:
    """What stands on the record; empty for none."""
    return Customer.objects.filter(public_id=customer).values_list("name", flat=True).first() or ""


@reading
def brand_of_login(login_id: int) -> BrandFacts:
    """The brand that pages reached by a mailed link wear: the one of the mail."""
    return brand_of_branch(branch_of_address(people.email_of(login_id)))


def _portal_row(found: dict[str, Any]) -> PortalRow:
    status = rules.status(
        is_present=found["is_present"],
        is_revoked=found["is_revoked"],
        is_enrolled=found["is_enrolled"],
        is_placeholder=found["is_placeholder"],
        is_invited=found["invited_at"] is not None,
    )
    flags = {name: found[name] for name in ("is_placeholder", "is_on_customer", "is_widened")}
    message = found["message"] or {}
    return PortalRow(
        public_id=UUID(found["public_id"]),
        email=found["email"],
        memo=found["memo"],
        status=status,
        invited_at=_moment(found["invited_at"]),
        last_signed_in_at=_moment(found["last_signed_in_at"]),
        billing=BillingLevel(found["billing"]),
        places=tuple(found["places"]),
        customer_count=found["customer_count"],
        placeholder_reason=_reason(found["email"], found["customer_count"]) if found["is_placeholder"] else "",
        delivery=_delivery(status, message.get("state"), is_opened=found["opened_at"] is not None),
        delivery_at=_moment(message.get("at")),
        delivery_words=message.get("error") or "",
        acts=rules.allowed_acts(status, **flags),
        **flags,
    )


def _delivery(status: PortalStatus, state: str | None, *, is_opened: bool) -> Delivery | None:
    if state is None:
        return None
    if status == PortalStatus.ACTIVE:
        return Delivery.REGISTERED
    return Delivery.OPENED if is_opened and state == Delivery.SENT else Delivery(state)


def _reason(email: str, customer_count: int) -> str:
    if rules.is_placeholder_local(email):
        return _("This looks like a stand-in for a missing address.")
    return _("It stands on %(count)s customers, so it is treated as nobody’s until you confirm whose it is.") % {
        "count": customer_count
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


INVITING = (LinkPurpose.INVITATION, LinkPurpose.COPIED_INVITATION)


@dataclass(frozen=True, slots=True)
class InvitationPage:
    """An invitation as its page needs it, in whatever state. `invited_by` is the owner of the account, if one did."""

    link: FoundLink
    brand: BrandFacts
    is_enrolled: bool
    invited_by: str


@reading
def invitation_page(token: str) -> InvitationPage | None:
    """The invitation with this secret; None when there never was one, or its record is gone."""
    link = onetime.find_link(token, *INVITING)
    if link is None:
        return None
    row = (
        PortalContact.objects.filter(public_id=link.subject_id or UUID(int=0))
        .values_list("customer__branch_id", flat=True)
        .first()
    )
    member = None if row else _member_of(link)
    brand = brand_of_branch(row or (member.customer.branch_id if member else people.main_branch_id()))
    is_enrolled = people.has_login(Side.CUSTOMER, link.email)
    return InvitationPage(link, brand, is_enrolled=is_enrolled, invited_by=member.invited_by_name if member else "")


def _member_of(link: FoundLink) -> HouseholdMember | None:
    return HouseholdMember.objects.filter(public_id=link.subject_id or UUID(int=0)).select_related("customer").first()

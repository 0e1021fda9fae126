"""Who may be mailed about a customer: the addresses that reach it, by what they may see there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portico.domain.customers import readers_sql as sql
from portico.domain.customers.enums import Right
from portico.domain.customers.models import HouseholdMember, PortalContact
from portico.domain.customers.queries import reach_of
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json
from portico.kernel import clock


@reading
def readers(*, customer_id: int, location_id: int | None, right: Right) -> list[str]:
    """The addresses that have this right at a place of the customer, enrolled or not, in order."""
    own = PortalContact.objects.filter(customer=customer_id, is_present=True).values_list("email", flat=True)
    let_in = HouseholdMember.objects.filter(customer=customer_id).values_list("email", flat=True)
    known = sorted({*own, *let_in})
    return [email for email in known if may(email, customer_id=customer_id, location_id=location_id, right=right)]


@reading
def may(email: str, *, customer_id: int, location_id: int | None, right: Right) -> bool:
    """Whether this address has this right at a place of the customer today."""
    for reach in reach_of(email):
        places = reach.places(right)
        if reach.customer_id == customer_id and (places is None or location_id in places):
            return True
    return False


@dataclass(frozen=True, slots=True)
class BillReader:
    """An address that may see every bill of a customer; `came_back`: mail to it does not arrive."""

    email: str
    came_back: bool


@reading
def bill_readers(customers: Sequence[int]) -> dict[int, list[BillReader]]:
    """The addresses that see prices of the whole customer, for many customers in one statement: as readers() would."""
    found: dict[int, list[BillReader]] = {customer: [] for customer in customers}
    for row in fetch_json(sql.BILL_READERS, customers=list(customers), now=clock.now()):
        found[row["customer"]].append(BillReader(row["email"], row["came_back"]))
    return found

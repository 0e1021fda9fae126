"""What is asked about offers of other times, beside ten thousand jobs and thousands of offers that are over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portico.domain.booking.queries import home_sql, offers_sql
from portico.domain.booking.queries.offers import perhaps_over
from tests.sweeps import long_history as long
from tests.sweeps.long_history import MOST_ROWS, company, long_history, most_rows, one

__all__ = ["company", "long_history"]


@pytest.mark.parametrize("is_place", (False, True))
def test_plans_of_offers_read_little(company: int, is_place: bool) -> None:
    customer = one("SELECT id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)[0]
    home = one("SELECT min(id) FROM customers_location WHERE customer_id = %s", customer)[0]
    offer, appointment = one(
        "SELECT o.public_id, a.public_id FROM booking_visitoffer o JOIN jobs_appointment a ON a.id = o.appointment_id"
        " WHERE o.customer_id = %s AND o.state = 'open' LIMIT 1",
        customer,
    )
    now = datetime.now(UTC)
    places = [home if is_place else None]
    values = {"company": company, "customers": [customer], "locations": places, "now": now, "limit": 10}
    values |= {"offer": offer, "appointment": appointment, "real_now": now}
    values |= {"booking_customers": [customer], "booking_locations": places}
    asked = {"page": offers_sql.OFFER, "notice": offers_sql.OPEN_FOR_VISIT, "office": offers_sql.OF_VISIT}
    found = {name: most_rows(text, values) for name, text in (asked | {"home": home_sql.OFFERS}).items()}
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}


def test_worker_looks_at_open_offers_alone(company: int) -> None:
    assert most_rows(offers_sql.PERHAPS_OVER, {"company": company, "now": datetime.now(UTC)}) <= MOST_ROWS
    assert len(perhaps_over()) == 4  # two of the long history, two of the short one: nothing is kept for them

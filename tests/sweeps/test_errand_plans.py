"""What is asked about due visits, the work of estimates, and for a calendar, beside ten thousand jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portico.domain.booking.queries import errands_sql, feed_sql
from tests.sweeps import long_history as long
from tests.sweeps.long_history import MOST_ROWS, company, long_history, most_rows, one

__all__ = ["company", "long_history"]

FEW = 3  # visits: for each the sixty technicians are looked through, which a longer feed would only multiply


@pytest.mark.parametrize("is_place", (False, True))
def test_plans_of_errands_read_little(company: int, is_place: bool) -> None:
    customer = one("SELECT id FROM customers_customer WHERE source_id = %s", long.LONG_ONE)[0]
    home = one("SELECT min(id) FROM customers_location WHERE customer_id = %s", customer)[0]
    (event,) = one(
        "SELECT e.public_id FROM memberships_recurringserviceevent e JOIN memberships_membership m"
        " ON m.id = e.membership_id WHERE m.customer_id = %s LIMIT 1",
        customer,
    )
    (estimate,) = one(
        "SELECT e.public_id FROM estimates_estimate e JOIN estimates_proposal p ON p.id = e.proposal_id"
        " WHERE p.customer_id = %s AND e.status = 'Sold' LIMIT 1",
        customer,
    )
    now = datetime.now(UTC)
    values = {"company": company, "customers": [customer], "locations": [home if is_place else None]}
    values |= {"event": event, "estimate": estimate, "now": now, "only": None, "limit": 20}
    asked = {"due": errands_sql.DUE, "work": errands_sql.WORK, "recent": errands_sql.RECENT}
    since = values | {"since": now - timedelta(days=60)}
    found = {name: most_rows(text, since) for name, text in asked.items()}
    assert {name: rows for name, rows in found.items() if rows > MOST_ROWS} == {}
    feed = values | {"since": now - timedelta(days=9000), "limit": FEW}
    assert most_rows(feed_sql.FEED, feed) <= MOST_ROWS

"""The visits that a calendar feed shows: those of three months past, and all to come."""

from __future__ import annotations

from datetime import datetime, timedelta

from portico.domain.booking.queries import feed_sql as sql
from portico.domain.customers.queries import Scope
from portico.domain.jobs.queries.visits import VisitPage, visit_of
from portico.foundation.tenancy.scope import reading
from portico.foundation.tenancy.sql import fetch_json

PAST = timedelta(days=90)
MOST = 300


@reading
def feed_of(*, scope: Scope, now: datetime) -> list[VisitPage]:
    """Every visit within the scope as it stands, the earliest first; canceled ones too."""
    found = fetch_json(sql.FEED, **scope.as_parameters(), since=now - PAST, limit=MOST)
    return [visit_of(row) for row in found]

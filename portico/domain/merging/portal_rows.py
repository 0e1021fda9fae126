"""What was said about addresses before a merge, so that it can be said again after it is undone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from portico.domain.customers.models import Merge
from portico.domain.merging import moving_sql
from portico.foundation.tenancy.scope import current_company_id
from portico.foundation.tenancy.sql import fetch_json

Rows = dict[str, dict[str, Any]]


def rows_of(customer_ids: Sequence[int]) -> Rows:
    """The rows of these customers, by customer and address."""
    return dict(fetch_json(moving_sql.PORTAL_ROWS, customers=list(customer_ids)))


def widen(before: Rows, *, loser: int, survivor: int) -> None:
    """Who was let in to the whole of one record sees the whole of both, as an address on the customer does."""
    emails = [row["email"] for row in before.values() if row["customer"] == loser and row["is_widened"]]
    _run(moving_sql.WIDEN, emails=emails, survivor=survivor)


def give_back(merge: Merge, now: Rows) -> None:
    """Memo, billing access and the rest as they stood on the record that was merged away; `now`: at the survivor."""
    before, then = merge.portal_rows["before"], merge.portal_rows["after"]
    rows = []
    for row in before.values():
        if row["customer"] == merge.loser_id and row["is_present"]:
            key = f"{merge.survivor_id} {row['email']}"
            rows.append({"row": row, "then": then.get(key, {}), "now": now.get(key, {})})
    _run(moving_sql.PORTAL_BACK, rows=json.dumps(rows), loser=merge.loser_id)


def _run(statement: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), **values})

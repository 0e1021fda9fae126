"""Lists as the API pages through them: newest first, `limit`, `starting_after`, `ending_before`, `has_more`."""

from typing import Any

from portico.sandbox.stripe.call import Call
from portico.sandbox.stripe.errors import invalid, missing
from portico.sandbox.stripe.store import Body

PAGING = frozenset({"limit", "starting_after", "ending_before"})
COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
DEFAULT_LIMIT = 10
LARGEST_LIMIT = 100


def page(call: Call, kind: str, url: str, *, where: dict[str, Any] | None = None) -> Body:
    """One page of the account's objects of a kind; `where` maps conditions to values, None leaves one out."""
    limit = limit_of(call.params)
    conditions, values = _filters(call, kind, where or {})
    backwards = call.params.get("ending_before") is not None
    rows = call.books.select(
        call.account, kind, where=conditions, values=values, newest_first=not backwards, limit=limit + 1
    )
    chosen = rows[:limit]
    if backwards:
        chosen.reverse()
    return listed([call.show(row) for row in chosen], url, has_more=len(rows) > limit)


def limit_of(params: dict[str, Any]) -> int:
    limit = params.get("limit")
    if limit is None:
        return DEFAULT_LIMIT
    if not 1 <= limit <= LARGEST_LIMIT:
        raise invalid(f"Invalid limit: must be between 1 and {LARGEST_LIMIT}", param="limit")
    return int(limit)


def listed(rows: list[Body], url: str, *, has_more: bool) -> Body:
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def _filters(call: Call, kind: str, where: dict[str, Any]) -> tuple[list[str], list[Any]]:
    conditions = [condition for condition, value in where.items() if value is not None]
    values = [value for value in where.values() if value is not None]
    for name, comparison in (("starting_after", "seq < ?"), ("ending_before", "seq > ?")):
        ident = call.params.get(name)
        if ident is not None:
            place = call.books.place(call.account, kind, ident)
            if place is None:
                raise missing(kind, ident, param=name, status=400)
            conditions.append(comparison)
            values.append(place)
    created = call.params.get("created")
    if isinstance(created, int):
        conditions.append("created = ?")
        values.append(created)
    elif created:
        conditions += [f"created {COMPARISONS[name]} ?" for name in created]
        values += list(created.values())
    return conditions, values

"""Finding customers: keeping their search rows current, and asking them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import connection, transaction

from portico.domain.customers import search_rules as rules
from portico.domain.customers.duplicate_rules import Known
from portico.foundation.tenancy.scope import current_company_id, reading
from portico.foundation.tenancy.sql import fetch_json

SHORTEST, LONGEST = rules.SHORTEST, rules.LONGEST
BATCH = 1000
CANDIDATES = 120  # a question
FITS = 0.6

FIND = """SELECT jsonb_build_object(
  'found', (SELECT coalesce(jsonb_agg(f), '[]') FROM portico_find_customers(%(asked)s, %(last)s, %(each)s) f))"""

SURVIVORS = """
SELECT coalesce(jsonb_agg(DISTINCT coalesce(c.merged_into_id, c.id)), '[]') FROM customers_customer c
 WHERE c.company_id = %(company)s AND (%(everyone)s OR c.id = ANY(%(ids)s))"""

FAMILY = """
SELECT coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'root', coalesce(m.merged_into_id, m.id), 'name', m.name,
         'number', m.number, 'place', concat_ws(' ', m.street, m.unit, m.city, m.region, m.postal_code))
         ORDER BY m.merged_into_id NULLS FIRST, m.id), '[]')
  FROM customers_customer m
 WHERE m.company_id = %(company)s AND (m.id = ANY(%(ids)s) OR m.merged_into_id = ANY(%(ids)s))"""

# No joins: right after an import the planner knows nothing of these tables yet.
BELONGINGS = """
SELECT jsonb_build_object(
  'places', (SELECT coalesce(jsonb_agg(jsonb_build_object('customer', l.customer_id, 'place',
                    concat_ws(' ', l.street, l.unit, l.city, l.region, l.postal_code, l.name)) ORDER BY l.id), '[]')
               FROM customers_location l WHERE l.company_id = %(company)s AND l.customer_id = ANY(%(ids)s)),
  'contacts', (SELECT coalesce(jsonb_agg(jsonb_build_object('customer', k.customer_id, 'email', k.email,
                      'phone', CASE WHEN k.type = 'Email' THEN '' ELSE k.value END) ORDER BY k.id), '[]')
                 FROM customers_contact k WHERE k.company_id = %(company)s AND k.customer_id = ANY(%(ids)s)))"""

DROP = """
DELETE FROM customers_searchrow r USING customers_customer c
 WHERE c.id = r.customer_id AND c.merged_into_id = ANY(%s) AND r.company_id = %s"""

WRITE = """
INSERT INTO customers_searchrow AS r (company_id, customer_id, name, places, marks, keys)
SELECT %s, n.customer_id, n.name, n.places, n.marks, array_to_tsvector(string_to_array(n.keys, ' '))
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS n(customer_id, name, places, marks, keys)
 ORDER BY n.customer_id
    ON CONFLICT (company_id, customer_id) DO UPDATE
   SET name = excluded.name, places = excluded.places, marks = excluded.marks, keys = excluded.keys
 WHERE r.keys <> excluded.keys OR (r.name, r.places, r.marks) <> (excluded.name, excluded.places, excluded.marks)"""


@dataclass(frozen=True, slots=True)
class Found:
    """A customer that fits what was typed, best first."""

    customer_id: int
    score: float


@reading
def find_customers(typed: str, *, limit: int = 25) -> list[Found]:
    """Customers by name, phone in any notation, email, address or customer number, in spite of one error a word."""
    asked = rules.question(typed)
    if asked.is_empty:
        return []
    judge = rules.Judge(asked)
    scored = [Found(row["customer_id"], judge.score(**_texts(row))) for row in _candidates(asked)]
    fitting = [found for found in scored if found.score >= FITS]
    return sorted(fitting, key=lambda found: (-found.score, found.customer_id))[:limit]


@reading
def known_by(typed: str) -> list[Known]:
    """Whoever may be meant by this, in no order, as their search rows tell of them."""
    asked = rules.question(typed)
    return (
        [] if asked.is_empty else [Known(customer_id=row["customer_id"], **_texts(row)) for row in _candidates(asked)]
    )


def _candidates(asked: rules.Question) -> list[dict[str, Any]]:
    last = rules.last_resort(asked)
    found = fetch_json(FIND, asked=rules.queries(asked), last=last, each=CANDIDATES)["found"]
    return list({row["customer_id"]: row for row in found}.values())


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("name", "places", "marks")}


@transaction.atomic
def refresh_search(customer_ids: Iterable[int] | None = None) -> int:
    """Make the search rows of these customers (None: of all) say what their records say; how many were looked at.

    A merged-away customer's words move to its survivor. Call it last in an operation that changed a customer's name,
    number, address, locations, emails or phones.
    """
    ids = None if customer_ids is None else sorted(set(customer_ids))
    if ids == []:
        return 0
    survivors = sorted(fetch_json(SURVIVORS, ids=ids or [], everyone=ids is None))
    for batch in _batches(survivors):
        _refresh(batch)
    return len(survivors)


def _refresh(ids: list[int]) -> None:
    rows = [rules.row_of(record) for record in _records(ids)]
    with connection.cursor() as cursor:
        cursor.execute(DROP, [ids, current_company_id()])
        cursor.execute(WRITE, [current_company_id(), *_columns(rows)])


def _records(ids: list[int]) -> list[rules.Record]:
    family = fetch_json(FAMILY, ids=ids)
    roots = {one["id"]: one["root"] for one in family}
    found = fetch_json(BELONGINGS, ids=list(roots))
    known: dict[int, dict[str, list[str]]] = {root: defaultdict(list) for root in roots.values()}
    for one in family:
        for kind, name in (("names", "name"), ("numbers", "number"), ("places", "place")):
            known[one["root"]][kind].append(one[name])
    for place in found["places"]:
        known[roots[place["customer"]]]["places"].append(place["place"])
    for contact in found["contacts"]:
        for kind, name in (("emails", "email"), ("phones", "phone")):
            known[roots[contact["customer"]]][kind] += [contact[name]] if contact[name] else []
    return [rules.Record(customer_id=root, **_distinct(texts)) for root, texts in known.items()]


def _distinct(texts: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {kind: tuple(dict.fromkeys(texts[kind])) for kind in ("names", "numbers", "places", "emails", "phones")}


def _columns(rows: Sequence[rules.Row]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in ("customer_id", "name", "places", "marks", "keys")]


def _batches(ids: list[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        yield batch

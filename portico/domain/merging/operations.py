"""Two records become one, and two again.

Lock order: the turn of who writes addresses, both customers and whoever was merged into them by key, then deposits,
payments and invoices by key. Whoever writes money for a customer holds it first (customers/operations/holding.py): a
merge waits for that and moves it, and what comes later finds the merge. Other writers do not hold it yet: what they
write in the same moment stays behind, and `invariants` names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from portico.domain.billing.operations.locking import brief
from portico.domain.customers.models import Customer, Location, Merge, MergedRow
from portico.domain.customers.operations.sync import family_of, sync_portal_contacts, take_turn
from portico.domain.customers.search import refresh_search
from portico.domain.merging import moving_sql, portal_rows
from portico.domain.merging.errors import MergeRefused, Missing
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.scope import current_company_id
from portico.kernel import clock, locks

Rows = Mapping[str, tuple[str, str]]
How = Callable[[str, str, str], str]


@brief
def merge_customers(*, survivor: UUID, loser: UUID, by: Actor) -> UUID:
    """Everything of `loser` becomes `survivor`'s; the public id of the merge."""
    if survivor == loser:
        raise MergeRefused(_("This is the same record. Choose another one."))
    take_turn()
    stays, goes = _locked_pair(survivor, loser)
    before = portal_rows.rows_of([goes.pk, stays.pk])
    merge = Merge.objects.create(
        survivor=stays, loser=goes, was_active=goes.is_active, at=clock.real_now(), by_name=by.name
    )
    _move_customer(merge)
    goes.merged_into, goes.is_active = stays, False
    goes.save(update_fields=["merged_into", "is_active"])
    sync_portal_contacts(customer_ids=[stays.pk], by=by)
    portal_rows.widen(before, loser=goes.pk, survivor=stays.pk)
    merge.portal_rows = {"before": before, "after": portal_rows.rows_of([stays.pk])}
    merge.save(update_fields=["portal_rows"])
    refresh_search([stays.pk, goes.pk])
    for record in (stays, goes):
        audit.record("customer.merged", merge, by=by, customer=record.public_id, note=f"{goes.name} → {stays.name}")
    public_id: UUID = merge.public_id
    return public_id


@brief
def unmerge(*, merge: UUID, by: Actor) -> UUID:
    """What a merge moved goes back, if it is still there; what was made in between stays. Whose page to show."""
    take_turn()
    found = Merge.objects.filter(public_id=merge).select_related("loser", "losing_place").first()
    if found is None:
        raise Missing(_("There is no such merge."))
    if found.losing_place_id is not None:
        return _part_places(found, by)
    return _part_customers(found, by)


@brief
def merge_locations(*, customer: UUID, survivor: UUID, loser: UUID, by: Actor) -> UUID:
    """Everything at `loser` is now at `survivor`, another location of the same customer; the public id of the merge."""
    if survivor == loser:
        raise MergeRefused(_("This is the same location. Choose another one."))
    take_turn()
    owner = _locked_owner(customer)
    stays, goes = _locked_places(owner, survivor, loser)
    merge = Merge.objects.create(
        survivor_id=owner, loser_id=owner, surviving_place=stays, losing_place=goes, was_active=goes.is_active,
        at=clock.real_now(), by_name=by.name,
    )  # fmt: skip
    _shift(merge, moving_sql.PLACE_ROWS, moving_sql.move, source=goes.pk, target=stays.pk)
    goes.merged_into, goes.is_active = stays, False
    goes.save(update_fields=["merged_into", "is_active"])
    _follow(owner, by)
    audit.record("location.merged", merge, by=by, customer=customer, note=f"{goes.one_line()} → {stays.one_line()}")
    public_id: UUID = merge.public_id
    return public_id


def _locked_pair(survivor: UUID, loser: UUID) -> tuple[Customer, Customer]:
    ids = dict(Customer.objects.filter(public_id__in=[survivor, loser]).values_list("public_id", "pk"))
    if len(ids) < 2:
        raise Missing(_("There is no such customer."))
    locked = {row.pk: row for row in _lock_family(list(ids.values()))}
    stays, goes = locked[ids[survivor]], locked[ids[loser]]
    for one in (stays, goes):
        if one.merged_into_id is not None:
            raise MergeRefused(_("%(name)s was merged into another customer already.") % {"name": one.name})
    return stays, goes


def _lock_family(ids: list[int]) -> list[Customer]:
    return locks.lock_all(Customer.objects.filter(pk__in=family_of(ids)))


def _locked_places(owner: int, survivor: UUID, loser: UUID) -> tuple[Location, Location]:
    places = Location.objects.filter(customer_id=owner, public_id__in=[survivor, loser], merged_into=None)
    found = {row.public_id: row for row in locks.lock_all(places)}
    if len(found) < 2:
        raise MergeRefused(_("Both have to be locations of this customer that are not merged yet."))
    return found[survivor], found[loser]


def _locked_owner(customer: UUID) -> int:
    found = Customer.objects.filter(public_id=customer, merged_into=None).first()
    if found is None:
        raise Missing(_("There is no such customer."))
    _lock_family([found.pk])
    return found.pk


def _move_customer(merge: Merge) -> None:
    pair = {"source": merge.loser_id, "target": merge.survivor_id}
    _lock_money(merge.loser_id)
    _shift(merge, moving_sql.CUSTOMER_ROWS, moving_sql.move, **pair)
    _hand_over(f"{merge.public_id}", **pair)


def _part_customers(merge: Merge, by: Actor) -> UUID:
    locked = {row.pk: row for row in _lock_family([merge.loser_id])}
    merge = locks.lock_one(Merge.objects.filter(pk=merge.pk))
    goes = locked[merge.loser_id]
    if merge.undone_at is not None or goes.merged_into_id is None:
        raise MergeRefused(_("This merge was undone already."))
    holder = locked[goes.merged_into_id]
    now = portal_rows.rows_of([holder.pk])
    _lock_money(holder.pk)
    goes.merged_into, goes.is_active = None, merge.was_active
    goes.save(update_fields=["merged_into", "is_active"])
    _forget(goes, is_customer=True)
    _back(merge, moving_sql.CUSTOMER_ROWS, source=holder.pk, target=goes.pk)
    pair = {"source": holder.pk, "target": goes.pk}
    for statement in (moving_sql.DEPOSITS_KEEP_THEIR_PAYMENTS, moving_sql.CONTACTS_FOLLOW):
        _run(statement, **pair)
    _hand_over(f"undo:{merge.public_id}", **pair)
    sync_portal_contacts(customer_ids=[goes.pk, holder.pk], by=by, tell=False)
    portal_rows.give_back(merge, now)
    _close(merge, by)
    _things_follow([goes.pk, holder.pk])
    refresh_search([goes.pk, holder.pk])
    for record in (holder, goes):
        audit.record("customer.unmerged", merge, by=by, customer=record.public_id, note=goes.name)
    public_id: UUID = goes.public_id
    return public_id


def _part_places(merge: Merge, by: Actor) -> UUID:
    place = Location.objects.get(merges=merge)
    _lock_family([place.customer_id])
    merge = locks.lock_one(Merge.objects.filter(pk=merge.pk))
    place = locks.lock_one(Location.objects.filter(pk=place.pk))
    if merge.undone_at is not None or place.merged_into_id is None:
        raise MergeRefused(_("This merge was undone already."))
    holder = place.merged_into_id
    place.merged_into, place.is_active = None, merge.was_active
    place.save(update_fields=["merged_into", "is_active"])
    _forget(place, is_customer=False)
    _back(merge, moving_sql.PLACE_ROWS, source=holder, target=place.pk)
    _close(merge, by)
    _follow(place.customer_id, by)
    customer: UUID = Customer.objects.get(pk=place.customer_id).public_id
    audit.record("location.unmerged", merge, by=by, customer=customer, note=place.one_line())
    return customer


def _forget(record: Customer | Location, *, is_customer: bool) -> None:
    """It stands alone again: no other merge has a say in whom it was merged into."""
    claims = MergedRow.objects.filter(kind=record._meta.db_table, row_id=record.pk)
    claims.filter(merge__losing_place__isnull=is_customer).update(is_over=True)


def _follow(customer_id: int, by: Actor) -> None:
    sync_portal_contacts(customer_ids=[customer_id], by=by, tell=False)
    _things_follow([customer_id])
    refresh_search([customer_id])


def _things_follow(customers: list[int]) -> None:
    for statement in moving_sql.THINGS_FOLLOW:
        _run(statement, source=0, target=0, customers=customers)


def _close(merge: Merge, by: Actor) -> None:
    merge.undone_at, merge.undone_by_name = clock.real_now(), by.name
    merge.save(update_fields=["undone_at", "undone_by_name"])


def _lock_money(customer_id: int) -> None:
    for statement in moving_sql.LOCK_MONEY:
        _run(statement, source=customer_id, target=0)


def _hand_over(ref: str, *, source: int, target: int) -> None:
    _run(moving_sql.HAND_OVER, source=source, target=target, ref=ref, now=clock.real_now())


def _back(merge: Merge, rows: Rows, *, source: int, target: int) -> None:
    _shift(merge, rows, moving_sql.take_back, source=source, target=target)


def _shift(merge: Merge, rows: Rows, how: How, *, source: int, target: int) -> None:
    is_customer = merge.losing_place_id is None
    for table, (column, guard) in rows.items():
        statement = how(table, column, guard)
        _run(statement, source=source, target=target, merge=merge.pk, is_customer=is_customer)


def _run(statement: str, *, source: int, target: int, **values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"company": current_company_id(), "from": source, "to": target, **values})

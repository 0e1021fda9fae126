"""Customers, locations and contacts as another system keeps them, written in bulk; the run is the audit entry.

The Customer Portal table is brought up to date afterwards by `operations.sync_portal_contacts`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from portico.domain.customers.models import Contact, Customer, Location, Merge
from portico.foundation.tenancy import sourced
from portico.foundation.tenancy.models import Branch


@transaction.atomic
def write_customers(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update customers; new ones belong to the main branch until their jobs say otherwise."""
    main = Branch.objects.get(is_main=True).pk
    here = _merged_here(changes, "loser", losing_place=None)
    return sourced.write(Customer, [_with(_kept(change, here), branch_id=main) for change in changes])


@transaction.atomic
def write_locations(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update locations; each change is bound to its customer."""
    here = _merged_here(changes, "losing_place", losing_place__isnull=False)
    return sourced.write(Location, [_kept(change, here) for change in changes])


@transaction.atomic
def write_customer_contacts(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update contacts that stand on customers. One removed here returns only with another value."""
    return sourced.write(Contact, changes, fixed={"source": "customer"}, revived_by=("type", "value"))


@transaction.atomic
def write_location_contacts(*, changes: Sequence[sourced.Change]) -> sourced.Written:
    """Create or update contacts that stand on locations; the customer is the location's."""
    places = [change.bound["location_id"] for change in changes]
    owners = dict(Location.objects.filter(pk__in=places).values_list("pk", "customer_id"))
    bound = [_bound(change, customer_id=owners[change.bound["location_id"]]) for change in changes]
    return sourced.write(Contact, bound, fixed={"source": "location"}, revived_by=("type", "value"))


@transaction.atomic
def place_customers(*, branches: Mapping[int, int]) -> None:
    """Give customers their branch, by primary key, unless the office fixed it."""
    by_branch: dict[int, list[int]] = {}
    for customer, branch in branches.items():
        by_branch.setdefault(branch, []).append(customer)
    for branch, customers in sorted(by_branch.items()):
        Customer.objects.filter(pk__in=customers, is_branch_fixed=False).update(branch_id=branch)


def customers_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id; a merged record leads to its survivor."""
    return _survivors(Customer, ids)


def locations_by_source(ids: Collection[int]) -> dict[int, int]:
    """Primary keys by source id; a merged record leads to its survivor."""
    return _survivors(Location, ids)


def _merged_here(changes: Sequence[sourced.Change], gone: str, **which: Any) -> dict[int, int]:
    """By source id: into which record the office merged it."""
    ids = [change.source_id for change in changes]
    merges = Merge.objects.filter(undone_at=None, **which, **{f"{gone}__source_id__in": ids})
    return dict(merges.values_list(f"{gone}__source_id", f"{gone}__merged_into"))


def _kept(change: sourced.Change, merged_here: Mapping[int, int]) -> sourced.Change:
    """What the office merged stays merged, whatever the source says of it."""
    survivor = merged_here.get(change.source_id)
    return change if survivor is None else _bound(change, merged_into_id=survivor)


def _bound(change: sourced.Change, **keys: int) -> sourced.Change:
    return replace(change, bound={**change.bound, **keys})


def _survivors(model: type[Customer] | type[Location], ids: Collection[int]) -> dict[int, int]:
    columns = ("source_id", "merged_into_id", "pk")
    found = model.objects.filter(source_id__in=ids).values_list(*columns)
    return {source_id: survivor or key for source_id, survivor, key in found if source_id is not None}


def _with(change: sourced.Change, **columns: int) -> sourced.Change:
    said = None if change.said is None else {**change.said, **columns}
    return replace(change, says={**change.says, **columns}, said=said)

"""Memberships of an export: every customer's pages say what the files say, and invoices know their membership."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portico.domain.billing.models import Invoice
from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.memberships.models import Membership
from portico.domain.memberships.queries import memberships
from portico.importer.models import StagedRecord
from portico.kernel import clock
from tests.importer import folders
from tests.importer.test_equipment import accepted, ends

pytestmark = pytest.mark.django_db

EVERY = 100_000
SHOWN = ("Active", "Suspended", "Expired", "Canceled")
Facts = tuple[Any, ...]


def day(text: str | None, zone: ZoneInfo) -> Any:
    """The branch's day; of a whole hour late in the evening, which is a midnight written elsewhere, the next."""
    if not text:
        return None
    local = datetime.fromisoformat(text).astimezone(zone)
    return local.date() + timedelta(days=local.hour >= 21 and not (local.minute or local.second))


def zones(export: Path) -> dict[int, ZoneInfo]:
    """The zone of each business unit, by the branch that names it."""
    branches = json.loads((export / "branch.json").read_text())["branches"]
    return {unit: ZoneInfo(branch["timeZone"]) for branch in branches for unit in branch["businessUnitIds"]}


def amount(row: dict[str, Any], kind: dict[str, Any]) -> int | None:
    """What the type agrees for this duration and frequency, in minor units."""
    found = {
        round(term["billingPrice"] * 100)
        for term in kind["durationBilling"]
        if (term["duration"], term["billingFrequency"]) == (row.get("duration"), row.get("billingFrequency"))
    }
    return found.pop() if len(found) == 1 else None


def test_portal_shows_every_customers_memberships_as_the_files_say(export: Path) -> None:
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    customer_ends, zone_of = ends(accepted(export, "crm/customers", refused)), zones(export)
    types = {row["id"]: row for row in accepted(export, "memberships/membership-types", refused)}
    visits: dict[int, list[Facts]] = {}
    for event in accepted(export, "memberships/recurring-service-events", refused):
        visits.setdefault(event["membershipId"], []).append((event["locationRecurringServiceName"], event["date"]))
    expected: dict[int, list[Facts]] = {end: [] for end in customer_ends.values()}
    for row in accepted(export, "memberships/memberships", refused):
        if row["status"] in SHOWN:
            zone, kind = zone_of[row["businessUnitId"]], types[row["membershipTypeId"]]
            span = (day(row.get("from"), zone), day(row.get("to"), zone))
            within = [
                (name, on)
                for name, at in visits.get(row["id"], [])
                for on in [day(at, zone)]
                if span[0] <= on and (span[1] is None or on < span[1])
            ]
            is_over = row["status"] in ("Expired", "Canceled") or (span[1] and span[1] <= clock.today(zone.key))
            bill = None if is_over else amount(row, kind)
            facts = (row["status"], kind["displayName"], float(kind["discount"]), *span, bill)
            # of an open-ended one the visits of the current period count, not all that it ever had
            expected[customer_ends[row["customerId"]]].append((*facts, sorted(within) if span[1] else None))

    found: dict[int | None, list[Facts]] = {}
    with folders.inside(export):
        for customer in Customer.objects.filter(merged_into=None):
            scope = Scope([customer.pk], [None])
            rows = memberships.memberships(scope=scope, now=clock.now(), limit=EVERY)
            found[customer.source_id] = [shown(row, scope) for row in rows]

    assert {key: sorted(rows, key=repr) for key, rows in found.items()} == {
        key: sorted(rows, key=repr) for key, rows in expected.items()
    }
    assert sum(map(len, found.values())) >= 5


def shown(row: memberships.Membership, scope: Scope) -> Facts:
    page = memberships.membership_page(scope=scope, billing=scope, membership=row.id, currency="USD", now=clock.now())  # type: ignore[arg-type]
    assert page is not None
    bill = page.next_bill.amount.minor if page.next_bill and page.next_bill.amount is not None else None
    within = sorted((visit.name, visit.due_on) for visit in page.membership.visits)
    span = (row.span.starts_on, row.span.ends_on)
    return (row.status, row.title, float(row.discount or 0), *span, bill, within if span[1] else None)


def test_invoices_know_their_membership(export: Path) -> None:
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    said = {row["id"]: row.get("membershipId") for row in accepted(export, "accounting/invoices", refused)}
    with folders.inside(export):
        kept = dict(Invoice.objects.values_list("source_id", "membership_source_id"))
    assert kept == said
    assert any(kept.values())


def test_invoices_of_an_earlier_version_learn_their_membership(small: Path) -> None:
    folders.take(small)
    with folders.inside(small):
        before = dict(Invoice.objects.values_list("source_id", "membership_source_id"))
        Invoice.objects.update(membership_source_id=None)
        names = ["memberships/memberships", "memberships/recurring-service-events"]
        Membership.objects.all().delete()
        StagedRecord.objects.filter(entity__in=names, state="applied").update(state="waiting", applied_checksum=None)

    folders.take(small)

    with folders.inside(small):
        assert dict(Invoice.objects.values_list("source_id", "membership_source_id")) == before


def test_membership_follows_a_merged_customer(small: Path) -> None:
    folders.take(small)
    membership = next(iter(folders.newest(small, "memberships/memberships").values()))
    owner = folders.newest(small, "crm/customers")[membership["customerId"]]
    survivor = next(
        row for row in folders.newest(small, "crm/customers").values() if row["active"] and row["id"] != owner["id"]
    )
    folders.change(small, "crm/customers", owner, active=False, mergedToId=survivor["id"])

    folders.take(small)

    with folders.inside(small):
        found = Membership.objects.get(source_id=membership["id"])
        assert found.customer.source_id == survivor["id"]

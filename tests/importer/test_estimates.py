"""Estimates of an export: every line, amount and state as the files say, and what a later export changes of them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.estimates.models import Estimate, EstimateVersion, Proposal
from portico.domain.estimates.queries import portal
from portico.domain.estimates.queries.portal import Stage
from portico.foundation.audit.operations import SHELL
from portico.importer import operations, stage
from portico.importer.report import Report
from portico.kernel import clock
from portico.sandbox.exports import small_estimates
from tests.factories.estimates import approve, take_back
from tests.importer import folders
from tests.importer.test_equipment import accepted, ends

pytestmark = pytest.mark.django_db

EVERY = 100_000
ENTITY = "sales/estimates"
STATUSES = {0: "Open", 1: "Sold", 2: "Dismissed"}
Record = dict[str, Any]
Facts = tuple[Any, ...]


def minor(amount: object) -> int:
    return int((Decimal(str(amount)) * 100).to_integral_exact())


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def place_of(row: Record) -> tuple[int, str | int]:
    """Job and tag, or the estimate itself."""
    return (row["jobId"], row.get("proposalTagName") or row["id"])


def status_of(row: Record, rows: list[Record]) -> str:
    """What is open beside a sold option is closed."""
    sold = {place_of(one) for one in rows if one["status"]["value"] == 1}
    status = STATUSES[row["status"]["value"]]
    return "Dismissed" if status == "Open" and place_of(row) in sold else status


def lines_of(row: Record) -> list[Facts]:
    return [
        (
            item["sku"]["displayName"],
            "" if item["description"] == item["sku"]["displayName"] else item["description"],
            Decimal(str(item["qty"])),
            minor(item["unitRate"]),
            minor(item["total"]),
        )
        for item in row["items"]
        if item["chargeable"]
    ]


def taken(export: Path) -> tuple[list[Record], dict[int, Record], dict[int, int]]:
    """Import; the estimates that were accepted, the jobs by id, and where each customer ends."""
    report = folders.take(export)
    refused = {(row["file"], row["id"]) for row in report.refused}
    rows = accepted(export, ENTITY, refused)
    jobs = {row["id"]: row for row in accepted(export, "jpm/jobs", refused)}
    return rows, jobs, ends(accepted(export, "crm/customers", refused))


def test_every_estimate_says_what_the_files_say(export: Path) -> None:
    rows, jobs, owners = taken(export)
    expected = {
        row["id"]: (
            status_of(row, rows),
            row["jobId"],
            owners[jobs[row["jobId"]]["customerId"]],
            row["name"],
            row["summary"],
            minor(row["subtotal"]),
            minor(row["tax"]),
            minor(row["subtotal"]) + minor(row["tax"]),
            moment(row.get("expiresOn")),
            row["active"],
            row.get("isRecommended", False),
            moment(row["createdOn"]),
        )
        for row in rows
    }
    with folders.inside(export):
        found = {
            row.source_id: (
                row.status,
                row.proposal.job.source_id,
                row.proposal.customer.source_id,
                row.name,
                row.summary,
                row.subtotal_minor,
                row.tax_minor,
                row.total_minor,
                row.expires_at,
                row.is_active,
                row.is_recommended,
                row.created_at,
            )
            for row in Estimate.objects.select_related("proposal__job", "proposal__customer")
        }
    assert found == expected
    assert len(found) >= 20


def test_lines_are_kept_and_shown_as_the_files_say(export: Path) -> None:
    rows, _, _ = taken(export)
    expected = {row["id"]: lines_of(row) for row in rows}
    with folders.inside(export):
        kept: dict[int | None, list[Facts]] = {}
        shown: dict[int | None, list[Facts]] = {}
        for row in Estimate.objects.prefetch_related("items", "versions"):
            items = sorted(row.items.all(), key=lambda item: item.position)
            kept[row.source_id] = [
                (item.name, item.description, item.quantity, item.price_minor, item.total_minor) for item in items
            ]
            [version] = row.versions.all()
            names = ("name", "description", "quantity", "price_minor", "total_minor")
            lines = [[line[name] for name in names] for line in version.content["lines"]]
            shown[row.source_id] = [(*line[:2], Decimal(line[2]), *line[3:]) for line in lines]
    assert kept == shown == expected


def test_options_of_a_job_and_tag_are_one_proposal(export: Path) -> None:
    rows, _, _ = taken(export)
    expected: dict[Any, set[int]] = {}
    for row in rows:
        expected.setdefault(place_of(row), set()).add(row["id"])
    with folders.inside(export):
        groups: dict[int, set[int | None]] = {}
        for number, proposal in Estimate.objects.values_list("source_id", "proposal_id"):
            groups.setdefault(proposal, set()).add(number)
        states = Counter(Proposal.objects.values_list("state", flat=True))
    assert sorted(map(sorted, groups.values())) == sorted(map(sorted, expected.values()))  # type: ignore[arg-type]
    assert sum(states.values()) == len(expected)


def listed(row: Record, jobs: dict[int, Record]) -> bool:
    """Of a canceled job, which the company hides, customers keep only what they accepted."""
    return row["active"] and (row["status"]["value"] == 1 or jobs[row["jobId"]]["jobStatus"] != "Canceled")


def stage_of(rows: list[Record], now: datetime) -> Stage:
    """Where a proposal stands in the list."""
    statuses = {row["status"]["value"] for row in rows if row["active"]}
    if 1 in statuses:
        return Stage.ACCEPTED
    if 0 not in statuses:
        return Stage.DECLINED
    ends = [moment(row.get("expiresOn")) for row in rows if row["active"] and row["status"]["value"] == 0]
    if None in ends:
        return Stage.WAITING_WITHOUT_END
    return Stage.WAITING if max(end for end in ends if end) > now else Stage.EXPIRED


def test_portal_lists_every_customers_estimates_as_the_files_say(export: Path) -> None:
    rows, jobs, owners = taken(export)
    now = clock.now()
    expected: dict[int | None, list[Facts]] = {end: [] for end in owners.values()}
    groups: dict[Any, list[Record]] = {}
    for row in sorted(rows, key=lambda row: row["id"]):
        groups.setdefault(place_of(row), []).append(row)
    for group in groups.values():
        options = tuple(
            (
                row["id"],
                row["name"],
                status_of(row, rows),
                row.get("isRecommended", False),
                moment(row.get("expiresOn")),
                minor(row["subtotal"]) + minor(row["tax"]),
            )
            for row in group
            if listed(row, jobs)
        )
        if options:
            expected[owners[jobs[group[0]["jobId"]]["customerId"]]].append((stage_of(group, now), options))

    found: dict[int | None, list[Facts]] = {}
    bare: set[Any] = set()
    with folders.inside(export):
        numbers = {str(public): number for public, number in Estimate.objects.values_list("public_id", "source_id")}
        for customer in Customer.objects.filter(merged_into=None):
            scope = Scope([customer.pk], [None])
            shown = portal.proposals(scope=scope, billing=scope, now=now, limit=EVERY)
            assert [row.stage for row in shown] == sorted(row.stage for row in shown)
            found[customer.source_id] = [(row.stage, choices(row, numbers)) for row in shown]
            unpriced = portal.proposals(scope=scope, billing=Scope([], []), now=now, limit=EVERY)
            assert [row.id for row in unpriced] == [row.id for row in shown]
            bare |= {option.total for row in unpriced for option in row.options}

    assert {key: sorted(one) for key, one in found.items()} == {key: sorted(one) for key, one in expected.items()}
    assert sum(map(len, found.values())) >= 10
    assert bare == {None}


def choices(row: portal.ProposalRow, numbers: dict[str, int | None]) -> tuple[Facts, ...]:
    return tuple(
        (
            numbers[option.id],
            option.name,
            option.status,
            option.is_recommended,
            option.expires_at,
            option.total.minor if option.total else None,
        )
        for option in row.options
    )


def named(folder: Path, name: str) -> Record:
    """The newest record of this name at the home with estimates of every kind."""
    [owner] = (row for row in folders.newest(folder, "crm/customers").values() if row["name"] == small_estimates.OWNER)
    rows = (row for row in folders.newest(folder, ENTITY).values() if row["customerId"] == owner["id"])
    return next(row for row in rows if row["name"] == name)


def test_options_beside_a_sold_one_are_closed_and_the_others_stay(small: Path) -> None:
    folders.take(small)

    with folders.inside(small):
        rows = Estimate.objects.filter(proposal__customer__name=small_estimates.OWNER)
        found = Counter(rows.values_list("status", "is_other_chosen"))
    assert found == {("Open", False): 7, ("Sold", False): 3, ("Dismissed", True): 4, ("Dismissed", False): 4}


def test_changed_price_is_a_new_version_and_a_sale_is_taken(small: Path) -> None:
    folders.take(small)
    expired, odd = named(small, "Expired offer"), named(small, "“Odd” offer, 见积书")
    items = [{**expired["items"][0], "unitRate": 100.0, "total": 100.0}]
    folders.change(small, ENTITY, expired, items=items, subtotal=100.0, tax=8.25)
    folders.change(small, ENTITY, odd, status={"value": 1, "name": "Sold"}, soldOn="2026-11-19T10:00:00Z")

    report = folders.take(small)

    assert report.entities[ENTITY]["updated"] == 2
    with folders.inside(small):
        row = Estimate.objects.get(source_id=expired["id"])
        assert (row.version, row.total_minor, row.versions.count()) == (2, 10825, 2)
        sale = Estimate.objects.get(source_id=odd["id"])
        assert (sale.status, sale.proposal.state, sale.version) == ("Sold", "accepted", 1)
        assert sale.decided_at == moment("2026-11-19T10:00:00Z")


def test_record_against_an_approval_is_refused_until_it_is_taken_back(small: Path) -> None:
    folders.take(small)
    first = named(small, "Good")
    rows = [row for row in folders.newest(small, ENTITY).values() if place_of(row) == place_of(first)]
    with folders.inside(small):
        approval = approve(Estimate.objects.get(source_id=rows[0]["id"]))
    folders.change(small, ENTITY, rows[0], tax=1.0)
    folders.change(small, ENTITY, rows[1], status={"value": 1, "name": "Sold"}, soldOn="2026-11-19T10:00:00Z")

    for _ in range(2):
        report = folders.take(small)
        reasons = {row["id"]: row["reason"] for row in report.refused if row["id"] in (rows[0]["id"], rows[1]["id"])}
        assert sorted(reasons) == sorted(row["id"] for row in rows[:2])
        assert all("was approved here on" in reason for reason in reasons.values())
        with folders.inside(small):
            found = dict(Estimate.objects.filter(source_id__in=reasons).values_list("source_id", "status"))
            assert found == {rows[0]["id"]: "Sold", rows[1]["id"]: "Dismissed"}

    with folders.inside(small):
        take_back(approval)
    report = folders.take(small)
    with folders.inside(small):
        found = dict(Estimate.objects.filter(source_id__in=reasons).values_list("source_id", "status"))
        assert found == {rows[0]["id"]: "Dismissed", rows[1]["id"]: "Sold"}
        assert Estimate.objects.get(source_id=rows[0]["id"]).tax_minor == 100


def test_estimate_whose_job_is_refused_is_refused_too(small: Path) -> None:
    expired = named(small, "Expired offer")
    job = folders.newest(small, "jpm/jobs")[expired["jobId"]]
    folders.change(small, "jpm/jobs", job, jobStatus="Nonsense")

    report = folders.take(small)

    [reason] = [row["reason"] for row in report.refused if row["id"] == expired["id"] and ENTITY in row["file"]]
    assert reason == f"jobId names a refused record: jpm/jobs {job['id']}."


@pytest.mark.parametrize(
    ("changed", "reason"),
    (
        ({"subtotal": 1.0}, "The items add up to 2225.00, subtotal says 1.00."),
        ({"tax": 0.125}, "tax is “0.125”, finer than USD allows."),
        ({"status": {"value": 3}}, "status.value is none of 0, 1 and 2."),
        ({"status": {}}, "status.value is none of 0, 1 and 2."),
        ({"jobId": None}, "jobId is missing."),
    ),
)
def test_estimate_that_cannot_be_right_is_refused(small: Path, changed: Record, reason: str) -> None:
    expired = named(small, "Expired offer")
    folders.change(small, ENTITY, expired, **changed)

    report = folders.take(small)

    assert [row["reason"] for row in report.refused if row["id"] == expired["id"] and ENTITY in row["file"]] == [reason]


def test_estimate_follows_its_job_to_a_merged_customer(small: Path) -> None:
    folders.take(small)
    expired = named(small, "Expired offer")
    customers = folders.newest(small, "crm/customers")
    owner = customers[expired["customerId"]]
    survivor = next(row for row in customers.values() if row["active"] and row["id"] != owner["id"])
    folders.change(small, "crm/customers", owner, active=False, mergedToId=survivor["id"])

    folders.take(small)

    with folders.inside(small):
        proposal = Estimate.objects.get(source_id=expired["id"]).proposal
        assert (proposal.customer.source_id, proposal.job.customer.source_id) == (survivor["id"], survivor["id"])


def test_estimates_staged_by_an_earlier_version_are_applied(small: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    (alone / "sales").mkdir(parents=True)
    (small / f"{ENTITY}.jsonl").rename(alone / f"{ENTITY}.jsonl")
    folders.take(small)
    with folders.inside(small):
        stage.read_folder(alone, Report(), tell=lambda _: None)
        assert Estimate.objects.count() == 0

        report = operations.apply_staged(by=SHELL, tell=lambda _: None)

        assert report.entities[ENTITY]["created"] == Estimate.objects.count() > 20
        assert EstimateVersion.objects.count() == Estimate.objects.count()

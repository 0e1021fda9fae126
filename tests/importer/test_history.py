"""The portal's lists of jobs hold, for every customer, exactly the jobs that the files give it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.jobs.models import Job, JobNote
from portico.domain.jobs.queries import jobs as queries
from portico.domain.jobs.queries.jobs import JobRow, Narrowing
from portico.foundation.tenancy.models import Company
from tests.importer import folders

pytestmark = pytest.mark.django_db
OPEN = {"Scheduled", "Dispatched", "InProgress", "Hold"}


def listed(customer: int, *, is_open: bool) -> list[JobRow]:
    """All pages of one list."""
    rows: list[JobRow] = []
    after = None
    while True:
        scope = Scope([customer], [None])
        found = queries.jobs(scope=scope, is_open=is_open, narrowing=Narrowing(), after=after, limit=25)
        rows += found.rows
        if not found.next:
            return rows
        after = UUID(found.next)


def in_files(folder: Path, accepted: set[int]) -> dict[int, dict[str, str]]:
    """State by number of each job, by the customer that it came to; the last line of a job counts."""
    merged = {row["id"]: row["mergedToId"] for row in folders.lines(folder, "crm/customers") if row.get("mergedToId")}
    newest: dict[int, dict[str, Any]] = {}
    for row in folders.lines(folder, "jpm/jobs"):
        if row["id"] in accepted and row["modifiedOn"] >= newest.get(row["id"], row)["modifiedOn"]:
            newest[row["id"]] = row
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in newest.values():
        customer = row["customerId"]
        while customer in merged:
            customer = merged[customer]
        found[customer][str(row["jobNumber"])] = row["jobStatus"]
    return found


@pytest.mark.parametrize("is_canceled_shown", (False, True))
def test_jobs_of_all_customers_equal_the_files(export: Path, *, is_canceled_shown: bool) -> None:
    folders.take(export)
    with folders.inside(export):
        Company.objects.update(is_canceled_job_shown=is_canceled_shown)
        accepted = set(Job.objects.values_list("source_id", flat=True))
        expected = in_files(export, accepted)
        for key, source_id in Customer.objects.values_list("pk", "source_id"):
            states = expected.get(source_id, {})
            shown = {number for number, state in states.items() if is_canceled_shown or state != "Canceled"}
            waiting = {number for number in shown if states[number] in OPEN}
            past, planned = listed(key, is_open=False), listed(key, is_open=True)
            assert sorted(row.number for row in past) == sorted(shown - waiting)
            assert sorted(row.number for row in planned) == sorted(waiting)
            for rows in (past, planned):
                assert rows == sorted(rows, key=lambda row: row.happens_at, reverse=True)
                assert {row.number: row.status for row in rows}.items() <= states.items()


def test_notes_and_tags_are_kept(small: Path) -> None:
    report = folders.take(small)
    with folders.inside(small):
        texts = sorted(JobNote.objects.values_list("text", flat=True))
    assert len(texts) == report.entities["jpm/job-notes"]["created"]
    assert report.entities["settings/tag-types"]["waiting"] == 0

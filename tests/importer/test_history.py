"""The portal's lists of jobs hold, for every customer, exactly the jobs that the files give it."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from uuid import UUID

import pytest

from portico.domain.customers.models import Customer
from portico.domain.customers.queries import Scope
from portico.domain.jobs.models import Job, JobNote
from portico.domain.jobs.queries import jobs as queries
from portico.domain.jobs.queries.jobs import JobRow, Narrowing
from portico.foundation.tenancy.models import Company
from tests.importer import folders

# A whole export commits batch by batch; of the small one a single transaction is quicker.
pytestmark = pytest.mark.django_db(transaction=bool(os.environ.get("PORTICO_SAMPLE_EXPORT")))
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
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in (row for key, row in folders.newest(folder, "jpm/jobs").items() if key in accepted):
        customer = row["customerId"]
        while customer in merged:
            customer = merged[customer]
        found[customer][str(row["jobNumber"])] = row["jobStatus"]
    return found


def test_jobs_of_all_customers_equal_the_files(export: Path) -> None:
    folders.take(export)
    with folders.inside(export):
        expected = in_files(export, set(Job.objects.values_list("source_id", flat=True)))
        customers = list(Customer.objects.values_list("pk", "source_id"))
    assert sum(len(states) for states in expected.values()) > 10
    for is_canceled_shown in (False, True):
        with folders.inside(export):
            Company.objects.update(is_canceled_job_shown=is_canceled_shown)
            for key, source_id in customers:
                compare(key, expected.get(source_id, {}), is_canceled_shown=is_canceled_shown)


def compare(customer: int, states: dict[str, str], *, is_canceled_shown: bool) -> None:
    """The two lists of one customer against the states that its jobs have in the files."""
    shown = {number for number, state in states.items() if is_canceled_shown or state != "Canceled"}
    waiting = {number for number in shown if states[number] in OPEN}
    for is_open, numbers in ((False, shown - waiting), (True, waiting)):
        rows = listed(customer, is_open=is_open)
        assert sorted(row.number for row in rows) == sorted(numbers)
        assert rows == sorted(rows, key=lambda row: row.happens_at, reverse=True)
        assert {row.number: row.status for row in rows}.items() <= states.items()


def test_notes_and_tags_are_kept(small: Path) -> None:
    report = folders.take(small)
    with folders.inside(small):
        texts = sorted(JobNote.objects.values_list("text", flat=True))
    assert len(texts) == report.entities["jpm/job-notes"]["created"]
    assert report.entities["settings/tag-types"]["waiting"] == 0

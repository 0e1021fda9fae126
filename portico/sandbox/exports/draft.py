"""A branch export while it is written: its records, their ids and its files."""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portico.sandbox.exports import moments
from portico.sandbox.exports.plans import Branch, CompanyPlan

Record = dict[str, Any]

FIRST_IDS = {
    "settings/business-units": 101,
    "settings/technicians": 401,
    "settings/tag-types": 701,
    "jpm/job-types": 301,
    "accounting/payment-terms": 31,
    "accounting/payment-types": 11,
    "dispatch/zones": 201,
    "dispatch/arrival-windows": 231,
    "dispatch/business-hours": 261,
    "memberships/membership-types": 51,
    "memberships/recurring-service-types": 71,
    "crm/customers": 15001,
    "crm/locations": 25001,
    "crm/customer-contacts": 35001,
    "crm/location-contacts": 38001,
    "jpm/jobs": 450001,
    "jpm/appointments": 550001,
    "dispatch/appointment-assignments": 750001,
    "jpm/job-notes": 650001,
    "accounting/invoices": 850001,
    "accounting/payments": 950001,
    "sales/estimates": 990001,
    "memberships/memberships": 61001,
    "memberships/recurring-service-events": 66001,
    "equipmentsystems/installed-equipment": 72001,
    "forms/attachments": 76001,
    "forms/submissions": 79001,
    "dispatch/technician-shifts": 81001,
    "dispatch/non-job-appointments": 86001,
}
ENTITIES = tuple(sorted(FIRST_IDS))
MARK = re.compile(rb" INT-[0-9a-f]{8}")


@dataclass
class Draft:
    """What an export will hold; every record goes through `add`."""

    plan: CompanyPlan
    now: datetime
    random: random.Random
    records: dict[str, list[Record]] = field(default_factory=lambda: {entity: [] for entity in ENTITIES})
    files: dict[str, bytes] = field(default_factory=dict)
    links: dict[str, Path] = field(default_factory=dict)
    branches: dict[int, Branch] = field(default_factory=dict)
    units: dict[tuple[str, str], Record] = field(default_factory=dict)
    technicians: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    zones: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    job_types: dict[str, Record] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)

    def add(self, entity: str, record: Record, *, created: datetime | None = None) -> Record:
        """Give the record its id and its moments, and keep it."""
        record = {"id": self.next_id(entity), **record}
        if created is not None:
            record.setdefault("createdOn", moments.instant(created))
            record.setdefault("modifiedOn", moments.instant(created))
        self.records[entity].append(record)
        return record

    def next_id(self, entity: str) -> int:
        return self.count(entity, start=FIRST_IDS[entity])

    def count(self, name: str, *, start: int = 1) -> int:
        """The next number of a series of the company's own."""
        self.counters[name] = self.counters.get(name, start - 1) + 1
        return self.counters[name]

    def canary(self) -> str:
        """A mark inside texts that no customer may ever see."""
        return f"INT-{self.random.getrandbits(32):08x}"

    def branch_of(self, location: Record) -> Branch:
        return self.branches[location["id"]]

    def founded(self) -> datetime:
        return self.now - timedelta(days=7 * 365)

    def of(self, entity: str, **wanted: object) -> Iterator[Record]:
        """The records of one entity whose fields have these values."""
        for record in self.records[entity]:
            if all(record.get(name) == value for name, value in wanted.items()):
                yield record


def seeded(seed: str) -> random.Random:
    """The same draws for the same seed."""
    return random.Random(seed)  # noqa: S311 made-up names, not secrets


def line_of(record: Record) -> bytes:
    """One record as one line, without its end."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def write(draft: Draft, folder: Path, *, company: Record, lines: dict[str, bytes] | None = None) -> None:
    """Write the folder; `lines` replaces whole entity files by prepared bytes."""
    written = lines or {entity: clean_lines(records) for entity, records in draft.records.items()}
    texts = {f"{entity}.jsonl": content for entity, content in written.items()}
    texts["branch.json"] = json.dumps(company, ensure_ascii=False, indent=2).encode() + b"\n"
    for name, content in {**texts, **draft.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, target in draft.links.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(target)


def unmarked_lines(records: list[Record]) -> bytes:
    """The same without the marks: people look at the demo."""
    return MARK.sub(b"", clean_lines(records))


def clean_lines(records: list[Record]) -> bytes:
    return b"".join(line_of(record) + b"\n" for record in records)

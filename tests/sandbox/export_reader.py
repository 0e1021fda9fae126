"""A reader of branch exports that knows nothing of their writer: what the format's own rules make of a folder."""

import json
from collections import defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Record = dict[str, Any]
Key = tuple[str, int]

REFERENCES = {
    "crm/customers": {
        "mergedToId": "crm/customers",
        "paymentTermId": "accounting/payment-terms",
        "tagTypeIds": "settings/tag-types",
    },
    "crm/locations": {"customerId": "crm/customers", "mergedToId": "crm/locations", "zoneId": "dispatch/zones"},
    "crm/customer-contacts": {"customerId": "crm/customers"},
    "crm/location-contacts": {"locationId": "crm/locations"},
    "settings/technicians": {
        "businessUnitId": "settings/business-units",
        "mainZoneId": "dispatch/zones",
        "zoneIds": "dispatch/zones",
    },
    "jpm/job-types": {"businessUnitIds": "settings/business-units", "tagTypeIds": "settings/tag-types"},
    "jpm/jobs": {
        "customerId": "crm/customers",
        "locationId": "crm/locations",
        "businessUnitId": "settings/business-units",
        "jobTypeId": "jpm/job-types",
        "firstAppointmentId": "jpm/appointments",
        "lastAppointmentId": "jpm/appointments",
        "invoiceId": "accounting/invoices",
        "tagTypeIds": "settings/tag-types",
    },
    "jpm/appointments": {"jobId": "jpm/jobs"},
    "jpm/job-notes": {"jobId": "jpm/jobs"},
    "dispatch/appointment-assignments": {
        "technicianId": "settings/technicians",
        "jobId": "jpm/jobs",
        "appointmentId": "jpm/appointments",
    },
    "dispatch/technician-shifts": {"technicianId": "settings/technicians"},
    "dispatch/non-job-appointments": {"technicianId": "settings/technicians"},
    "dispatch/zones": {"businessUnits": "settings/business-units", "technicians": "settings/technicians"},
    "dispatch/arrival-windows": {"businessUnitIds": "settings/business-units"},
    "dispatch/business-hours": {"businessUnitIds": "settings/business-units"},
    "accounting/invoices": {
        "customer.id": "crm/customers",
        "location.id": "crm/locations",
        "job.id": "jpm/jobs",
        "businessUnit.id": "settings/business-units",
        "adjustmentToId": "accounting/invoices",
        "membershipId": "memberships/memberships",
    },
    "accounting/payments": {
        "typeId": "accounting/payment-types",
        "customer.id": "crm/customers",
        "appliedTo.appliedTo": "accounting/invoices",
    },
    "sales/estimates": {
        "jobId": "jpm/jobs",
        "locationId": "crm/locations",
        "customerId": "crm/customers",
        "businessUnitId": "settings/business-units",
    },
    "memberships/membership-types": {
        "recurringServices.recurringServiceTypeId": "memberships/recurring-service-types",
    },
    "memberships/memberships": {
        "customerId": "crm/customers",
        "locationId": "crm/locations",
        "membershipTypeId": "memberships/membership-types",
        "businessUnitId": "settings/business-units",
    },
    "memberships/recurring-service-types": {
        "jobTypeId": "jpm/job-types",
        "businessUnitId": "settings/business-units",
    },
    "memberships/recurring-service-events": {"membershipId": "memberships/memberships", "jobId": "jpm/jobs"},
    "equipmentsystems/installed-equipment": {"customerId": "crm/customers", "locationId": "crm/locations"},
    "forms/attachments": {"jobId": "jpm/jobs"},
}
OWNERS = {"Job": "jpm/jobs", "InstalledEquipment": "equipmentsystems/installed-equipment"}
UNREADABLE_LENGTH = 1 << 20


@dataclass(frozen=True)
class Found:
    """What a folder holds: the newest record of every id, the older lines, the lines that are no records."""

    records: dict[Key, Record]
    line_of: dict[Key, int]
    older: dict[str, int]
    unreadable: set[tuple[str, int]]
    lines: dict[str, int]

    def of(self, entity: str) -> list[Record]:
        return [record for (kind, _), record in self.records.items() if kind == entity]


def read_folder(folder: Path) -> Found:
    """Read every entity file of the folder."""
    found = Found({}, {}, defaultdict(int), set(), {})
    for path in sorted(folder.glob("*/*.jsonl")):
        _read_file(path, str(path.relative_to(folder).with_suffix("")), found)
    return found


def _read_file(path: Path, entity: str, found: Found) -> None:
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    numbered = [(at, line) for at, line in enumerate(content.split(b"\n"), start=1) if line.strip()]
    found.lines[entity] = len(numbered)
    for number, line in numbered:
        record = _record(line)
        if record is None:
            found.unreadable.add((entity, number))
        else:
            _keep(found, entity, number, record)


def _record(line: bytes) -> Record | None:
    try:
        record = json.loads(line.decode(), parse_constant=_refuse_constant)
    except ValueError:
        return None
    readable = isinstance(record, dict) and type(record.get("id")) is int and len(line) <= UNREADABLE_LENGTH
    return record if readable else None


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _keep(found: Found, entity: str, number: int, record: Record) -> None:
    key = (entity, record["id"])
    known = found.records.get(key)
    if known is not None:
        found.older[entity] += 1
    if known is None or record.get("modifiedOn", "") >= known.get("modifiedOn", ""):
        found.records[key], found.line_of[key] = record, number


def references(entity: str, record: Record) -> Iterator[Key]:
    """Every record that this one refers to."""
    for path, target in REFERENCES.get(entity, {}).items():
        values: list[Any] = [record]
        for name in path.split("."):
            values = [value for holder in values for value in _as_list(holder.get(name))]
        yield from ((target, int(value)) for value in values)
    if entity == "forms/submissions":
        yield from ((OWNERS[owner["type"]], owner["id"]) for owner in record["owners"])


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def dangling(records: dict[Key, Record]) -> set[Key]:
    """The records that refer, over any number of steps, to one that is not among them."""
    gone: set[Key] = set()
    while True:
        standing = records.keys() - gone
        more = {key for key in standing if any(x not in standing for x in references(key[0], records[key]))}
        if not more:
            return gone
        gone |= more


def moved(payment: Record) -> bool:
    return payment["transactionStatus"] in ("Success", "Pending") and payment.get("active", True)


def dues(found: Found, *, leave_out: Set[Key] = frozenset()) -> dict[int, Decimal]:
    """What the payments leave of every invoice."""
    left = {
        i["id"]: Decimal(i["total"])
        for i in found.of("accounting/invoices")
        if ("accounting/invoices", i["id"]) not in leave_out
    }
    for payment in found.of("accounting/payments"):
        if ("accounting/payments", payment["id"]) in leave_out or not moved(payment):
            continue
        for part in payment["appliedTo"]:
            left[part["appliedTo"]] -= Decimal(part["appliedAmount"])
    return left

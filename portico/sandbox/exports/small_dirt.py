"""The dirt of the small export, one kind after another; none of it touches what stands."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from portico.sandbox.exports import moments
from portico.sandbox.exports.draft import ENTITIES, Draft, Record, line_of
from portico.sandbox.exports.small_lines import Lines

ABSENT = 9_900_000
EXTRA = 9_800_000
LINK = "forms/files/link.jpg"
LINE_LIMIT = 1 << 20
USUAL: dict[str, Record] = {
    "jpm/jobs": {"jobStatus": "Completed"},
    "jpm/appointments": {"status": "Done"},
    "crm/customer-contacts": {"type": "Email"},
}


def plant(draft: Draft, lines: Lines) -> None:
    """Plant every kind."""
    Dirt(draft, lines).plant_all()


class Dirt:
    """Plants lines beside the clean ones, under ids that no clean record has."""

    def __init__(self, draft: Draft, lines: Lines) -> None:
        self.draft, self.lines = draft, lines

    def plant_all(self) -> None:
        self.unreadable_lines()
        self.lines_without_id()
        self.absent_references()
        self.cascades()
        self.bad_dates()
        self.bad_amounts()
        self.unknown_values()
        self.unstorable_text()
        self.merge_cycles()
        self.bad_files()
        self.superseded_lines()

    def like(self, entity: str, **changed: Any) -> Record:
        """A copy of a clean record under an id of its own, with these fields changed."""
        copy: Record = json.loads(line_of(next(self.draft.of(entity, **USUAL.get(entity, {})))))
        return {**copy, "id": self.draft.count("extra", start=EXTRA), **changed}

    def absent(self) -> int:
        """An id that no record has."""
        return self.draft.count("absent", start=ABSENT)

    def refuse(self, entity: str, kind: str, why: str, **changed: Any) -> Record:
        record = self.like(entity, **changed)
        self.lines.refuse(entity, record, kind, why)
        return record

    def unreadable_lines(self) -> None:
        """Text that is no JSON, no object, no UTF-8, or without an end in sight."""
        ways = (_cut, _open, _single_quotes, _one_brace_more, _two_commas, _equals_sign)
        for at, entity in enumerate(ENTITIES):
            content = ways[at % len(ways)](line_of(self.like(entity)))
            self.lines.refuse_raw(entity, content, "json", ways[at % len(ways)].__name__.strip("_").replace("_", " "))
        number = line_of(self.like("crm/customers", balance=float("nan")))
        self.lines.refuse_raw("crm/customers", number, "json", "NaN is no JSON")
        for content in (b'["not", "an", "object"]', b'"text"', b"17", b"null"):
            self.lines.refuse_raw("jpm/jobs", content, "object", "not an object")
        latin = line_of(self.like("crm/customers", name="Jose Munoz")).replace(b"Munoz", b"Mu\xf1oz")
        self.lines.refuse_raw("crm/customers", latin, "encoding", "Latin-1 bytes")
        endless = line_of(self.like("jpm/job-notes", text="x" * (LINE_LIMIT + 10)))
        self.lines.refuse_raw("jpm/job-notes", endless, "too_long", "longer than one mebibyte")

    def lines_without_id(self) -> None:
        for wrong in (None, "12", True, 1.5):
            contact = self.like("crm/customer-contacts") | {"id": wrong}
            self.lines.refuse_raw("crm/customer-contacts", line_of(contact), "no_id", f"id is {wrong!r}")
        contact = self.like("crm/customer-contacts", value="no.id@example.com")
        del contact["id"]
        self.lines.refuse_raw("crm/customer-contacts", line_of(contact), "no_id", "id is absent")

    def absent_references(self) -> None:
        """Each of these names a record that the folder does not have."""
        plain = (
            ("crm/locations", "customerId"),
            ("crm/customer-contacts", "customerId"),
            ("crm/location-contacts", "locationId"),
            ("settings/technicians", "businessUnitId"),
            ("jpm/jobs", "jobTypeId"),
            ("jpm/appointments", "jobId"),
            ("jpm/job-notes", "jobId"),
            ("dispatch/appointment-assignments", "technicianId"),
            ("dispatch/technician-shifts", "technicianId"),
            ("dispatch/non-job-appointments", "technicianId"),
            ("accounting/invoices", "adjustmentToId"),
            ("sales/estimates", "jobId"),
            ("memberships/memberships", "membershipTypeId"),
            ("memberships/recurring-service-events", "membershipId"),
            ("memberships/recurring-service-types", "jobTypeId"),
            ("equipmentsystems/installed-equipment", "locationId"),
            ("forms/attachments", "jobId"),
        )
        for entity, name in plain:
            self.refuse(entity, "reference", f"{name} is not here", **{name: self.absent()})
        self.refuse(
            "dispatch/arrival-windows", "reference", "business unit is not here", businessUnitIds=[self.absent()]
        )
        self.refuse("dispatch/zones", "reference", "technician is not here", technicians=[self.absent()])
        self.refuse(
            "forms/submissions", "reference", "owner is not here", owners=[{"type": "Job", "id": self.absent()}]
        )
        self.refuse("accounting/payments", "reference", "type is not here", typeId=str(self.absent()))

    def cascades(self) -> None:
        """What refers to a refused record is refused too, over as many steps as it takes."""
        location = self.refuse("crm/locations", "reference", "customer is not here", customerId=self.absent())
        job = self.refuse("jpm/jobs", "reference", "location was refused", locationId=location["id"])
        visit = self.refuse("jpm/appointments", "reference", "job was refused", jobId=job["id"])
        self.refuse(
            "dispatch/appointment-assignments",
            "reference",
            "visit was refused",
            appointmentId=visit["id"],
            jobId=job["id"],
        )
        self.refuse("crm/location-contacts", "reference", "location was refused", locationId=location["id"])
        for entity in ("jpm/job-notes", "forms/attachments", "sales/estimates"):
            self.refuse(entity, "reference", "job was refused", jobId=job["id"])
        invoice = self.refuse("accounting/invoices", "reference", "job is not here", job={"id": self.absent()})
        part = {"appliedId": 1, "appliedTo": invoice["id"], "appliedAmount": "10.00"}
        self.refuse("accounting/payments", "reference", "invoice was refused", total="10.00", appliedTo=[part])

    def bad_dates(self) -> None:
        self.refuse("jpm/appointments", "date", "30 February", start="2026-02-30T15:00:00Z")
        late = moments.instant(self.draft.now + timedelta(hours=5))
        self.refuse(
            "jpm/appointments", "date", "ends before it starts", start=late, end=moments.instant(self.draft.now)
        )
        self.refuse("accounting/invoices", "date", "no date at all", invoiceDate="yesterday")
        self.refuse("accounting/payments", "date", "13th month", date="2026-13-01T00:00:00Z")

    def bad_amounts(self) -> None:
        """Invoices and payments that do not add up or are no amounts."""
        self.refuse("accounting/invoices", "amount", "three decimals", total="149.005")
        self.refuse("accounting/invoices", "amount", "a word", total="abc")
        self.refuse("accounting/invoices", "amount", "an empty text", subTotal="")
        self.refuse(
            "accounting/invoices",
            "amount",
            "items are more than the subtotal",
            subTotal="1.00",
            total="1.00",
            salesTax="0.00",
            balance="1.00",
        )
        self.refuse("accounting/invoices", "amount", "tax is not in the total", salesTax="7.77")
        self.refuse("accounting/payments", "amount", "more applied than paid", total="1.00")
        self.refuse("accounting/payments", "amount", "written with an exponent", total="1e2")
        whole = next(x for x in self.draft.records["accounting/invoices"] if x["balance"] == "0.00" < x["total"])
        part = {"appliedId": 2, "appliedTo": whole["id"], "appliedAmount": "60.00"}
        late = moments.midnight(self.draft.now.date())
        self.refuse(
            "accounting/payments",
            "amount",
            "the invoice is paid already",
            date=late,
            total="60.00",
            appliedTo=[part],
            customer=whole["customer"],
        )

    def unknown_values(self) -> None:
        self.refuse("jpm/jobs", "enum", "unknown status", jobStatus="Teleported")
        self.refuse("jpm/appointments", "enum", "unknown status", status="Perhaps")
        self.refuse("dispatch/appointment-assignments", "enum", "unknown status", status="Lost")
        self.refuse(
            "accounting/payments",
            "enum",
            "unknown status",
            transactionStatus="Maybe",
            appliedTo=[],
            unappliedAmount="5.00",
            total="5.00",
        )
        self.refuse("crm/customer-contacts", "enum", "unknown type", type="Pigeon")
        self.refuse("crm/customers", "enum", "unknown type", type="Alien", balance=0.0)

    def unstorable_text(self) -> None:
        """Text that the database cannot keep; written escaped, so that the line itself is sound."""
        for entity, name in (("crm/customers", "name"), ("jpm/jobs", "summary")):
            for mark, why in (("\\u0000", "zero byte"), ("\\ud800", "half a surrogate pair")):
                record = self.like(entity, **{name: "MARK"})
                content = line_of(record).replace(b"MARK", f"Odd {mark} text".encode())
                self.lines.refuse_raw(entity, content, "text", why, record_id=record["id"])

    def merge_cycles(self) -> None:
        one, other, alone = (self.like("crm/customers", active=False, balance=0.0) for _ in range(3))
        pairs = ((one, other), (other, one), (alone, alone))
        for source, target in pairs:
            self.lines.refuse(
                "crm/customers", source | {"mergedToId": target["id"]}, "merge_cycle", "merged in a circle"
            )
        self.refuse(
            "crm/customer-contacts",
            "reference",
            "customer was refused",
            customerId=one["id"],
            value="circle@example.com",
        )

    def bad_files(self) -> None:
        """Attachments whose files are elsewhere, absent or not what the record says."""
        outside = (
            "../../outside.jpg",
            "/etc/hostname",
            "forms\\files\\photo-00.jpg",
            "forms/files/../../../outside.jpg",
        )
        for path in outside:
            self.refuse("forms/attachments", "path", "leads out of the folder", path=path)
        own = Path(__file__)
        self.draft.links[LINK] = own
        self.refuse("forms/attachments", "path", "links out of the folder", path=LINK, sizeBytes=own.stat().st_size)
        self.refuse("forms/attachments", "file", "is not there", path="forms/files/absent.jpg")
        self.refuse("forms/attachments", "file", "is a folder", path="forms/files")
        self.refuse("forms/attachments", "file", "has another size", sizeBytes=17)

    def superseded_lines(self) -> None:
        """Older lines of ids that stand, some of them dirty, one the same twice."""
        changes: dict[str, Record] = {
            "crm/customers": {"name": "Old Name"},
            "crm/locations": {"name": "Old place"},
            "crm/customer-contacts": {"value": "old-address@example.com"},
            "jpm/jobs": {"summary": "Old text."},
            "jpm/appointments": {"specialInstructions": "Old instructions."},
            "accounting/invoices": {"balance": "1.00", "dueDate": "never"},
            "accounting/payments": {"transactionStatus": "Pending"},
            "memberships/memberships": {"status": "Suspended"},
            "sales/estimates": {"name": "Draft offer"},
        }
        for entity, change in changes.items():
            for record in self.draft.records[entity][1:3]:
                older = moments.earlier(record["modifiedOn"])
                self.lines.supersede(entity, {**record, **change, "modifiedOn": older})
        self.lines.supersede("jpm/jobs", self.draft.records["jpm/jobs"][8])
        undated = {**self.draft.records["crm/customers"][8], "name": "Undated"}
        del undated["modifiedOn"]
        self.lines.supersede("crm/customers", undated)
        self._refuse_newest()

    def _refuse_newest(self) -> None:
        """The newest line is the record, also when it is bad: the older good one does not come back."""
        bad = self.refuse("jpm/appointments", "date", "newest of two lines has no date", start="soon")
        good = self.like("jpm/appointments") | {"id": bad["id"]}
        good["modifiedOn"] = moments.earlier(bad["modifiedOn"])
        self.lines.supersede("jpm/appointments", good)


def _cut(line: bytes) -> bytes:
    return line[: len(line) * 2 // 3]


def _open(line: bytes) -> bytes:
    return line[:-1]


def _single_quotes(line: bytes) -> bytes:
    return line.replace(b'"', b"'")


def _one_brace_more(line: bytes) -> bytes:
    return line + b"}"


def _two_commas(line: bytes) -> bytes:
    return line.replace(b",", b",,", 1)


def _equals_sign(line: bytes) -> bytes:
    return line.replace(b'":', b'"=', 1)

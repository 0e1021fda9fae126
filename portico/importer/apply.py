"""From checked records of the stage to rows of the product, batch by batch; a record and its parts commit together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portico.domain.billing import imported as billing
from portico.domain.billing import imported_payments
from portico.domain.capacity import imported as capacity
from portico.domain.catalog import imported as catalog
from portico.domain.customers import imported as customers
from portico.domain.documents import imported as documents
from portico.domain.equipment import imported as equipment
from portico.domain.estimates import imported as estimates
from portico.domain.jobs import imported as jobs
from portico.domain.memberships import imported as memberships
from portico.foundation.tenancy import sourced
from portico.importer import apply_money, check, sql
from portico.importer.check import Staged
from portico.importer.faults import Refused
from portico.importer.fields import Fields, Ref, Setting
from portico.importer.lookups import Lookups
from portico.importer.registry import BY_NAME, ENTITIES, Entity
from portico.importer.report import Report

DERIVED = frozenset({"sort_key", "email", "phone_digits"})
MOVED = (
    "crm/customers",
    "crm/locations",
    "crm/customer-contacts",
    "crm/location-contacts",
    "jpm/jobs",
    "accounting/invoices",
    "accounting/payments",
    "equipmentsystems/installed-equipment",
    "memberships/memberships",
)
MONEY = ("accounting/invoices", "accounting/payments")

DONE = """UPDATE importer_stagedrecord SET state = 'applied', reason = '', applied_checksum = checksum,
  applied_record = NULL
  WHERE id = ANY(%(ids)s)"""

TOUCH = """
UPDATE importer_stagedrecord SET applied_record = record, applied_checksum = ''
WHERE company_id = %(company)s AND entity = ANY(%(entities)s) AND state = 'applied' AND applied_checksum = checksum
  AND (record->>%(field)s = ANY(%(ids)s) OR record->>'mergedToId' = ANY(%(ids)s) AND entity = %(entity)s
       OR record->%(inner)s->>'id' = ANY(%(ids)s))
"""

NAMING = """SELECT source_id, (record->>'membershipId')::bigint FROM importer_stagedrecord
  WHERE company_id = %(company)s AND entity = 'accounting/invoices' AND state = 'applied'
    AND record->>'membershipId' = ANY(%(ids)s)"""

Write = Callable[[list[sourced.Change]], sourced.Written]
WRITERS: dict[str, Write] = {
    "settings/business-units": lambda changes: catalog.write_business_units(changes=changes),
    "settings/technicians": lambda changes: capacity.write_technicians(changes=changes),
    "settings/tag-types": lambda changes: catalog.write_tag_types(changes=changes),
    "jpm/job-types": lambda changes: catalog.write_job_types(
        changes=_bare(changes), units=_members(changes, "unit_ids")
    ),
    "accounting/payment-terms": lambda changes: billing.write_terms(changes=changes),
    "accounting/payment-types": lambda changes: billing.write_types(changes=changes),
    "crm/customers": lambda changes: customers.write_customers(changes=changes),
    "crm/locations": lambda changes: customers.write_locations(changes=changes),
    "crm/customer-contacts": lambda changes: customers.write_customer_contacts(changes=changes),
    "crm/location-contacts": lambda changes: customers.write_location_contacts(changes=changes),
    "jpm/jobs": lambda changes: jobs.write_jobs(changes=changes),
    "jpm/appointments": lambda changes: _write_appointments(changes),
    "jpm/job-notes": lambda changes: jobs.write_notes(changes=changes),
    "dispatch/appointment-assignments": lambda changes: jobs.write_assignments(changes=changes),
    "sales/estimates": lambda changes: estimates.write_estimates(changes=changes),
    "dispatch/technician-shifts": lambda changes: capacity.write_shifts(changes=changes),
    "dispatch/non-job-appointments": lambda changes: capacity.write_events(changes=changes),
    "dispatch/zones": lambda changes: capacity.write_zones(
        changes=_bare(changes), units=_members(changes, "unit_ids"), technicians=_members(changes, "technician_ids")
    ),
    "dispatch/arrival-windows": lambda changes: capacity.write_windows(
        changes=_bare(changes), units=_members(changes, "unit_ids")
    ),
    "dispatch/business-hours": lambda changes: capacity.write_hours(
        changes=_bare(changes), units=_members(changes, "unit_ids")
    ),
    "equipmentsystems/installed-equipment": lambda changes: equipment.write_equipment(changes=changes),
    "memberships/recurring-service-types": lambda changes: memberships.write_service_types(changes=changes),
    "memberships/membership-types": lambda changes: memberships.write_types(
        changes=_bare(changes), services=_members(changes, "service_ids")
    ),
    "memberships/memberships": lambda changes: _write_memberships(changes),
    "memberships/recurring-service-events": lambda changes: memberships.write_events(changes=changes),
    "forms/attachments": lambda changes: documents.write_attachments(changes=changes),
    "forms/submissions": lambda changes: documents.write_submissions(changes=changes),
}


@dataclass(frozen=True, slots=True)
class Applying:
    """What applying needs to know: the export's setting, which branch a business unit is in, where to report."""

    setting: Setting
    unit_branches: Mapping[int, int]
    main_branch: int
    report: Report


def apply_all(applying: Applying, *, tell: Callable[[str], None]) -> None:
    """Apply every open record of the stage, in the order in which records need one another."""
    for entity in ENTITIES:
        if entity.name in MONEY:
            continue
        tell(f"Applying {entity.name}")
        _apply_entity(entity, applying)
    imported_payments.follow_merges()
    equipment.follow_locations()
    documents.follow_jobs()
    estimates.follow_jobs()
    customers.place_customers(branches=jobs.misplaced_customers())
    tell("Applying accounting/invoices and accounting/payments")
    apply_money.apply(
        BY_NAME["accounting/invoices"], BY_NAME["accounting/payments"], applying.setting, applying.report, done=done
    )


def done(entity: Entity, written: sourced.Written, stage_ids: Mapping[int, int], report: Report) -> None:
    """Mark as applied what was written, and report it; `stage_ids` are by source id."""
    kept = [stage_ids[source_id] for source_id in (*written.created, *written.updated)]
    sql.change(DONE, ids=kept)
    report.count(entity.name, "created", len(written.created))
    report.count(entity.name, "updated", len(written.updated))
    for source_id, column in written.overruled:
        if column not in DERIVED:
            report.overrule(entity.name, source_id, column)


def _apply_entity(entity: Entity, applying: Applying) -> None:
    """Again until nothing is open: a merge further on opens records that were applied already.

    What does not fit beside a record of a later batch is tried again; what never fits is refused.
    """
    while ids := check.open_ids(entity):
        unfit: dict[int, str] = {}
        for group in check.depth_order(entity, ids):
            for number, batch in enumerate(check.open_records(entity, group), start=1):
                with transaction.atomic():
                    unfit |= _apply_batch(entity, batch, applying)
                if sql.is_power_of_two(number):
                    sql.refresh_statistics(*entity.tables)
        if len(unfit) == len(ids):
            check.refuse(unfit)


def _apply_batch(entity: Entity, batch: list[Staged], applying: Applying) -> dict[int, str]:
    """Write what can be written; the reasons of what does not fit are by stage id."""
    parsed = [(staged, _columns(entity, staged.record, applying)) for staged in batch]
    lookups = Lookups()
    for _, columns in parsed:
        lookups.want(_refs(columns.values()))
    lookups.find()
    changes: list[sourced.Change] = []
    reasons: dict[int, str] = {}
    for staged, columns in parsed:
        try:
            changes.append(_change(entity, staged, columns, lookups, applying))
        except Refused as refused:
            reasons[staged.id] = str(refused)
    check.refuse(reasons)
    written = WRITERS[entity.name](changes)
    stage_ids = {staged.source_id: staged.id for staged in batch}
    done(entity, written, stage_ids, applying.report)
    _touch(entity, {source_id for source_id, _ in written.rebound})
    return {stage_ids[source_id]: why for source_id, why in written.refused}


def _columns(entity: Entity, record: dict[str, Any], applying: Applying) -> dict[str, Any]:
    columns: dict[str, Any] = entity.parse(Fields(record, applying.setting))
    return columns


def _change(
    entity: Entity, staged: Staged, columns: dict[str, Any], lookups: Lookups, applying: Applying
) -> sourced.Change:
    bound = {name: lookups.key(value) for name, value in columns.items() if _is_key(name)}
    if entity.name == "settings/business-units":
        bound["branch_id"] = applying.unit_branches.get(staged.source_id, applying.main_branch)
    return sourced.Change(staged.source_id, _plain(columns), _said(entity, staged, applying), bound)


def _said(entity: Entity, staged: Staged, applying: Applying) -> dict[str, Any] | None:
    """What the source said when the record was last applied."""
    if staged.applied is None:
        return None
    try:
        return _plain(_columns(entity, staged.applied, applying))
    except Refused:  # it was read under other rules then
        return None


def _is_key(name: str) -> bool:
    return name.endswith(("_id", "_ids")) and not name.endswith(("source_id", "source_ids"))


def _plain(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if not _is_key(name)}


def _refs(values: Collection[Any]) -> list[Ref]:
    single = [value for value in values if isinstance(value, Ref)]
    several = [each for value in values if isinstance(value, list) for each in value if isinstance(each, Ref)]
    return single + several


def _touch(entity: Entity, source_ids: set[int]) -> None:
    """Records that name a customer or location which now leads elsewhere are applied once more."""
    if not source_ids or entity.name not in ("crm/customers", "crm/locations"):
        return
    inner = "customer" if entity.name == "crm/customers" else "location"
    sql.change(
        TOUCH,
        entity=entity.name,
        entities=list(MOVED),
        field=f"{inner}Id",
        inner=inner,
        ids=[str(source_id) for source_id in source_ids],
    )


def _members(changes: list[sourced.Change], name: str) -> dict[int, list[int]]:
    """What belongs to each record and stands in a table of its own, by source id."""
    return {change.source_id: change.bound[name] for change in changes}


def _bare(changes: list[sourced.Change]) -> list[sourced.Change]:
    """Without what belongs to a table of its own."""
    return [sourced.Change(change.source_id, change.says, change.said) for change in changes]


def _write_memberships(changes: list[sourced.Change]) -> sourced.Written:
    """Invoices that were imported before memberships were learn now which one they name."""
    written = memberships.write_memberships(changes=changes)
    if written.created:
        named = sql.rows(NAMING, ids=[str(source_id) for source_id in written.created])
        billing.name_memberships(memberships=dict(named))
    return written


def _write_appointments(changes: list[sourced.Change]) -> sourced.Written:
    """When the source changed a visit is not a column of it: it is the time of the step."""
    changed_at = {change.source_id: change.says["changed_at"] for change in changes}
    bare = [
        sourced.Change(change.source_id, _without_moment(change.says), _without_moment(change.said), change.bound)
        for change in changes
    ]
    return jobs.write_appointments(changes=bare, changed_at=changed_at)


def _without_moment(columns: Mapping[str, Any] | None) -> Any:
    return None if columns is None else {name: value for name, value in columns.items() if name != "changed_at"}

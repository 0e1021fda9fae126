"""forms/…: what was attached to jobs and the forms that were completed there."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

from portico.importer.fields import Fields, Ref

OWNERS = {
    "Job": "jpm/jobs",
    "Customer": "crm/customers",
    "Location": "crm/locations",
    "Equipment": "equipmentsystems/installed-equipment",
    "InstalledEquipment": "equipmentsystems/installed-equipment",
    "Technician": "settings/technicians",
    "Membership": "memberships/memberships",
    "Invoice": "accounting/invoices",
    "Estimate": "sales/estimates",
}
DEEPEST = 8


def attachment(fields: Fields) -> dict[str, Any]:
    """Whether the file is there and safe was found out while the folder was read (importer/files.py)."""
    path = fields.text("path")
    return {
        "job_id": fields.needed("jobId", "jpm/jobs"),
        "name": fields.text("fileName", 300).strip() or PurePosixPath(path).name[:300] or "file",
        "source_path": path,
        "created_at": fields.created_at(),
        "is_shared": _is_shared(fields),
    }


def submission(fields: Fields) -> dict[str, Any]:
    """Its place is the first job, unit, home or customer among its owners; one of none of them is on no list."""
    owners: dict[str, list[Ref]] = {}
    for owner in fields.rows("owners"):
        entity = OWNERS.get(owner.text("type"))
        if entity:
            owners.setdefault(entity, []).append(owner.needed("id", entity))
    return {
        "job_id": _first(owners, "jpm/jobs"),
        "location_id": _first(owners, "crm/locations"),
        "customer_id": _first(owners, "crm/customers"),
        "equipment_ids": owners.get("equipmentsystems/installed-equipment", []),
        "name": fields.text("formName", 300).strip() or f"Form {fields.record['id']}",
        "form_status": fields.text("status", 40),
        "created_at": fields.moment("submittedOn"),
        "is_shared": _is_shared(fields),
        "answers": _answers(fields, depth=0),
    }


def _is_shared(fields: Fields) -> bool:
    """What was withdrawn at the source is shared no longer."""
    return fields.flag("isSharedWithCustomer", default=False) and fields.flag("active", default=True)


def _first(owners: dict[str, list[Ref]], entity: str) -> Ref | None:
    return next(iter(owners.get(entity, [])), None)


def _answers(fields: Fields, *, depth: int) -> list[dict[str, str]]:
    """Questions with their answers as text, in order; a group is its title followed by its questions."""
    found = []
    for unit in fields.rows("units"):
        answer = {"id": unit.text("id"), "type": unit.text("type"), "name": unit.text("name")}
        found.append({**answer, "value": _as_text(unit.record.get("value"))})
        if depth < DEEPEST:
            found += _answers(unit, depth=depth + 1)
    return found


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(part for part in map(_as_text, value) if part)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)

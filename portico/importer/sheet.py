"""branch.json: whose export this is. Without it there is nothing to import into."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portico.domain.capacity.scheduling_models import MOST_DAYS, MOST_HOURS
from portico.importer import files
from portico.importer.faults import BadFolder, Refused
from portico.importer.fields import Fields, Setting
from portico.kernel import brand, clock

NAME = "branch.json"
LARGEST = 16 << 20
HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
DEFAULT_COLOR = "#1f6f54"


@dataclass(frozen=True, slots=True)
class BranchSheet:
    """A branch as the export says it; `logo` is the content of its file, empty where there is none."""

    name: str
    columns: Mapping[str, Any]
    unit_ids: tuple[int, ...]
    logo: bytes


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole of branch.json, checked. `scheduling` is by the job type's id."""

    host: str
    setting: Setting
    company: Mapping[str, Any]
    policy: Mapping[str, Any]
    branches: tuple[BranchSheet, ...]
    scheduling: Mapping[int, Mapping[str, Any]]
    record: Mapping[str, Any]


def read(folder: Path) -> Sheet:
    """The sheet of a folder; BadFolder says what is wrong with it."""
    path = folder / NAME
    if not folder.is_dir():
        raise BadFolder(f"{folder} is not a folder.")
    if not path.is_file() or not files.is_inside(folder, path):
        raise BadFolder(f"{folder} holds no {NAME}: it is not a branch export.")
    try:
        record = json.loads(path.read_bytes()[:LARGEST].decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadFolder(f"{NAME} cannot be read: {error}.") from error
    if not isinstance(record, dict):
        raise BadFolder(f"{NAME} is not a JSON object.")
    try:
        return of(record, folder)
    except Refused as refused:
        raise BadFolder(f"{NAME}: {refused}") from refused


def of(record: dict[str, Any], folder: Path | None) -> Sheet:
    """The sheet that a parsed branch.json makes; without a folder the logos stay empty."""
    fields = Fields(record, Setting("USD", clock.now()))
    company, portal = fields.inner("company"), fields.inner("portal")
    branches = tuple(_branch(branch, folder) for branch in fields.rows("branches"))
    if not branches or len({branch.name for branch in branches}) < len(branches):
        raise Refused("branches must name at least one branch, each with a name of its own.")
    digests = {branch.name: hashlib.sha256(branch.logo).hexdigest() for branch in branches}
    return Sheet(
        host=_matching(company, "host", HOST),
        setting=Setting(_currency(company), fields.moment_or_none("exportedOn") or clock.now()),
        company={
            "name": company.text("name", 200) or _matching(company, "host", HOST),
            "is_canceled_job_shown": portal.flag("showCanceledJobs", default=False),
        },
        policy={
            "is_partial_allowed": portal.flag("allowPartialPayments", default=True),
            "minimum_minor": _or(portal.whole("minimumPaymentCents"), 100),
            "partial_minimum_invoice_minor": _or(portal.whole("partialPaymentsMinimumInvoiceCents"), 0),
        },
        branches=branches,
        scheduling=dict(_scheduling(row) for row in portal.rows("selfScheduling")),
        record={**record, "logoDigests": digests} if folder else record,
    )


def _branch(fields: Fields, folder: Path | None) -> BranchSheet:
    look = fields.inner("brand")
    name = fields.text("name", 120)
    if not name:
        raise Refused("a branch has no name.")
    return BranchSheet(
        name=name,
        columns={
            "time_zone": _zone(fields),
            "display_name": look.text("displayName", 200) or name,
            "phone": look.text("phone", 40),
            "support_email": look.text("supportEmail", 254),
            "color": _color(look),
        },
        unit_ids=tuple(unit.id for unit in fields.refs_in("businessUnitIds", "settings/business-units")),
        logo=_logo(look.text("logo"), folder),
    )


def _scheduling(fields: Fields) -> tuple[int, Mapping[str, Any]]:
    job_type = fields.needed("jobTypeId", "jpm/job-types").id
    return job_type, {
        "is_self_schedulable": fields.flag("enabled", default=False),
        "lead_hours": _at_most(fields, "leadHours", 24, MOST_HOURS),
        "horizon_days": _at_most(fields, "horizonDays", 60, MOST_DAYS),
        "reschedule_cutoff_hours": fields.whole("rescheduleCutoffHours"),
        "cancel_cutoff_hours": fields.whole("cancelCutoffHours"),
    }


def _at_most(fields: Fields, name: str, default: int, most: int) -> int:
    found = _or(fields.whole(name), default)
    if not 0 <= found <= most:
        raise Refused(f"{fields.path}{name} is {found}; it must lie between 0 and {most}.")
    return found


def _logo(said: str, folder: Path | None) -> bytes:
    if not said or folder is None:
        return b""
    wrong = files.fault(folder, {"path": said})
    if wrong:
        raise Refused(f"the logo {said[:60]}: {wrong}")
    return (folder / said).read_bytes()


def _zone(fields: Fields) -> str:
    said = fields.text("timeZone")
    try:
        return ZoneInfo(said).key
    except (ValueError, OSError, KeyError):
        raise Refused(f"“{said[:60]}” is not a time zone.") from None


def _color(fields: Fields) -> str:
    try:
        return brand.normalised(fields.text("color", default=DEFAULT_COLOR))
    except ValueError:
        return DEFAULT_COLOR


def _currency(company: Fields) -> str:
    return "USD" if company.record.get("currency") is None else _matching(company, "currency", CURRENCY)


def _matching(fields: Fields, name: str, pattern: re.Pattern[str]) -> str:
    said = fields.text(name)
    if not pattern.fullmatch(said):
        raise Refused(f"{fields.path}{name} is “{said[:60]}”, which will not do.")
    return said


def _or(said: int | None, default: int) -> int:
    return default if said is None else said

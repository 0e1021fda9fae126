"""The company of an export: found by its host or made, with its branches, brands and settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from portico.domain.billing.models import PaymentPolicy
from portico.domain.capacity import imported as capacity
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import paper
from portico.foundation.tenancy import brands, companies, sourced
from portico.foundation.tenancy.models import Branch, Company, HostName, PortalState
from portico.foundation.tenancy.scope import company_scope, current_company_id
from portico.importer import sheet as sheets
from portico.importer.faults import BadFolder
from portico.importer.models import StagedRecord, StageState
from portico.importer.report import Report
from portico.importer.sheet import BranchSheet, Sheet
from portico.kernel import errors, images

DIGEST_LENGTH = 16


@transaction.atomic
def open_company(*, sheet: Sheet, by: Actor) -> int:
    """The key of the sheet's company; a new one is made with its portal on."""
    found = HostName.objects.filter(host=sheet.host).values_list("company_id", flat=True).first()
    if found is not None:
        return found
    fault = companies.host_fault(sheet.host)
    if fault:
        raise BadFolder(f"{sheets.NAME}: {fault}")
    company = Company.objects.create(
        name=sheet.company["name"], currency=sheet.setting.currency, portal_state=PortalState.ON
    )
    HostName.objects.create(company=company, host=sheet.host)
    with company_scope(company.pk):
        audit.record("company.created", company, by=by)
        _settle(sheet, Report())
    return company.pk


@transaction.atomic
def settle(*, sheet: Sheet, report: Report) -> None:
    """Bring company, policy and branches to what the sheet says, keeping what was changed here."""
    _settle(sheet, report)


def settle_scheduling(*, sheet: Sheet, report: Report) -> None:
    """Bring what customers may book to what the sheet says, for every job type that is here by now."""
    for job_type, name in capacity.write_scheduling(says=sheet.scheduling):
        report.overrule(sheets.NAME, job_type, f"portal.selfScheduling.{name}")


@transaction.atomic
def unit_branches(*, sheet: Sheet) -> tuple[dict[int, int], int]:
    """The branch of each business unit that the sheet places, and the main branch, as primary keys."""
    keys = dict(Branch.objects.values_list("name", "pk"))
    placed = {unit: keys[branch.name] for branch in sheet.branches for unit in branch.unit_ids}
    return placed, Branch.objects.get(is_main=True).pk


@transaction.atomic
def staged_sheet() -> Sheet:
    """The sheet of the last import of the scope's company, its logos left out."""
    staged = StagedRecord.objects.filter(entity=sheets.NAME, source_id=0).first()
    if staged is None:
        raise BadFolder("Nothing was ever imported into this company.")
    return sheets.of(dict(staged.record), None)


def _settle(sheet: Sheet, report: Report) -> None:
    checksum = hashlib.sha256(json.dumps(sheet.record, sort_keys=True).encode()).digest()
    staged = StagedRecord.objects.filter(entity=sheets.NAME, source_id=0).first()
    if staged is not None and bytes(staged.checksum) == checksum:
        return
    company = Company.objects.select_for_update().get(pk=current_company_id())
    if company.currency != sheet.setting.currency:
        raise BadFolder(f"This company's books are in {company.currency}, the export is in {sheet.setting.currency}.")
    said = sheets.of(dict(staged.record), None) if staged is not None else None
    company.portal_state = company.portal_state if staged is not None else PortalState.ON
    _bring(company, sheet.company, said.company if said else None, "company", report)
    policy = PaymentPolicy.objects.first() or PaymentPolicy(**sheet.policy)
    _bring(policy, sheet.policy, said.policy if said else None, "portal", report)
    said_branches = {branch.name: branch.columns for branch in said.branches} if said else {}
    if staged is None:
        _adopt_branch(sheet)
    for branch in sheet.branches:
        _settle_branch(branch, said_branches.get(branch.name), staged, report)
    _stage(sheet, checksum)


def _adopt_branch(sheet: Sheet) -> None:
    """The single branch of a company that was made by hand and never used becomes the export's first."""
    branches = list(Branch.objects.all()[:2])
    if len(branches) == 1 and not BusinessUnit.objects.exists():
        branches[0].name = sheet.branches[0].name
        branches[0].save(update_fields=["name"])


def _settle_branch(
    sheet: BranchSheet, said: Mapping[str, Any] | None, staged: StagedRecord | None, report: Report
) -> None:
    branch = Branch.objects.filter(name=sheet.name).first()
    if branch is None:
        branch = Branch(name=sheet.name, is_main=not Branch.objects.filter(is_main=True).exists(), **sheet.columns)
    digests = staged.record.get("logoDigests", {}) if staged else {}
    if sheet.logo and digests.get(sheet.name) != hashlib.sha256(sheet.logo).hexdigest():
        brands.keep_former_logo(branch)
        branch.logo_png = _png(sheet)
        branch.logo_digest = hashlib.sha256(branch.logo_png).hexdigest()[:DIGEST_LENGTH]
    _bring(branch, sheet.columns, said, f"branches.{sheet.name}", report)


def _bring(
    row: models.Model, says: Mapping[str, Any], said: Mapping[str, Any] | None, what: str, report: Report
) -> None:
    ours = {name: getattr(row, name) for name in says}
    moved, overruled = sourced.settle(ours, sourced.Change(0, says, said))
    for name, value in moved.items():
        setattr(row, name, value)
    row.save()
    for name in overruled:
        report.overrule(sheets.NAME, 0, f"{what}.{name}")


def _png(sheet: BranchSheet) -> bytes:
    try:
        is_drawing = b"<svg" in sheet.logo[:2000]
        return images.clean_logo(paper.svg_to_png(sheet.logo) if is_drawing else sheet.logo)
    except errors.NotPossible as unusable:
        raise BadFolder(f"The logo of {sheet.name} cannot be used: {unusable.message}") from unusable


def _stage(sheet: Sheet, checksum: bytes) -> None:
    StagedRecord.objects.update_or_create(
        entity=sheets.NAME,
        source_id=0,
        defaults={
            "file": sheets.NAME,
            "line": 1,
            "checksum": checksum,
            "record": dict(sheet.record),
            "applied_checksum": checksum,
            "state": StageState.APPLIED,
        },
    )

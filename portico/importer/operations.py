"""One import, from folder to report. Stopped anywhere, the next one goes on and ends in the same state."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction

from portico.domain.billing.operations import accounts
from portico.domain.customers import operations as customers
from portico.domain.customers import search
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.messaging import links
from portico.foundation.tenancy.scope import company_scope
from portico.importer import apply, apply_money, check, company, files, sheet, sql, stage
from portico.importer.faults import ImportRunning
from portico.importer.models import ImportRun
from portico.importer.registry import ENTITIES
from portico.importer.report import Report
from portico.importer.sheet import Sheet
from portico.kernel import clock

PATIENCE = 20.0
LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"
REFUSED = """SELECT s.entity, s.line, s.source_id, s.reason FROM folder_id f JOIN importer_stagedrecord s
  ON s.company_id = %(company)s AND s.entity = f.entity AND s.source_id = f.source_id WHERE s.state = 'refused'"""


def import_folder(*, folder: Path, by: Actor, tell: Callable[[str], None], tell_people: bool = True) -> Report:
    """Import a branch export into the company of its branch.json; the report says what became of each line.

    People who are enrolled already and reach more afterwards get a mail, unless `tell_people` is off.
    """
    found = sheet.read(folder)
    with _alone(found.host, tell=tell):
        company_id = company.open_company(sheet=found, by=by)
        with company_scope(company_id):
            return _import(folder, found, by=by, tell=tell, tell_people=tell_people)


def apply_staged(*, by: Actor, tell: Callable[[str], None], tell_people: bool = True) -> Report:
    """Apply what waits in the stage of the scope's company since an import before this version; no folder is read."""
    with _alone(links.primary_host(), tell=tell):
        found = company.staged_sheet()
        run, report = _begin(found), Report()
        stage.take_open(report)
        _apply(found, report, by=by, tell=tell, tell_people=tell_people)
        files.link()
        _finish(run, report, by=by)
        return report


def _import(folder: Path, found: Sheet, *, by: Actor, tell: Callable[[str], None], tell_people: bool) -> Report:
    run, report = _begin(found), Report()
    files.sweep()
    company.settle(sheet=found, report=report)
    stage.read_folder(folder, report, tell=tell)
    _apply(found, report, by=by, tell=tell, tell_people=tell_people)
    files.keep(folder, tell=tell)
    files.link()
    accounts.ensure_account()
    apply_money.report_differences(found.setting, report)
    _finish(run, report, by=by)
    return report


def _apply(found: Sheet, report: Report, *, by: Actor, tell: Callable[[str], None], tell_people: bool) -> None:
    """From the stage to rows, and what follows from them."""
    tell("Checking records against one another")
    check.check(found.setting)
    branches, main = company.unit_branches(sheet=found)
    apply.apply_all(apply.Applying(found.setting, branches, main, report), tell=tell)
    company.settle_scheduling(sheet=found, report=report)
    tell("Finding out who may use the portal")
    customers.sync_portal_contacts(customer_ids=None, by=by, tell=tell_people)
    tell("Making customers searchable")
    search.refresh_search()
    _count(report)


@contextmanager
def _alone(host: str, *, tell: Callable[[str], None]) -> Iterator[None]:
    """One import of a company at a time; a second waits a little, then is refused. A killed one lets go by itself."""
    key, until = f"portico import {host}", time.monotonic() + PATIENCE
    while not _ask(LOCK, key):
        if time.monotonic() > until:
            raise ImportRunning("Another import of this company is running. Try again when it has ended.")
        tell("Another import of this company is running; waiting")
        time.sleep(1)
    try:
        yield
    finally:
        _ask(UNLOCK, key)


def _ask(statement: str, key: str) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [key])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _begin(found: Sheet) -> ImportRun:
    """The run that was cut off, or a new one."""
    run = ImportRun.objects.filter(finished_at=None).order_by("pk").first() or ImportRun()
    run.started_at, run.exported_at = clock.real_now(), found.setting.exported_at
    run.save()
    return run


def _count(report: Report) -> None:
    """What the stage says of the folder's records, once all is applied."""
    outcomes = stage.outcomes()
    for entity in ENTITIES:
        states = outcomes.get(entity.name, Counter())
        counts = report.entities[entity.name]
        counts["waiting"] = states["waiting"]
        counts["unchanged"] = max(0, states["applied"] - counts["created"] - counts["updated"])
    for name, line, source_id, reason in sql.rows(REFUSED):
        report.refuse(name, line, source_id, reason)


@transaction.atomic
def _finish(run: ImportRun, report: Report, *, by: Actor) -> None:
    run.finished_at, run.report = clock.real_now(), report.as_json()
    run.save(update_fields=["finished_at", "report"])
    audit.record("import.finished", run, by=by)

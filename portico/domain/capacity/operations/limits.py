"""Limits on what is offered, and days with other hours: looked at when somebody asks, so no day is planned anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.enums import RuleKind
from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.models import ArrivalWindow, CapacityRule, Holiday, Zone
from portico.domain.capacity.operations import kept
from portico.domain.capacity.scheduling_models import MINUTES_OF_A_DAY, MOST_DAYS
from portico.domain.catalog.models import BusinessUnit, JobType
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.models import Branch, TenantModel

AMOUNTS = {RuleKind.THRESHOLD: (1, 100), RuleKind.MAX_JOBS: (1, 10_000), RuleKind.MAX_MINUTES: (1, 100_000)}
BOUNDS = {"from_days_ahead": (0, MOST_DAYS), "until_days_ahead": (0, MOST_DAYS)}
NARROWED: dict[str, type[TenantModel]] = {
    "business_unit": BusinessUnit,
    "job_type": JobType,
    "arrival_window": ArrivalWindow,
    "zone": Zone,
}
MOST_SPANS = 5


@transaction.atomic
def save_limit(*, limit: UUID | None, wanted: Mapping[str, Any], by: Actor) -> CapacityRule:
    """Write a limit; without an id it is a new one. `wanted` names what it narrows by public ids."""
    columns = dict(wanted)
    for name, model in NARROWED.items():
        columns[name] = kept.named(model, columns[name], name)
    if columns["kind"] == RuleKind.CLOSED:
        columns["amount"] = 0
    _check(columns)
    row = CapacityRule() if limit is None else kept.locked(CapacityRule, limit)
    kept.put(row, columns, is_new=limit is None, what="limit", by=by)
    return row


@transaction.atomic
def remove_limit(*, limit: UUID, by: Actor) -> None:
    """It limits nothing any more."""
    _remove(kept.locked(CapacityRule, limit), "limit", by)


@transaction.atomic
def save_holiday(*, holiday: UUID | None, wanted: Mapping[str, Any], by: Actor) -> Holiday:
    """Write a day with other hours, of one branch or of all; without an id it is a new one."""
    columns = dict(wanted)
    columns["branch"] = kept.named(Branch, columns["branch"], "branch")
    check_spans(columns["spans"])
    row = Holiday() if holiday is None else kept.locked(Holiday, holiday)
    same = Holiday.objects.filter(day=columns["day"], branch=columns["branch"]).exclude(pk=row.pk)
    if same.exists():
        raise BadSetting(_("This day stands in the list already."), field="day")
    kept.put(row, columns, is_new=holiday is None, what="holiday", by=by)
    return row


@transaction.atomic
def remove_holiday(*, holiday: UUID, by: Actor) -> None:
    """The day has its usual hours again."""
    _remove(kept.locked(Holiday, holiday), "holiday", by)


def _check(columns: Mapping[str, Any]) -> None:
    kept.check_bounds(columns, BOUNDS)
    least_most = AMOUNTS.get(columns["kind"])
    if least_most:
        if columns["amount"] is None:
            raise BadSetting(_("Enter a number."), field="amount")
        kept.check_bounds(columns, {"amount": least_most})
    for first, last in (("from_day", "until_day"), ("from_days_ahead", "until_days_ahead")):
        if columns[first] is not None and columns[last] is not None and columns[last] < columns[first]:
            raise BadSetting(_("It ends before it begins."), field=last)


def check_spans(spans: list[list[int]], *, field: str = "spans") -> None:
    """Refuse hours that overlap or end before they begin, and more of them than a day has."""
    before = 0
    for start, end in spans:
        if not before <= start < end <= MINUTES_OF_A_DAY:
            raise BadSetting(_("The hours overlap, or end before they begin."), field=field)
        before = end
    if len(spans) > MOST_SPANS:
        raise BadSetting(_("Enter at most %(n)s spans.") % {"n": MOST_SPANS}, field=field)


def _remove(row: Any, what: str, by: Actor) -> None:
    names = [field.name for field in row._meta.concrete_fields if field.name not in {"id", "company", "public_id"}]
    before = kept.told({name: getattr(row, name) for name in names})
    audit.record(f"scheduling.{what}_removed", row, by=by, before=before, after=None)
    row.delete()

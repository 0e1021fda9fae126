"""Zones, arrival windows and business hours, entered in the office; an import keeps them as it keeps people's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.models import (
    ArrivalWindow,
    ArrivalWindowUnit,
    BusinessHours,
    BusinessHoursUnit,
    Zone,
    ZoneUnit,
)
from portico.domain.capacity.operations import kept
from portico.domain.capacity.operations.limits import check_spans
from portico.domain.capacity.ports import PORTS
from portico.domain.capacity.scheduling_models import MINUTES_OF_A_DAY
from portico.domain.catalog.models import BusinessUnit
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor

MOST_ZIPS = 2000
ZIP = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9 ]{1,11}")
DAYS = ("weekdays", "saturday", "sunday")


@transaction.atomic
def save_zone(*, zone: UUID | None, wanted: Mapping[str, Any], by: Actor) -> Zone:
    """Write an area by its postal codes, and which units serve it; a postal code may lie in several."""
    if len(wanted["zips"]) > MOST_ZIPS:
        raise BadSetting(_("Enter at most %(n)s ZIP codes.") % {"n": MOST_ZIPS}, field="zips")
    odd = next((code for code in wanted["zips"] if not ZIP.fullmatch(code)), None)
    if odd is not None:
        raise BadSetting(_("“%(code)s” is not a ZIP code.") % {"code": odd[:20]}, field="zips")
    row = Zone() if zone is None else kept.locked(Zone, zone)
    columns = {name: wanted[name] for name in ("name", "zips", "is_active")}
    kept.put(row, columns, is_new=zone is None, what="zone", by=by)
    _give(ZoneUnit, "zone", row, wanted["units"], "zone", by)
    PORTS.working_time_changed()
    return row


@transaction.atomic
def save_window(*, window: UUID | None, wanted: Mapping[str, Any], by: Actor) -> ArrivalWindow:
    """Write a span of the day in which work begins, and which units offer it."""
    if not 0 <= wanted["start"] < wanted["end"] <= MINUTES_OF_A_DAY:
        raise BadSetting(_("It ends before it begins."), field="end")
    row = ArrivalWindow() if window is None else kept.locked(ArrivalWindow, window)
    columns = {
        "start_minute": wanted["start"],
        "minutes": wanted["end"] - wanted["start"],
        "is_active": wanted["is_active"],
    }
    kept.put(row, columns, is_new=window is None, what="window", by=by)
    _give(ArrivalWindowUnit, "arrival_window", row, wanted["units"], "window", by)
    PORTS.working_time_changed()
    return row


@transaction.atomic
def save_hours(*, hours: UUID | None, wanted: Mapping[str, Any], by: Actor) -> BusinessHours:
    """Write when units are open. A unit keeps one set of hours: it leaves the one in which it was."""
    for name in DAYS:
        check_spans(wanted[name], field=name)
    row = BusinessHours() if hours is None else kept.locked(BusinessHours, hours)
    kept.put(row, {name: wanted[name] for name in DAYS}, is_new=hours is None, what="hours", by=by)
    units = BusinessUnit.objects.filter(public_id__in=wanted["units"])
    BusinessHoursUnit.objects.filter(business_unit__in=units).exclude(hours=row).delete()
    _give(BusinessHoursUnit, "hours", row, wanted["units"], "hours", by)
    PORTS.working_time_changed()
    return row


def _give(model: Any, owner: str, row: Any, units: Collection[UUID], what: str, by: Actor) -> None:
    """The business units that were ticked, and no others that could be."""
    wanted = {unit.pk: unit.name for unit in BusinessUnit.objects.filter(public_id__in=units)}
    mine = model.objects.filter(**{owner: row}, business_unit__is_active=True)
    before = dict(mine.values_list("business_unit_id", "business_unit__name"))
    if wanted.keys() == before.keys():
        return
    mine.exclude(business_unit__in=wanted).delete()
    model.objects.bulk_create(model(**{owner: row}, business_unit_id=key) for key in wanted.keys() - before.keys())
    told = {"units": sorted(before.values())}, {"units": sorted(wanted.values())}
    audit.record(f"scheduling.{what}_changed", row, by=by, before=told[0], after=told[1])

"""What every change of the rules of booking does: look at the bounds, write what differs, and keep before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portico.domain.capacity.errors import BadSetting, MissingSetting
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor, Subject
from portico.foundation.tenancy.models import TenantModel
from portico.kernel import locks

Bounds = Mapping[str, tuple[int, int]]


def check_bounds(wanted: Mapping[str, Any], bounds: Bounds) -> None:
    """Refuse the first number that lies outside; what is empty is not looked at."""
    for name, (least, most) in bounds.items():
        value = wanted.get(name)
        if value is not None and not least <= value <= most:
            said = _("Enter a number from %(least)s to %(most)s.") % {"least": least, "most": most}
            raise BadSetting(said, field=name)


def write(row: TenantModel, wanted: Mapping[str, Any], *, verb: str, about: Subject, by: Actor) -> list[str]:
    """Write the columns that differ and note them; their names."""
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return []
    for name in before:
        setattr(row, name, wanted[name])
    row.save(update_fields=list(before))
    after = {name: wanted[name] for name in before}
    audit.record(verb, about, by=by, before=told(before), after=told(after))
    return list(before)


def named(model: type[TenantModel], public_id: UUID | None, field: str) -> Any:
    """The row that a form names, or None for none; one that is gone is refused."""
    if public_id is None:
        return None
    rows: Any = model.objects
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise BadSetting(_("This is no longer there: choose something else."), field=field)
    return found


def locked(model: Any, public_id: UUID) -> Any:
    """The row, for whoever changes it."""
    found = model.objects.filter(public_id=public_id)
    if not found.exists():
        raise MissingSetting.unknown()
    return locks.lock_one(found)


def put(row: Any, columns: Mapping[str, Any], *, is_new: bool, what: str, by: Actor) -> None:
    """Write a new row, or what differs of one, and note it."""
    if not is_new:
        write(row, columns, verb=f"scheduling.{what}_changed", about=row, by=by)
        return
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    audit.record(f"scheduling.{what}_changed", row, by=by, before=None, after=told(columns))


def require(is_there: bool) -> None:  # noqa: FBT001 - a question, not a switch
    """MissingSetting for what a form names and is not there."""
    if not is_there:
        raise MissingSetting.unknown()


def told(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the trail keeps them: rows by their keys, days as text."""
    return {name: _plain(value) for name, value in columns.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, TenantModel):
        return str(value)
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value

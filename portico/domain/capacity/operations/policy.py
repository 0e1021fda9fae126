"""The company's own rules about booking and changing visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.errors import BadSetting
from portico.domain.capacity.models import SchedulingPolicy
from portico.domain.capacity.operations import kept
from portico.domain.capacity.ports import PORTS
from portico.foundation.audit.operations import Actor
from portico.foundation.tenancy.companies import current_company
from portico.kernel import locks

TEXT_LETTERS = 2000
BOUNDS = {
    "travel_pad_minutes": (0, 240),
    "granularity": (1, 60),
    "online_percent": (0, 100),
    "holdback_hours": (0, 720),
    "hold_seconds": (60, 900),
    "reschedule_cutoff_hours": (0, 720),
    "cancel_cutoff_hours": (0, 720),
    "most_reschedules": (0, 50),
    "most_bookings_per_day": (1, 50),
}
PACE = {"travel_pad_minutes", "granularity"}  # how long everybody is busy with a visit


@transaction.atomic
def save_policy(*, wanted: Mapping[str, Any], by: Actor) -> bool:
    """How visits may be booked and changed; False when it is so already. Another pace plans every day anew."""
    columns = dict(wanted)
    columns["late_fee_text"] = columns["late_fee_text"].replace("\r\n", "\n").replace("\0", "").strip()
    kept.check_bounds(columns, BOUNDS)
    if len(columns["late_fee_text"]) > TEXT_LETTERS:
        raise BadSetting(_("Write at most %(n)s letters.") % {"n": TEXT_LETTERS}, field="late_fee_text")
    SchedulingPolicy.objects.get_or_create()
    row = locks.lock_one(SchedulingPolicy.objects.all())
    changed = kept.write(row, columns, verb="scheduling.policy_changed", about=current_company(), by=by)
    if PACE & set(changed):
        PORTS.working_time_changed()
    return bool(changed)

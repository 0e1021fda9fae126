"""Whether and when customers may book a kind of visit, how long it takes and who can do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.capacity.errors import BadSetting, MissingSetting
from portico.domain.capacity.models import JobTypeScheduling
from portico.domain.capacity.operations import kept
from portico.domain.capacity.ports import PORTS
from portico.domain.capacity.scheduling_models import MINUTES_OF_A_DAY, MOST_DAYS, MOST_HOURS, MOST_MINUTES
from portico.domain.catalog.models import JobType
from portico.foundation.audit.operations import Actor
from portico.kernel import locks

VERB = "scheduling.job_type_changed"
OF_JOB_TYPE = ("duration_minutes", "skills")
TEXT_LETTERS = 1000
SKILL_LETTERS = 120
MOST_SKILLS = 30
BOUNDS = {
    "duration_minutes": (1, MOST_MINUTES),
    "lead_hours": (0, MOST_HOURS),
    "horizon_days": (0, MOST_DAYS),
    "same_day_cutoff": (1, MINUTES_OF_A_DAY),
    "reschedule_cutoff_hours": (0, 720),
    "cancel_cutoff_hours": (0, 720),
    "max_per_day": (1, 1000),
    "max_per_window": (1, 1000),
}


@transaction.atomic
def save_terms(*, job_type: UUID, wanted: Mapping[str, Any], by: Actor) -> bool:
    """Write what differs; False when it is so already. Another length or skill plans every day anew.

    A later import keeps all of it until its source says something new.
    """
    kind = locked_job_type(job_type)
    _check(wanted)
    of_kind = {name: wanted[name] for name in OF_JOB_TYPE}
    changed = kept.write(kind, of_kind, verb=VERB, about=kind, by=by)
    row, _is_new = JobTypeScheduling.objects.get_or_create(job_type=kind, defaults={"source_said": {}})
    own = {name: value for name, value in wanted.items() if name not in OF_JOB_TYPE}
    changed_own = kept.write(row, own, verb=VERB, about=kind, by=by)
    if changed:
        PORTS.working_time_changed()
    return bool(changed or changed_own)


def locked_job_type(public_id: UUID) -> JobType:
    """The job type, for whoever changes something of it."""
    found = JobType.objects.filter(public_id=public_id)
    if not found.exists():
        raise MissingSetting.unknown()
    return locks.lock_one(found)


def _check(wanted: Mapping[str, Any]) -> None:
    kept.check_bounds(wanted, BOUNDS)
    if wanted["is_self_schedulable"] and not wanted["duration_minutes"]:
        raise BadSetting(_("Say how long it takes before customers book it."), field="duration_minutes")
    if wanted["lead_hours"] >= (wanted["horizon_days"] + 1) * 24:
        raise BadSetting(_("The notice is longer than the days ahead: nothing would be offered."), field="lead_hours")
    if len(wanted["fee_text"]) > TEXT_LETTERS:
        raise BadSetting(_("Write at most %(n)s letters.") % {"n": TEXT_LETTERS}, field="fee_text")
    if len(wanted["skills"]) > MOST_SKILLS or any(len(skill) > SKILL_LETTERS for skill in wanted["skills"]):
        said = _("Enter at most %(n)s skills of at most %(letters)s letters.")
        raise BadSetting(said % {"n": MOST_SKILLS, "letters": SKILL_LETTERS}, field="skills")

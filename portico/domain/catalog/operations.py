"""What the office says about the kinds of visits."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portico.domain.catalog.errors import MissingJobType
from portico.domain.catalog.models import JobType
from portico.foundation.audit import operations as audit
from portico.foundation.audit.operations import Actor


@transaction.atomic
def set_preparation(*, job_type: UUID, text: str, by: Actor) -> bool:
    """Tell customers what to do before a visit of this kind; False when it was said so already."""
    found = JobType.objects.filter(public_id=job_type).select_for_update(of=("self",)).first()
    if found is None:
        raise MissingJobType(_("There is no such job type."))
    before, after = found.preparation, text.strip()
    if before == after:
        return False
    found.preparation = after
    found.save(update_fields=["preparation"])
    audit.record("job_type.preparation_set", found, by=by, note=found.name, before=before, after=after)
    return True

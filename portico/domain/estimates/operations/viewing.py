"""Keeping that somebody looked at an estimate."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from portico.domain.estimates.enums import EstimateStatus, EventKind
from portico.domain.estimates.models import Estimate, EstimateEvent
from portico.domain.estimates.operations import story
from portico.foundation.audit.operations import Actor
from portico.kernel import clock


@transaction.atomic
def note_view(*, estimate: UUID, by: Actor) -> None:
    """Keep that a customer looked at the options of this estimate, once for each version; called after the answer."""
    login = story.login_of(by)
    if login is None:
        return
    one = Estimate.objects.filter(public_id=estimate)
    options = Estimate.objects.filter(proposal__in=one.values("proposal_id"), is_active=True)
    shown = options.exclude(status__in=[EstimateStatus.DRAFT, EstimateStatus.WITHDRAWN]).order_by("pk")
    EstimateEvent.objects.bulk_create(
        [
            EstimateEvent(
                estimate_id=key, kind=EventKind.VIEWED, version_n=n, login=login, made_by_name=by.name, at=clock.now()
            )
            for key, n in shown.values_list("pk", "version")
        ],
        ignore_conflicts=True,
    )
